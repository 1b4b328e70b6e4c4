"""What screens over the debugger share: keys stay on them, also those typed before they opened."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import ModalScreen

from ttdebug.tui import layout
from ttdebug.tui.keymap import key_name
from ttdebug.tui.widgets.field import Field
from ttdebug.tui.widgets.lines import LineBox, VirtualLines

Result = TypeVar("Result")


class Modal(ModalScreen[Result], inherit_bindings=False):
    """Keeps keys typed faster than it can open until `open_for_keys`; closes once."""

    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = None
    KEYS_TOLD: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Keys and what they do, for the help of a dialog; a page has a table of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._early: list[events.Key] = []
        self._open = False
        self._left = False

    def leave(self, result: Result | None = None) -> None:
        """Close once, however many keys were pressed before it was gone."""
        if not self._left:
            self._left = True
            self.dismiss(result)

    def box(self, name: str) -> LineBox:
        """Fixed lines by their name."""
        return self.query_one(f"#{name}", LineBox)

    def lines(self, name: str) -> VirtualLines:
        """A list by its name."""
        return self.query_one(f"#{name}", VirtualLines)

    def hide_if_cramped(self, size: Size) -> None:
        """Leave a terminal that is too small to the page behind, which says what it needs."""
        self.set_class(not layout.fits(size.width, size.height), "cramped")

    async def open_for_keys(self) -> None:
        """Handle what was typed before, then everything as it comes."""
        self._open = True
        early, self._early = self._early, []
        for event in early:
            await hand_over(event, self)

    def on_key(self, event: events.Key) -> None:
        """Every key stays here."""
        event.stop()
        event.prevent_default()
        if not self._open:
            self._early.append(event)
            return
        key = key_name(event.key, event.character)
        if key in ("escape", "ctrl+c"):
            self.escape()
        elif key in ("?", "f1") and self.KEYS_TOLD and not self._left:
            self._help()
        elif not self._left:
            self.pressed(key)

    def _help(self) -> None:
        from ttdebug.tui.screens.keys_help import KeysHelp

        self.app.push_screen(KeysHelp(self.KEYS_TOLD))

    def escape(self) -> None:
        """Leave without an answer."""
        self.leave()

    def pressed(self, key: str) -> None:
        """Another key than escape."""


async def hand_over(event: events.Key, screen: Modal[Any]) -> None:
    """Give a key to the field that has the focus, or else to the screen."""
    again = events.Key(event.key, event.character)
    field = screen.focused
    if isinstance(field, Field) and field.take(again):
        return
    screen.on_key(again)
