"""All actions and typed commands by name: type a few letters, press enter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.widget import Widget

from ttdebug.tui.actions import ACTIONS
from ttdebug.tui.commands import COMMANDS
from ttdebug.tui.keymap import key_label
from ttdebug.tui.screens.dialog import Dialog
from ttdebug.tui.widgets.field import Field
from ttdebug.tui.widgets.lines import VirtualLines
from ttdebug.view import line
from ttdebug.view.frame import Key
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import NOWHERE, FixedRows, Line, span

if TYPE_CHECKING:
    from ttdebug.tui.screens.main import MainScreen


class Choice(NamedTuple):
    """An action by its id, or a line for the command line, which `asks` for more if need be."""

    title: str
    searchable: str
    action: str = ""
    line: str = ""
    asks: bool = False


class PaletteDialog(Dialog[Choice]):
    """Dismisses with a choice."""

    WIDEST = 76
    TALLEST = 22

    def __init__(self, screen: MainScreen) -> None:
        super().__init__()
        self._page = screen
        self._found: list[Choice] = []

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
            self.leave(self._found[lines.cursor])

    def _filter(self) -> None:
        words = self.query_one(Field).text.lower().split()
        self._found = [
            choice for choice in self._choices() if all(word in choice.searchable for word in words)
        ]
        width = self.inner_width
        rows = [(self._line(choice, width), NOWHERE) for choice in self._found]
        none = span(" No command has these words. Backspace widens the search", "dim")
        lines = self.query_one(VirtualLines)
        lines.light(lit=True)
        lines.show(FixedRows(rows or [((none,), NOWHERE)], width), 0 if rows else -1, top=0)

    def _choices(self) -> Iterator[Choice]:
        """The actions of the pane, then what only the command line can do."""
        for action in ACTIONS:
            if self._page.arrangement.zone in action.zones:
                words = f"{action.title} {action.id} {action.group}".lower()
                yield Choice(action.title, words, action=action.id)
        for command in COMMANDS:
            if not command.action:
                words = f":{command.name} {' '.join(command.short)} {command.does}".lower()
                typed = f"{command.name} " if command.argument else command.name
                asks = bool(command.argument)
                yield Choice(command.does, words, line=typed, asks=asks)

    def _line(self, choice: Choice, width: int) -> Line:
        reason = self._page.why_not(choice.action)
        told = [span(" "), span(lit(choice.title), "dim" if reason else "fg")]
        if reason:
            told.append(span(safe(f"  {reason}"), "faint italic"))
        if choice.action:
            keys = self._page.keymap.keys(choice.action, self._page.arrangement.zone)
            shown = " ".join(key_label(key) for key in keys[:1])
        else:
            shown = f":{choice.line.rstrip()}"
        return line.sides(told, [span(lit(shown), "accent bold"), span(" ")], width)

    def pressed(self, key: str) -> None:
        """Move through the list."""
        lines = self.query_one(VirtualLines)
        step = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1}.get(key)
        if step is not None and self._found:
            lines.move_to((lines.cursor + step) % len(self._found))
