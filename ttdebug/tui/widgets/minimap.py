"""The whole run in two or three rows; a click or a drag goes there."""

from __future__ import annotations

from textual import events
from textual.message import Message

from ttdebug.tui.widgets.lines import Painted
from ttdebug.view import minimap
from ttdebug.view.line import Line


class Minimap(Painted):
    """Density, marks and the watched value of a timeline."""

    class Sought(Message):
        """The person pointed at an event of the map."""

        def __init__(self, seq: int) -> None:
            super().__init__()
            self.seq = seq

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self._map: minimap.Map | None = None
        self._lines: list[Line] = []
        self._ground: minimap.Ground | None = None
        self._ground_width = 0
        self._dragging = False

    def show(self, data: minimap.Map) -> None:
        """Draw another map; rows that look the same stay painted."""
        known, self._map = self._map, data
        width, height = self.size
        if not width:
            return
        screen = self.screen.size.width
        if self._ground is None or width != self._ground_width or not _alike(data, known):
            self._ground = minimap.ground(data, width, screen)
            self._ground_width = width
        old = self._lines
        self._lines = minimap.lines(data, width, screen, height, under=self._ground)
        self.refresh_changes(old, self._lines)

    def content(self, y: int, width: int) -> tuple[Line, str]:
        """One row of the map."""
        return (self._lines[y] if y < len(self._lines) else ()), ""

    def _seek(self, x: int) -> None:
        if self._map is None:
            return
        seq = minimap.seq_at(self._map, x, self.size.width, self.screen.size.width)
        if seq is not None:
            self.post_message(self.Sought(seq))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go there, and follow the mouse."""
        event.stop()
        self._dragging = True
        self.capture_mouse()
        self._seek(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow a drag."""
        if self._dragging:
            self._seek(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """The drag is over."""
        self._dragging = False
        self.release_mouse()


def _alike(data: minimap.Map, known: minimap.Map | None) -> bool:
    """Whether a map was made from the same readings as the one before."""
    return known is not None and (
        data.cells is known.cells and data.marks is known.marks and data.values is known.values
    )
