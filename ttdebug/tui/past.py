"""The history of the selected path: a plot of its numbers, and the list of its writes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from ttdebug import paths
from ttdebug.analyze.history import Write, history
from ttdebug.paths import resolve
from ttdebug.tui import plot, samples
from ttdebug.tui.drawn import DrawnRows
from ttdebug.view import cells, glyphs, inner, line, numbers, values
from ttdebug.view.gate import Safe, safe
from ttdebug.view.line import NOWHERE, Cursor, FixedRows, Line, Rows, Target, span
from ttdebug.view.plots import Sample

if TYPE_CHECKING:
    from ttdebug.model import Position
    from ttdebug.store.trace import Trace

_MOST: Final = 1_000
"""Writes listed on each side of the cursor."""

_VALUE: Final = 8
_NAME: Final = 6


class Past(NamedTuple):
    """What was read of one path's history."""

    name: Safe
    writes: Sequence[Write]
    steps: plot.Steps | None

    @property
    def plottable(self) -> bool:
        """Whether it was ever a number."""
        steps = self.steps
        return steps is not None and any(isinstance(one, float) for one in steps.samples)

    def nearest(self, seq: int) -> int:
        """The row of the last write at or before an event."""
        before = [index for index, write in enumerate(self.writes) if write.seq <= seq]
        return before[-1] if before else -1


def read(trace: Trace, position: Position, owner: str, pointer: str, width: int) -> Past:
    """The writes around a position, and samples for a plot of `width` cells."""
    path, timeline = paths.parse(pointer), position.timeline
    backwards = history(
        trace, path, timeline=timeline, agent=owner, last=position.seq, reverse=True
    )
    onwards = history(trace, path, timeline=timeline, agent=owner, first=position.seq + 1)
    writes = [*reversed(list(islice(backwards, _MOST))), *islice(onwards, _MOST)]
    lineage = trace.lineage(timeline)
    if not len(lineage):
        return Past(safe(paths.dotted(path)), writes, None)
    count = 2 * plot.columns(width)
    seqs = [
        lineage.seq_at(max(0, -(-(step + 1) * len(lineage) // count) - 1)) for step in range(count)
    ]
    found: list[Sample] = samples.numbers(trace, timeline, owner, path, seqs)
    share = (lineage.index_of(position.seq) + 1) / len(lineage) if position.seq else 0.0
    value = resolve(trace.state(position.seq, owner, timeline), path)
    steps = plot.Steps(found, share, position.seq, lineage.last, values.short(value, 20))
    return Past(safe(paths.dotted(path)), writes, steps)


def plot_rows(past: Past, width: int, height: int) -> Rows:
    """The plot of a history that has numbers."""
    assert past.steps is not None
    found = plot.lines(past.steps, width, height)
    return FixedRows([(one, NOWHERE) for one in found], width)


def write_rows(past: Past, width: int) -> Rows:
    """All writes, oldest first."""
    writes = past.writes
    seq = max((len(numbers.seq(write.seq)) for write in writes), default=0)

    def draw(index: int, cursor: Cursor) -> Line:
        return line.mark(_write(writes[index], seq, width), width, cursor)

    return DrawnRows(len(writes), draw, lambda index: Target(None, writes[index].seq))


def _write(write: Write, seq: int, width: int) -> Line:
    """`seq` is the width of the widest event number."""
    kind = glyphs.event_kind(write.event)
    room = max(_VALUE, (width - 24) // 3)
    name = safe(write.event.name or write.event.type, 60)
    left = [
        span(" "),
        span(cells.pad_left(numbers.seq(write.seq), seq)),
        span("  "),
        span(f"{kind.glyph} ", kind.family),
        span(cells.pad(name, max(_NAME, width - seq - 11 - 2 * room)), "fg"),
    ]
    old, new = inner.told(write.old, write.new, 60)
    style = "dim" if write.equal else "fg"
    right = [
        span(cells.fit_middle(old, room), "dim"),
        span(" = " if write.equal else " → ", "faint"),
        span(cells.pad(cells.fit(new, room), room), style),
    ]
    return line.sides(left, [*right, span(" ")], width)
