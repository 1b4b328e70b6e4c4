"""Panes and dialogs: tabs, folding, anchor, history, why, help, palette, copying."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.tui.conftest import Open
from ttdebug.analyze.causality import deciding_write
from ttdebug.analyze.history import Write
from ttdebug.replay.work import Work
from ttdebug.tui import background


async def test_the_diff_shows_what_the_event_changed(opened: Open) -> None:
    async with opened(11) as stage:
        assert "779.5 → null" in stage.text
        assert "discount" in stage.text


async def test_tab_walks_the_panes_and_back(opened: Open) -> None:
    async with opened(11) as stage:
        walked = []
        for _ in range(6):
            walked.append(str(stage.page.arrangement.zone))
            await stage.press("tab")
        assert walked == ["timeline", "diff", "state", "event", "causality", "drawer"]
        await stage.press("shift+tab")
        assert str(stage.page.arrangement.zone) == "drawer"


async def test_the_state_tree_folds_and_selects_paths(opened: Open) -> None:
    async with opened(12) as stage:
        await stage.press("tab", "tab")
        await stage.press("j", "j", "right")
        tree = stage.page.lines("state")
        assert stage.desk.selection.path is not None
        before = len(tree.rows)
        await stage.press("left")
        assert len(tree.rows) < before
        await stage.press("y")
        assert "Copied /" in stage.header


async def test_the_event_tab_shows_its_data(opened: Open) -> None:
    async with opened(10) as stage:
        await stage.press("tab", "tab", "tab")
        assert "apply_discount" in stage.text
        assert "PARTNER15" in stage.text or "args" in stage.text


async def test_choosing_a_cause_goes_there(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("shift+tab", "shift+tab")
        assert stage.page.arrangement.zone == "causality"
        await stage.press("j", "enter")
        assert stage.seq != 11


async def test_an_anchor_compares_two_positions(opened: Open) -> None:
    async with opened(5) as stage:
        await stage.press("a", "G")
        assert "900.0 → null" in stage.text
        assert "clear anchor" in stage.footer
        await stage.press("A")
        assert "900.0 → null" not in stage.text


async def test_diff_compares_positions_of_two_timelines(opened: Open) -> None:
    async with opened(5) as stage:
        await stage.command("diff 11 fix:17")
        assert "fix" in stage.text
        assert "779.5" in stage.text


async def test_history_lists_writes_and_plots_them(opened: Open) -> None:
    async with opened(11, size=(160, 45), watches=["budget.remaining"]) as stage:
        await stage.press("H")
        assert stage.page.arrangement.drawer == "history"
        assert "Writes" in stage.text
        assert "no number" in stage.text
        await stage.press("H")
        assert stage.page.arrangement.drawer == "breakpoints"


async def test_the_history_of_a_text_is_its_writes_in_all_the_width(opened: Open) -> None:
    async with opened(12, size=(80, 24)) as stage:
        await stage.command("history notes.summary")
        (row,) = [line for line in stage.lines if "apply_discount" in line and "▌" in line]
        assert row.startswith("▌11  ◄ apply_discount")
        assert "“nothing booked" in row
        await stage.command("history budget.spent")
        assert "┬─ Writes" in stage.text
        assert "0.0 → 120.5" in stage.text
        await stage.press("shift+tab", "k", "enter")
        assert stage.seq == 5


async def test_why_leads_from_the_last_write_to_its_causes(opened: Open) -> None:
    async with opened(15, watches=["budget.remaining"]) as stage:
        await stage.command("goto 11")
        await stage.press("W")
        assert "Why  budget.remaining is  null" in stage.text
        assert "result of call" in stage.text
        await stage.press("j", "enter")
        assert stage.seq == 10


async def test_a_reason_that_takes_long_to_find_keeps_nobody_waiting(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = threading.Event()

    def slow(*args: Any, work: Work, **given: Any) -> Write:
        for _ in range(500):
            if found.wait(0.01):
                break
            work.look()
        return deciding_write(*args, work=work, **given)

    monkeypatch.setattr("ttdebug.tui.screens.why.deciding_write", slow)
    monkeypatch.setattr(background, "_AT_ONCE", 0.0)
    async with opened(11, watches=["budget.remaining"]) as stage:
        await stage.pilot.press("W")
        assert "Looking for what wrote it" in stage.text
        await stage.pilot.press("escape", "W")
        assert "Looking for what wrote it" in stage.text
        found.set()
        await stage.settle()
        assert "Why  budget.remaining is  null" in stage.text


async def test_help_and_palette_come_from_the_registry(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("question_mark")
        assert "next event" in stage.text
        await stage.press("escape", "ctrl+p")
        await stage.type("reverse")
        assert "reverse-continue" in stage.text
        assert "next event" not in stage.text
        await stage.press("escape")


async def test_the_palette_has_the_words_of_the_command_line(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("ctrl+p")
        await stage.type("theme")
        await stage.press("enter")
        assert stage.lines[-1].startswith("▌ :theme")
        await stage.type("light")
        await stage.press("enter")
        assert stage.app.ink.theme == "light"
        await stage.press("ctrl+p")
        await stage.type("drift")
        await stage.press("enter")
        assert "drift" in stage.header
        await stage.press("ctrl+p")
        await stage.type("frobnicate")
        assert "No command has these words" in stage.text
        await stage.press("enter", "escape")


@pytest.mark.parametrize(
    ("opens", "told"),
    [
        ("W", "copy the chain as text"),
        ("B", "prefilled from this event"),
        ("Y", "align it with the one we are on"),
        ("b", "through completions"),
        ("M", "Keys"),
    ],
)
async def test_every_dialog_has_help(opened: Open, opens: str, told: str) -> None:
    async with opened(11, watches=["budget.remaining"]) as stage:
        await stage.press(opens)
        before = stage.text
        await stage.press("f1")
        assert told in stage.text
        await stage.press("escape")
        assert stage.text == before


async def test_help_can_be_read_to_its_end(opened: Open) -> None:
    async with opened(11, size=(80, 24)) as stage:
        await stage.press("question_mark", "G")
        assert "Marks in the minimap" in stage.text
        await stage.press("g")
        assert "next event" in stage.text


async def test_maximising_shows_one_pane_and_back(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("z")
        assert "Causality" in stage.text
        assert "Breakpoints" not in stage.text
        await stage.press("escape")
        assert "Breakpoints" in stage.text


async def test_copy_is_a_command_that_leads_back(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(11) as stage:
        copied: list[str] = []
        monkeypatch.setattr(stage.app, "copy_to_clipboard", copied.append)
        await stage.press("y")
        assert copied[0].startswith("ttdebug open ")
        assert copied[0].endswith("--at 11")


async def test_themes_glyphs_and_sizes_change_without_a_restart(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.command("theme light")
        assert stage.app.ink.theme == "light"
        await stage.command("ascii on")
        assert stage.text.isascii()
        await stage.pilot.resize_terminal(80, 24)
        await stage.settle()
        assert "Changed here" in stage.text
        await stage.pilot.resize_terminal(50, 12)
        await stage.settle()
        assert stage.text.strip() == "Needs 60x16, is 50x12"


async def test_the_waterfall_shows_spans(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("v")
        assert "▇" in stage.text
        await stage.press("v")
        assert "caused by" in stage.text
