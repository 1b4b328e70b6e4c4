"""Runs and their timelines as rows of one list, forks below what they left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ttdebug.model import Run, Timeline, iso
from ttdebug.store.trace import Trace
from ttdebug.view import cells, glyphs, line, numbers
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import Cursor, Line, Span, span

_NAME = 28
_ARM = 3
"""Cells of a fork's arm."""


class Entry(NamedTuple):
    """A run (`timeline` is None) or one of its timelines; `depth` counts the forks above it."""

    run: Run
    timeline: Timeline | None = None
    depth: int = 0


def entries(runs: Sequence[Run]) -> list[Entry]:
    """All timelines, parents before their forks; below their run where there are several."""
    found: list[Entry] = []
    for run in runs:
        if len(runs) > 1:
            found.append(Entry(run))
        found += _below(run, None, 0)
    return found


def _below(run: Run, parent: int | None, depth: int) -> Iterator[Entry]:
    for one in run.timelines:
        if one.parent == parent:
            yield Entry(run, one, depth)
            yield from _below(run, one.id, depth + 1)


def name_room(listed: Sequence[Entry]) -> int:
    """Cells of the column of timelines' names, their arms included."""
    lines = ((one.timeline.name, one.depth) for one in listed if one.timeline is not None)
    return min(max(cells.width(safe(name, 80)) + _ARM * depth for name, depth in lines), _NAME)


def row(
    trace: Trace, entry: Entry, room: int, width: int, cursor: Cursor = "none", *, here: bool
) -> Line:
    """One entry, its name in `room` cells; `here` is the timeline we are on."""
    if entry.timeline is None:
        left, right = _run(trace, entry.run)
    else:
        left, right = _timeline(trace, entry, entry.timeline, room, here=here)
    return line.mark(line.sides(left, right, width), width, cursor)


def _run(trace: Trace, run: Run) -> tuple[list[Span], list[Span]]:
    events, errors = sum(trace.count_run(run)[0].values()), trace.count_errors(run)
    start = iso(run.start)
    left = [span(" "), span(cells.fit(safe(run.name or run.id, 80), _NAME), "fg bold")]
    if start:
        left.append(span(f"  {start[:19].replace('T', ' ')}", "dim"))
    right = [span(numbers.plural(events, "event"), "dim"), span(" ")]
    if errors:
        right.insert(0, span(f"✕ {numbers.plural(errors, 'error')}  ", "error"))
    return left, right


def _timeline(
    trace: Trace, entry: Entry, timeline: Timeline, room: int, *, here: bool
) -> tuple[list[Span], list[Span]]:
    lineage = trace.lineage(timeline.id)
    mark = span(glyphs.HERE if here else lit(" "), "accent")
    arm = "   " * (entry.depth - 1) + "└─ " if entry.depth else ""
    rest = max(room - len(arm), 1)
    name = cells.pad(cells.fit(safe(timeline.name, 80), rest), rest)
    left = [span(" "), mark, span(f" {arm}", "rail"), span(name, "accent bold" if here else "fg")]
    if timeline.parent is not None:
        parent = safe(trace.timelines[timeline.parent].name, 40)
        after = f"after {timeline.fork_seq:,}" if timeline.fork_seq else "from the start"
        left.append(span(f"  leaves {parent} {after}", "dim"))
    own = len(lineage) - (lineage.index_of(timeline.fork_seq) + 1 if timeline.fork_seq else 0)
    told = f"{own:,} of {len(lineage):,} events its own" if own < len(lineage) else ""
    return left, [span(told or numbers.plural(own, "event"), "dim"), span(" ")]
