"""Breakpoints and watches: set, check, count, go there, switch, edit, delete."""

from __future__ import annotations

import pytest

from tests.tui.conftest import Open

NULL = "state.budget.remaining == null"


async def test_continue_and_reverse_continue_stop_at_the_same_hit(opened: Open) -> None:
    async with opened(0, breakpoints=[NULL]) as stage:
        await stage.press("c")
        assert stage.seq == 11
        assert "stopped by breakpoint 1" in stage.header
        await stage.press("c")
        assert "No hit after 11. C searches back" in stage.header
        await stage.press("G", "C")
        assert stage.seq == 11


async def test_without_breakpoints_continue_gives_its_reason(opened: Open) -> None:
    async with opened(3) as stage:
        await stage.press("c")
        assert "No breakpoint is on. b sets one" in stage.header
        assert "continue" not in stage.footer


async def test_hits_are_counted_and_marked(opened: Open) -> None:
    async with opened(10, size=(200, 50), breakpoints=[NULL, 'event.type == "error"']) as stage:
        row = next(line for line in stage.lines if NULL in line)
        assert "1 hit" in row
        assert any("●" in line and "apply_discount" in line for line in stage.lines)


async def test_the_editor_begins_with_the_selected_value_and_sets_it(opened: Open) -> None:
    async with opened(11, watches=["budget.remaining"]) as stage:
        await stage.press("b")
        assert NULL in stage.text
        assert "1 hit" in stage.text
        await stage.press("enter")
        assert [point.text for point in stage.desk.points] == [NULL]
        assert "set" not in stage.header


