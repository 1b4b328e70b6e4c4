"""What vanished: the only member that was ever taken out of a list or an object, for good."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Evidence, Finding
from ttdebug.model import MISSING
from ttdebug.paths import dotted, resolve
from ttdebug.replay.writes import Write, writes
from ttdebug.store.questions.outlines import Spot
from ttdebug.store.trace import Trace

STAY: Final = 4
"""Members that have to be there to the end, and never went."""

LONG: Final = 0.2
"""Share of the timeline for which it was there, and for which it has been gone."""


def vanished(ground: Ground) -> Iterator[Finding]:
    """A member of a list or object that was removed once and for all, where nothing else ever was.

    The state itself is no such object. At least four others are there at the end; it was there for
    a fifth of the timeline before, and a fifth of it followed.
    """
    wanted = {course.timeline.id for course in ground.courses}
    for spot in ground.trace.lone_removals():
        ground.work.look()
        if spot.timeline in wanted and len(spot.path) > 1:
            yield from _vanished(ground.trace, spot)


def _vanished(trace: Trace, spot: Spot) -> Iterator[Finding]:
    lineage = trace.lineage(spot.timeline)
    size, here = len(lineage), lineage.index_of(spot.seq)
    last = lineage.seq_at(size - 1)
    others = resolve(trace.state(last, spot.agent, spot.timeline), spot.path[:-1])
    if not isinstance(others, list | dict) or len(others) < STAY or size - 1 - here < LONG * size:
        return
    before = writes(trace, spot.timeline, spot.agent, spot.path, last=spot.seq, reverse=True)
    history = list(islice(before, 2))
    first = next(writes(trace, spot.timeline, spot.agent, spot.path), None)
    if first is None or len(history) < 2 or history[0].new is not MISSING:
        return
    later = writes(trace, spot.timeline, spot.agent, spot.path, first=spot.seq + 1)
    if here - lineage.index_of(first.seq) >= LONG * size and next(later, None) is None:
        yield _finding(trace, spot, history, len(others), last)


def _finding(trace: Trace, spot: Spot, history: list[Write], others: int, last: int) -> Finding:
    name = dotted(spot.path)
    return Finding(
        kind="fallen",
        rule=f"{name} was removed and did not come back; nothing else ever was removed from"
        f" {dotted(spot.path[:-1]) or 'the state'}, which holds {others:,} others",
        run=trace.timelines[spot.timeline].run,
        timeline=spot.timeline,
        agent=spot.agent,
        first=spot.seq,
        last=last,
        weight=0.65,
        evidence=tuple(Evidence(write.seq, name, write.new) for write in reversed(history)),
        path=name,
    )
