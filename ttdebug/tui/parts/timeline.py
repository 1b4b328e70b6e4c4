"""The timeline pane: rows of the timeline we are on, with the cursor at our position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ttdebug.tui.sight import TimelineRows, Written
from ttdebug.view import timeline
from ttdebug.view.line import FixedRows

if TYPE_CHECKING:
    from ttdebug.model import Event
    from ttdebug.tui.screens.main import MainScreen


class TimelinePart:
    """Keeps the rows while timeline, width and marks stay the same."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._desk = screen.desk
        self._arrangement = screen.arrangement
        self._made_for: tuple[object, ...] | None = None
        self.text_at = 0
        """The cell where the words of events begin."""

    def rebuild(self) -> None:
        """Other rows, if anything they depend on has changed; then the cursor."""
        lines = self._screen.lines("timeline")
        desk = self._desk
        width, screen = lines.size.width, self._screen.size.width
        wanted = (desk.position.timeline, width, screen, desk.marks_version)
        if wanted == self._made_for or not width:
            self.follow()
            return
        self._made_for = wanted
        lineage = desk.lineage
        layout = timeline.columns(width, screen, desk.run.agents, lineage.last)
        self.text_at = layout.text
        rows = TimelineRows(desk.trace, lineage, layout, self._gutter, self._written)
        shape = self._arrangement.shape
        head = (timeline.header(layout),) if shape is not None and shape.wide else ()
        lines.light(lit=self._arrangement.zone == "timeline")
        lines.show(rows if len(rows) else FixedRows((), width), self._index(), head=head)

    def follow(self) -> None:
        """Put the cursor at the position."""
        if self._made_for is not None and self._made_for[0] != self._desk.position.timeline:
            self.rebuild()
            return
        self._screen.lines("timeline").move_to(self._index())

    def _index(self) -> int:
        position = self._desk.position
        return self._desk.lineage.index_of(position.seq) if position.seq else -1

    def _gutter(self, event: Event) -> timeline.Gutter:
        return self._desk.gutter(event)

    def _written(self, events: Sequence[Event]) -> Written:
        return self._desk.written(events)
