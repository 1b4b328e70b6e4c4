"""Keys and commands, made from the registry; what cannot be done now says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from ttdebug.tui.actions import ACTIONS, Action
from ttdebug.tui.commands import COMMANDS
from ttdebug.tui.keymap import Keymap, key_label
from ttdebug.tui.layout import Zone
from ttdebug.tui.screens.dialog import Dialog
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view import cells, line
from ttdebug.view.frame import Key
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import NOWHERE, FixedRows, Line, span
from ttdebug.view.minimap import legend

if TYPE_CHECKING:
    from ttdebug.tui.screens.main import MainScreen

_KEYS = 14


class HelpDialog(Dialog[None]):
    """All keys of the pane that has the focus, then the command line's words."""

    WIDEST = 96
    TALLEST = 46

    def __init__(self, screen: MainScreen) -> None:
        super().__init__()
        self._page = screen

    def parts(self) -> Sequence[Widget]:
        """Title and list."""
        return [LineBox("title"), VirtualLines("help")]

    def keys(self) -> Sequence[Key]:
        """Scrolling and leaving."""
        return [Key("j k", "scroll"), Key("g G", "start / end"), Key("esc", "close")]

    def redraw(self) -> None:
        """Lay the list out at the panel's width."""
        super().redraw()
        width = self.inner_width
        zone = self._page.arrangement.zone
        title = (span("Keys", "fg bold"), span(f"  {zone}", "dim"))
        self.box("title").show([(), title, ()])
        rows = [*key_lines(self._page.keymap, zone, self._page.why_not, width)]
        rows += [*_command_lines(width), *_legend(width)]
        rows += _warnings(self._page.keymap, width)
        self.query_one(VirtualLines).show(FixedRows([(text, NOWHERE) for text in rows], width))

    def pressed(self, key: str) -> None:
        """Scroll, or close."""
        lines = self.query_one(VirtualLines)
        steps = {
            "j": 1,
            "down": 1,
            "k": -1,
            "up": -1,
            "pagedown": lines.page,
            "pageup": -lines.page,
            "G": len(lines.rows),
            "end": len(lines.rows),
            "g": -len(lines.rows),
            "home": -len(lines.rows),
        }
        if key in steps:
            lines.scroll_lines(steps[key])
        elif key in ("?", "q", "f1"):
            self.leave()


def key_lines(keymap: Keymap, zone: Zone, why_not: object, width: int) -> Iterator[Line]:
    """A heading per group, then keys, what they do, and why not if they cannot."""
    groups: dict[str, list[Action]] = {}
    for action in ACTIONS:
        if zone in action.zones and keymap.keys(action.id, zone):
            groups.setdefault(action.group, []).append(action)
    for group, actions in groups.items():
        yield (span(lit(group), "fg bold"),)
        for action in actions:
            reason = why_not(action.id)  # type: ignore[operator]  # a screen's why_not
            keys = " ".join(key_label(key) for key in keymap.keys(action.id, zone))
            head = span(lit(cells.pad(keys, _KEYS)), "faint" if reason else "accent bold")
            told = [head, span(lit(action.title), "dim" if reason else "fg")]
            if reason:
                told.append(span(safe(f"  {reason}"), "faint italic"))
            yield line.fit(told, width)
        yield ()


def _command_lines(width: int) -> Iterator[Line]:
    yield (span("Commands after :", "fg bold"),)
    for command in COMMANDS:
        words = f"{command.name} {command.usage}".strip()
        short = f"  ({', '.join(command.short)})" if command.short else ""
        head = [span(lit(cells.pad(words, 34)), "accent"), span(lit(command.does))]
        yield line.fit([*head, span(lit(short), "faint")], width)


def _legend(width: int) -> Iterator[Line]:
    yield ()
    yield (span("Marks in the minimap, the strongest on top", "fg bold"),)
    told = [part for glyph, word in legend() for part in (glyph, span(f" {word}   "))]
    yield line.fit(told, width)


def _warnings(keymap: Keymap, width: int) -> Iterator[Line]:
    if keymap.warnings:
        yield ()
        yield (span("keys.toml", "change bold"),)
    for warning in keymap.warnings:
        yield line.fit([span("▲ ", "change"), span(safe(warning))], width)
