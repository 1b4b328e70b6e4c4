"""All breakpoints: switch, edit, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget

from ttdebug.tui.drawn import DrawnRows
from ttdebug.tui.screens.dialog import Dialog
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view import drawer, numbers
from ttdebug.view.frame import Key
from ttdebug.view.line import NOWHERE, FixedRows, Rows, span

if TYPE_CHECKING:
    from ttdebug.replay.points import AnyPoint
    from ttdebug.tui.screens.main import MainScreen


class BreakpointsDialog(Dialog[int]):
    """Dismisses with the number to edit, 0 for a new one."""

    WIDEST = 104
    TALLEST = 24
    KEYS_TOLD = (
        ("j k ↓ ↑", "next / previous breakpoint"),
        ("enter", "edit it"),
        ("x space", "switch it on or off"),
        ("d delete", "delete it"),
        ("b a n", "a new one, prefilled from this event"),
        ("esc q B", "close"),
    )

    def __init__(self, screen: MainScreen) -> None:
        super().__init__()
        self._page = screen
        self._points: list[AnyPoint] = []

    def parts(self) -> Sequence[Widget]:
        """Title and list."""
        return [LineBox("title"), VirtualLines("points")]

    def keys(self) -> Sequence[Key]:
        """What can be done with a row."""
        if not self._points:
            return [Key("b", "new"), Key("esc", "close")]
        return [
            Key("enter", "edit"),
            Key("x", "on / off"),
            Key("d", "delete"),
            Key("b", "new"),
            Key("esc", "close"),
            Key("?", "help"),
        ]

    def redraw(self) -> None:
        """Draw the list."""
        lines = self.query_one(VirtualLines)
        self._list(max(lines.cursor, 0))
        super().redraw()

    def _list(self, cursor: int) -> None:
        items = self._page.desk.stop_items()
        self._points = [point for point, _ in items]
        lines, width = self.query_one(VirtualLines), self.inner_width
        count = numbers.plural(len(items), "breakpoint") if items else "No breakpoints"
        self.box("title").show([(), (span(count, "fg bold"),), ()])
        rows: Rows = DrawnRows(
            len(items), lambda index, mood: drawer.breakpoint_row(items[index][1], width, mood)
        )
        if not items:
            rows = FixedRows([((span("b sets one from this event", "dim"),), NOWHERE)], width)
        lines.light(lit=True)
        lines.show(rows, min(cursor, len(items) - 1))

    @on(VirtualLines.Pointed)
    def _pointed(self, event: VirtualLines.Pointed) -> None:
        event.lines.move_to(event.index)
        if event.twice:
            self.pressed("enter")

    def pressed(self, key: str) -> None:
        """Move, switch, delete, edit."""
        lines, page = self.query_one(VirtualLines), self._page
        cursor, step = lines.cursor, {"j": 1, "down": 1, "k": -1, "up": -1}.get(key)
        if key in ("b", "a", "n"):
            self.leave(0)
        elif key in ("q", "B"):
            self.leave()
        elif not 0 <= cursor < len(self._points):
            return
        elif step is not None:
            lines.move_to(min(max(cursor + step, 0), len(self._points) - 1))
        elif key == "enter":
            self.leave(self._points[cursor].number)
        elif key in ("x", "space"):
            point = self._points[cursor]
            page.desk.points.enable(point.number, not point.enabled)
            self.redraw()
        elif key in ("d", "delete"):
            page.desk.points.remove(self._points[cursor].number)
            self.redraw()
