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
