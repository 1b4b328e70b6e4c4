"""Screens for comparing: states, timelines, what a model was told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import SAMPLES
from tests.tui.conftest import Open
from tests.tui.stage import Stage
from tests.tui.test_frames import check
from ttdebug.model import Position
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer
from ttdebug.tui.app import DebuggerApp


def row(stage: Stage, *words: str) -> str:
    """The first row of the screen with all these words."""
    found = [line for line in stage.lines if all(word in line for word in words)]
    assert found, f"no row of {words} in:\n{stage.text}"
    return found[0]


@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens_look_as_agreed(opened: Open, size: tuple[int, int]) -> None:
    async with opened(15, size=size) as stage:
        await stage.command("diff 8 fix:17")
        check(f"compare-{size[0]}x{size[1]}", stage)
        await stage.press("escape")
        await stage.command("align fix")
        check(f"align-{size[0]}x{size[1]}", stage)


async def test_a_difference_leads_to_the_event_that_wrote_it(opened: Open) -> None:
    async with opened(15) as stage:
        await stage.command("diff 8 13")
        assert "~ budget.remaining" in row(stage, "779.5", "≠", "null")
        assert "apply_discount" in row(stage, " 13 ", "written at 11")
        await stage.press("enter")
        assert stage.seq == 11


async def test_tab_chooses_the_side_whose_event_is_meant(opened: Open) -> None:
    async with opened(15) as stage:
        await stage.command("diff 8 13")
        await stage.press("tab", "enter")
        assert stage.seq == 8


async def test_one_position_is_compared_with_here_and_the_anchor_too(opened: Open) -> None:
    async with opened(13) as stage:
        await stage.command("diff 8")
        assert "compare main 8 with main 13" in stage.header
        await stage.press("escape", "equals_sign")
        assert "No anchor is set" in stage.header
        await stage.command("goto 8")
        await stage.press("a", "G", "equals_sign")
        assert "compare main 8 with main 16" in stage.header


async def test_options_are_keys_and_become_a_command(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(13) as stage:
        copied: list[str] = []
        monkeypatch.setattr(stage.app, "copy_to_clipboard", copied.append)
        await stage.command("diff 5 8")
        assert "2 differ" in stage.header
        await stage.press("i")
        assert "1 differ" in stage.header
        assert "budget.remaining" not in row(stage, "≠")
        await stage.press("o", "d", "t", "y")
        assert copied[0].endswith(
            "5 8 --ignore-order --ignore-number-types --significant-digits 0"
            " --exclude budget.remaining"
        )
        await stage.press("I")
        assert "2 differ, 3 equal · any order · 0 decimals · 1 is 1.0" in stage.header


async def test_names_from_the_trace_cannot_act_where_they_are_pasted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hostile.ttd"
    with Writer.create(path) as writer:
        main = writer.run("r")
        writer.append(main, "state", agent="a", state={"n": 1})
        fork = writer.fork(main, 1, "fix\n\x1b[31mrm -r ~")
        writer.append(fork, "state", agent="a", state={"n": 2})
    with Trace.open(path) as trace:
        app = DebuggerApp(trace, at=Position(fork, 1))
        async with app.run_test(size=(100, 30)) as pilot:
            stage = Stage(app, pilot)
            copied: list[str] = []
            monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
            for line in ("diff 2", "align main"):
                await stage.command(line)
                await stage.press("y", "escape")
            await stage.press("y")
    assert len(copied) == 3
    for text in copied:
        assert "fix\\n" in text
        assert text.isprintable()


async def test_a_side_walks_events_and_writes(opened: Open) -> None:
    async with opened(13) as stage:
        await stage.command("diff 8 13")
        await stage.press("left")
        assert "with main 12" in stage.header
        await stage.press("right", "[")
        assert "with main 11" in stage.header
        await stage.press("[")
        assert "No difference" in stage.text
        await stage.press("tab", "left")
        assert "compare main 7 with" in stage.header


async def test_the_state_of_another_agent_is_a_key_away(opened: Open) -> None:
    async with opened(13) as stage:
        await stage.command("diff 8 13")
        await stage.press("a")
        assert "Only booker has a state here" in stage.header


async def test_another_agent_that_differs_is_named(tmp_path: Path) -> None:
    path = tmp_path / "two.ttd"
    writer = Writer.create(path)
    main = writer.run("r", "r")
    for value in (1, 2):
        writer.append(main, "state", agent="planner", state={"phase": "done"})
        writer.append(main, "state", agent="booker", state={"left": value, "spent": value})
        writer.append(main, "message", agent="planner")
    writer.close()
    with Trace.open(path) as trace:
        app = DebuggerApp(trace)
        async with app.run_test(size=(120, 36)) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            await stage.command("diff 3 6")
            assert "booker differs in 2 paths, a shows another agent" in stage.text
            await stage.press("a")
            assert "differs in" not in stage.text
            assert "left" in row(stage, "1", "≠", "2")


async def test_another_recording_without_a_common_path(opened: Open) -> None:
    async with opened(13) as stage:
        await stage.command(f"compare {SAMPLES / 'grid_learner/run.ttd'}")
        assert "The two states have no path in common" in stage.text
        await stage.press("G", "pagedown", "pagedown", "enter")
        assert "That is in another recording: ttdebug open" in stage.header
        await stage.press("q")
        assert stage.seq == 13


async def test_what_cannot_be_compared_says_so(opened: Open, tmp_path: Path) -> None:
    async with opened(13) as stage:
        (tmp_path / "odd.txt").write_text("no recording\n")
        await stage.command(f"compare {tmp_path / 'odd.txt'}")
        assert "esc goes back" in stage.text
        await stage.press("enter", "i", "y", "escape")
        await stage.command("diff 8 nowhere")
        assert "nowhere is no position" in stage.text


async def test_an_alignment_starts_at_the_first_divergence_and_walks_them(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.command("align fix")
        assert "aligned" in stage.header
        assert "First divergence" in stage.text
        first = stage.app.screen.query_one("#pairs").cursor  # type: ignore[attr-defined]  # a list
        await stage.press("n")
        assert "Divergence 2 of" in stage.text
        await stage.press("N")
        assert stage.app.screen.query_one("#pairs").cursor == first  # type: ignore[attr-defined]  # as above
        await stage.press("N")
        assert "No divergence before this one" in stage.header


async def test_an_alignment_leads_to_either_side(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.command("align fix")
        await stage.press("enter")
        assert (stage.seq, stage.desk.timeline.name) == (12, "main")
        await stage.command("align main fix")
        await stage.press("tab", "n", "enter")
        assert stage.desk.timeline.name == "fix"


async def test_equal_rows_unfold_and_states_are_compared_in_full(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.command("align fix")
        assert "aligned, same" in stage.text
        await stage.press("g", "o")
        assert "aligned, same" not in stage.text
        assert "search_hotels" in stage.text
        await stage.press("n", "c")
        assert "compare main" in stage.header
        await stage.press("escape")
        assert "align main with fix" in stage.header


async def test_help_lists_the_keys_of_the_page(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.command("align fix")
        await stage.press("question_mark")
        assert "next / previous divergence" in stage.text
        await stage.press("escape", "escape")
        assert "Timeline" in stage.text


def prompts(path: Path) -> Path:
    """Three model calls of one agent, each told a little more than the last."""
    with Writer.create(path, durability="batch") as writer:
        line = writer.run("r")
        messages = [{"role": "user", "content": f"message {at}"} for at in range(4)]
        for count in (1, 2, 4):
            told = {"messages": messages[count // 4 : count]}
            writer.append(line, "llm.call", agent="bot", name="m", data=told)  # type: ignore[arg-type]  # JSON
    return path


async def test_the_context_of_a_call(opened: Open, tmp_path: Path) -> None:
    with Trace.open(prompts(tmp_path / "calls.ttd")) as trace:
        app = DebuggerApp(trace, at=Position(next(iter(trace.timelines)), 3))
        async with app.run_test(size=(80, 24)) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            await stage.press("M")
            assert "+2 injected  −1 dropped  1 kept" in stage.text
            row(stage, "⋯ 1 kept")
            await stage.press("o")
            assert "⋯ 1 kept" not in stage.text
            await stage.press("N")
            assert "Context  bot  1 → 2" in stage.text
            await stage.press("N")
            assert "1 is the first model call of bot" in stage.header
            await stage.press("enter")
            assert stage.seq == 2
            await stage.command("context 1")
            assert "Context  bot  1 → 2" in stage.text


async def test_without_a_model_call_there_is_no_context(opened: Open) -> None:
    async with opened(1) as stage:
        await stage.press("M")
        assert "No model call at or before 1" in stage.text
        await stage.press("escape")
        assert "Timeline" in stage.text


async def test_the_diff_from_the_anchor_marks_what_was_written_and_is_as_before(
    opened: Open,
) -> None:
    async with opened(8) as stage:
        await stage.press("a")
        await stage.command("goto fix:17")
        assert "touched, equal" in row(stage, "remaining", "779.5")
