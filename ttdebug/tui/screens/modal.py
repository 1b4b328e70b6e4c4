"""Keys typed faster than a screen can open: they wait for it, and are not taken for others."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.geometry import Size
from textual.screen import ModalScreen

from ttdebug.tui import layout
from ttdebug.tui.widgets.field import Field


class TypedAhead:
    """Keeps keys until `open_for_keys`; a modal screen asks `waits` for each of its keys."""

    _early: list[events.Key] | None = None
    _open = False

    def waits(self, event: events.Key) -> bool:
        """Whether a key came too early; it is kept then."""
        if self._open:
            return False
        self._early = [*(self._early or []), event]
        return True

    async def open_for_keys(self, screen: ModalScreen[Any]) -> None:
        """Handle what was typed before, then everything as it comes."""
        self._open = True
        early, self._early = self._early or [], None
        for event in early:
            await hand_over(event, screen)


def hide_if_cramped(screen: ModalScreen[Any], size: Size) -> None:
    """Leave a terminal that is too small to the page behind, which says what it needs."""
    screen.set_class(not layout.fits(size.width, size.height), "cramped")


async def hand_over(event: events.Key, screen: ModalScreen[Any]) -> None:
    """Give a key to the field that has the focus, or else to the screen."""
    again = events.Key(event.key, event.character)
    field = screen.focused
    if isinstance(field, Field) and field.take(again):
        return
    screen.on_key(again)  # type: ignore[attr-defined]  # dialogs and prompts have it
