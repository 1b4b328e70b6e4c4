"""All actions and commands by name: type a few letters, press enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget

from ttdebug.tui.actions import ACTIONS
from ttdebug.tui.keymap import key_label
from ttdebug.tui.screens.dialog import Dialog
from ttdebug.tui.widgets.field import Field
from ttdebug.tui.widgets.lines import VirtualLines
from ttdebug.view import line
from ttdebug.view.frame import Key
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import NOWHERE, FixedRows, Line, span

if TYPE_CHECKING:
    from ttdebug.tui.actions import Action
    from ttdebug.tui.screens.main import MainScreen


class PaletteDialog(Dialog[str]):
    """Dismisses with the id of an action."""

    WIDEST = 76
    TALLEST = 22

    def __init__(self, screen: MainScreen) -> None:
        super().__init__()
        self._page = screen
        self._found: list[Action] = []

    def parts(self) -> Sequence[Widget]:
        """A field and what matches it."""
        return [Field("wanted", hint="What should happen"), VirtualLines("found")]

    def keys(self) -> Sequence[Key]:
        """Choosing and leaving."""
        return [Key("enter", "do it"), Key("↑ ↓", "choose"), Key("esc", "close")]

    def on_mount(self) -> None:
        """Type at once."""
        super().on_mount()
        self.query_one(Field).focus()

    def redraw(self) -> None:
        """Show what matches."""
        super().redraw()
        self._filter()

    @on(Field.Changed)
    def _changed(self) -> None:
        self._filter()

    @on(Field.Submitted)
    def _submitted(self) -> None:
        lines = self.query_one(VirtualLines)
        if 0 <= lines.cursor < len(self._found):
            self.leave(self._found[lines.cursor].id)

    def _filter(self) -> None:
        words = self.query_one(Field).text.lower().split()
        zone = self._page.zone
        self._found = [
            action
            for action in ACTIONS
            if zone in action.zones and all(word in _searchable(action) for word in words)
        ]
        width = self.inner_width
        rows = [(self._line(action, width), NOWHERE) for action in self._found]
        lines = self.query_one(VirtualLines)
        lines.light(lit=True)
        lines.show(FixedRows(rows, width), 0 if rows else -1, top=0)

    def _line(self, action: Action, width: int) -> Line:
        reason = self._page.why_not(action.id)
        keys = self._page.keymap.keys(action.id, self._page.zone)
        told = [span(" "), span(lit(action.title), "dim" if reason else "fg")]
        if reason:
            told.append(span(safe(f"  {reason}"), "faint italic"))
        shown = " ".join(key_label(key) for key in keys[:1])
        return line.sides(told, [span(lit(shown), "accent bold"), span(" ")], width)

    def pressed(self, key: str) -> None:
        """Move through the list."""
        lines = self.query_one(VirtualLines)
        step = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1}.get(key)
        if step is not None and self._found:
            lines.move_to((lines.cursor + step) % len(self._found))


def _searchable(action: Action) -> str:
    return f"{action.title} {action.id} {action.group}".lower()