async def test_the_editor_points_at_a_fault_and_keeps_it_out(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("b", "ctrl+u")
        await stage.type("state.budget.remaining == ")
        assert "✕" in stage.text
        assert "╵" in stage.text
        await stage.press("escape")
        await stage.press("enter")
        assert not len(stage.desk.points)


async def test_the_editor_knows_paths_that_nobody_wrote(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("b", "ctrl+u")
        await stage.type("state.budget.remaning == null")
        await stage.press("escape")
        assert "nothing ever wrote" in stage.text
        assert "did you mean" in stage.text


async def test_completion_offers_paths_with_values_and_takes_one(opened: Open) -> None:
    async with opened(8) as stage:
        await stage.press("b", "ctrl+u")
        await stage.type("state.budget.re")
        assert "779.5" in stage.text
        await stage.press("tab")
        assert "state.budget.remaining" in stage.text


async def test_the_list_switches_edits_and_deletes(opened: Open) -> None:
    async with opened(0, breakpoints=[NULL, 'event.type == "error"']) as stage:
        await stage.press("B", "x")
        assert [point.enabled for point in stage.desk.points] == [False, True]
        await stage.press("j", "d")
        assert [point.text for point in stage.desk.points] == [NULL]
        await stage.press("enter")
        assert "Edit breakpoint" in stage.text
        await stage.press("escape")
        await stage.press("c")
        assert "No breakpoint is on" in stage.header


async def test_gdb_words_do_the_same(opened: Open) -> None:
    async with opened(0) as stage:
        await stage.command(f"tbreak {NULL}")
        await stage.command('break event.type == "error"')
        await stage.command("disable 2")
        await stage.command("c")
        assert stage.seq == 11
        assert [point.number for point in stage.desk.points] == [2]
        await stage.command("enable 2")
        await stage.command("rc")
        assert stage.seq == 7
        await stage.command("delete 2")
        assert not len(stage.desk.points)


async def test_a_logpoint_collects_lines_and_never_stops(opened: Open) -> None:
    async with opened(0, breakpoints=['event.type == "run.end"']) as stage:
        await stage.command(
            'log "{event.seq}: {state.budget.spent}" if event.type == "tool.result"'
        )
        await stage.press("c")
        assert stage.seq == 16
        assert [text for _, text in stage.desk.log] == ["8: 120.5", "11: 120.5"]


async def test_a_watchpoint_stops_on_writes(opened: Open) -> None:
    async with opened(0) as stage:
        await stage.command("watch budget.spent")
        await stage.press("2", "c")
        assert stage.seq == 8
        assert "budget.spent" in stage.desk.session.watches


async def test_watching_a_value_and_stopping_on_writes_name_each_other(opened: Open) -> None:
    async with opened(11, size=(160, 40)) as stage:
        await stage.press("w")
        assert "in the watches" in stage.header
        assert ":watch stops on writes" in stage.header
        await stage.command("watch budget.spent")
        assert "stops on writes of budget.spent" in stage.header
        assert "w only shows a value" in stage.header


async def test_a_breakpoint_on_a_path_nobody_wrote_names_the_nearest(opened: Open) -> None:
    async with opened(11, size=(80, 24)) as stage:
        await stage.command("break state.budgt.remaining == 1")
        assert "▲ Never recorded. The nearest: budget.remaining" in stage.header
    async with opened(11, size=(160, 40)) as stage:
        await stage.command("break state.budgt.remaining == 1")
        assert "Nothing ever wrote budgt.remaining. The nearest: budget.rem" in stage.header


async def test_another_watch_comes_into_the_minimap_from_any_pane(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("V")
        assert "No watches" in stage.header
        await stage.command("watch budget.spent")
        await stage.command("watch budget.remaining")
        await stage.press("V")
        assert "The minimap shows budget.remaining" in stage.header
        assert stage.desk.mapped_watch == "budget.remaining"


async def test_w_watches_the_selected_path_and_rows_show_its_writes(opened: Open) -> None:
    async with opened(11, watches=["budget.remaining"]) as stage:
        assert "779.5 → null" in stage.text
        await stage.press("w")
        assert "budget.remaining is shown already in the watches" in stage.header


async def test_a_mistyped_command_names_the_nearest(opened: Open) -> None:
    async with opened(3) as stage:
        await stage.command("brake x")
        assert "Did you mean break" in stage.lines[-1]


async def test_whynot_lists_what_came_nearest_and_which_terms_failed(opened: Open) -> None:
    async with opened(11, size=(200, 50)) as stage:
        await stage.command('whynot event.type == "error" and state.budget.remaining == null')
        assert 'Here: event.type == "error" (it is "tool.result")' in stage.header
        assert stage.page.arrangement.drawer == "hits"
        (row,) = [line for line in stage.lines if 'event.type is "tool.result"' in line]
        assert "apply_discount" in row
        await stage.press(",")
        assert stage.seq == 7


async def test_whynot_asks_about_the_newest_breakpoint(opened: Open) -> None:
    async with opened(8) as stage:
        await stage.command("whynot")
        assert "There is no breakpoint to ask about" in stage.text
        await stage.press("escape")
        await stage.command("break state.budget.remaining < 0")
        await stage.command("whynot")
        assert "Here: state.budget.remaining < 0 (it is 779.5)" in stage.header


async def test_explain_tells_the_plan_in_the_log(opened: Open) -> None:
    async with opened(8) as stage:
        await stage.command(f"explain {NULL}")
        assert [text for _, text in stage.desk.log][1].startswith("touches: ")
        assert "1 hit" in stage.header


async def test_a_temporal_breakpoint_is_counted_and_stops(opened: Open) -> None:
    late = 'event.type == "error" then not event.type == "decision" within 3'
    async with opened(0, size=(160, 40), breakpoints=[late]) as stage:
        await stage.press("c")
        assert stage.seq == 7
        assert "no decision of booker by event 10 (3 events)" in stage.header


@pytest.mark.parametrize("command", ["watch", "last", "print", "history", "why"])
async def test_a_mistyped_path_names_the_nearest(opened: Open, command: str) -> None:
    async with opened(12) as stage:
        await stage.command(f"{command} budget.remainig")
        assert "The nearest: budget.remaining (" in stage.text
        assert not len(stage.desk.points)
