"""The runs of a recording and their timelines: go to one, or hold it against this one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from textual import on
from textual.widget import Widget

from ttdebug.tui.drawn import DrawnRows
from ttdebug.tui.screens.dialog import Dialog
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view import branches, numbers
from ttdebug.view.frame import Key
from ttdebug.view.line import Cursor, Line, span

if TYPE_CHECKING:
    from ttdebug.model import Timeline
    from ttdebug.tui.desk import Desk


class Choice(NamedTuple):
    """A timeline (its id) and what to do with it."""

    timeline: int
    does: Literal["go", "align", "diff"]


class TimelinesDialog(Dialog[Choice]):
    """Dismisses with a choice."""

    WIDEST = 104
    TALLEST = 24
    KEYS_TOLD = (
        ("j k ↓ ↑", "next / previous run or timeline"),
        ("g G", "the first / the last"),
        ("enter", "go there"),
        ("a", "align it with the one we are on"),
        ("=", "compare the states at the ends"),
        ("esc q Y", "close"),
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._entries = branches.entries(desk.trace.runs)

    def parts(self) -> Sequence[Widget]:
        """Title and list."""
        return [LineBox("title"), VirtualLines("timelines")]

    def keys(self) -> Sequence[Key]:
        """What can be done with a row."""
        here = self._chosen is not None and self._chosen.id == self._desk.timeline.id
        compared = [Key("a", "align with here"), Key("=", "compare the ends")]
        return [
            Key("enter", "go there"),
            *([] if here else compared),
            Key("esc", "close"),
            Key("?", "help"),
        ]

    def redraw(self) -> None:
        """Draw the list, at first with the cursor on where we are."""
        lines, width = self.query_one(VirtualLines), self.inner_width
        trace, here = self._desk.trace, self._desk.timeline
        count = numbers.plural(len(trace.timelines), "timeline")
        several = f"{numbers.plural(len(trace.runs), 'run')}, " if len(trace.runs) > 1 else ""
        self.box("title").show([(), (span(several + count, "fg bold"),), ()])
        room = branches.name_room(self._entries)

        def draw(index: int, cursor: Cursor) -> Line:
            entry = self._entries[index]
            return branches.row(trace, entry, room, width, cursor, here=entry.timeline == here)

        rows = DrawnRows(len(self._entries), draw)
        at = next(i for i, entry in enumerate(self._entries) if entry.timeline == here)
        lines.light(lit=True)
        lines.show(rows, lines.cursor if lines.cursor >= 0 else at)
        super().redraw()

    @property
    def _chosen(self) -> Timeline | None:
        """The timeline of the row, of a run its main one."""
        found = self.query(VirtualLines)
        cursor = found.first().cursor if found else -1
        if not 0 <= cursor < len(self._entries):
            return None
        entry = self._entries[cursor]
        return entry.timeline or entry.run.timelines[0]

    @on(VirtualLines.Pointed)
    def _pointed(self, event: VirtualLines.Pointed) -> None:
        self._move(event.index)
        if event.twice:
            self.pressed("enter")

    def _move(self, index: int) -> None:
        self.query_one(VirtualLines).move_to(min(max(index, 0), len(self._entries) - 1))
        self.show_keys()

    def pressed(self, key: str) -> None:
        """Move, or choose."""
        cursor, chosen = self.query_one(VirtualLines).cursor, self._chosen
        step = {"j": 1, "down": 1, "k": -1, "up": -1}.get(key)
        ends = {"g": 0, "home": 0, "G": len(self._entries), "end": len(self._entries)}
        if key in ("q", "Y"):
            self.leave()
        elif step is not None:
            self._move(cursor + step)
        elif key in ends:
            self._move(ends[key])
        elif chosen is None:
            return
        elif key == "enter":
            self.leave(Choice(chosen.id, "go"))
        elif key in ("a", "equals_sign", "=") and chosen.id != self._desk.timeline.id:
            self.leave(Choice(chosen.id, "align" if key == "a" else "diff"))
