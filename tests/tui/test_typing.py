"""Typing: what is too long, what is prefilled, what is wrong."""

from __future__ import annotations

import pytest
from textual.events import Paste

from tests.tui.conftest import Open
from ttdebug.tui.widgets.field import Field


@pytest.mark.parametrize("key", ["colon", "slash", "t", "b"])
async def test_what_is_pasted_is_cut_and_told(opened: Open, key: str) -> None:
    async with opened(11) as stage:
        await stage.press(key)
        stage.app.post_message(Paste("x" * 1_500))
        await stage.settle()
        assert "cut to 1,000" in stage.text
        await stage.press("backspace")
        assert "cut to 1,000" not in stage.text


async def test_the_first_letter_replaces_a_prefilled_condition(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("b")
        field = stage.app.screen.query_one("#condition", Field)
        assert field.text
        await stage.type("event.seq > 3")
        assert field.text == "event.seq > 3"


@pytest.mark.parametrize("key", ["end", "right"])
async def test_a_cursor_key_keeps_a_prefilled_condition(opened: Open, key: str) -> None:
    async with opened(11) as stage:
        await stage.press("b")
        field = stage.app.screen.query_one("#condition", Field)
        before = field.text
        await stage.press(key)
        await stage.type("0")
        assert field.text == f"{before}0"


async def test_a_faulty_line_stays_open_with_a_mark_under_the_fault(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.command("break state.x ==")
        assert ":break state.x ==" in stage.lines[-3]
        column = stage.lines[-2].index("╵")
        assert column == stage.lines[-3].index("==") + len("==")
        assert "✕" in stage.lines[-1]
        await stage.type(" 3")
        assert "✕ " not in stage.lines[-1]
        await stage.press("enter")
        assert [point.text for point in stage.desk.points] == ["state.x == 3"]


async def test_a_faulty_position_stays_open_until_it_is_left(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("t")
        await stage.type("nowhere")
        await stage.press("enter")
        assert "nowhere" in stage.lines[-1]
        await stage.press("escape")
        assert "✕ " not in stage.lines[-1]
        assert stage.seq == 11


@pytest.mark.parametrize(
    ("text", "seq"), [("5", 5), ("50%", 8), ("fix:17", 17), ("+4s", 5), ("end", 16), ("+2", 13)]
)
async def test_a_position_is_a_command(opened: Open, text: str, seq: int) -> None:
    async with opened(11) as stage:
        await stage.command(text)
        assert stage.seq == seq


async def test_a_number_that_no_event_has_is_told(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.command("999")
        assert "999" in stage.lines[-1]
        assert stage.seq == 11


async def test_the_editor_refuses_a_faulty_condition(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("b")
        await stage.type("state.budget.re ==")
        await stage.press("enter")
        assert "Not set." in stage.text
        assert not len(stage.desk.points)


async def test_the_list_closes_when_one_is_taken_and_opens_when_more_is_typed(opened: Open) -> None:
    async with opened(8) as stage:
        await stage.press("b")
        await stage.type("state.bud")
        assert "take it" in stage.text
        await stage.press("tab")
        assert "take it" not in stage.text
        assert "stop when" in stage.text
        await stage.type(".re")
        assert "take it" in stage.text


@pytest.mark.parametrize("key", ["b", "question_mark", "ctrl+p", "colon"])
async def test_what_is_open_leaves_a_small_terminal_to_one_sentence(opened: Open, key: str) -> None:
    async with opened(11) as stage:
        await stage.press(key)
        await stage.pilot.resize_terminal(50, 12)
        await stage.settle()
        assert stage.text.strip() == "Needs 60x16, is 50x12"
        await stage.pilot.resize_terminal(100, 30)
        await stage.settle()
        assert "Needs" not in stage.text


async def test_ctrl_c_says_what_quits(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("ctrl+c")
        assert "Nothing is running. q quits" in stage.header
        assert "▲" not in stage.header
