"""Values that became of another type for good: a number that is a text from then on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Evidence, Finding, counted
from ttdebug.model import Value
from ttdebug.paths import dotted
from ttdebug.replay.writes import Write, writes
from ttdebug.store.questions.outlines import Spot
from ttdebug.store.trace import Trace

LEAST: Final = 2
"""Writes of the type before."""

STAYS: Final = 0.05
"""Share of the timeline that has to follow."""

_LOOKED_AT: Final = 500
_SHOWN: Final = 3


def retyped(ground: Ground) -> Iterator[Finding]:
    """A path that held numbers alone and then texts alone, or the other way round, to the end."""
    wanted = {course.timeline.id for course in ground.courses}
    for spot in ground.trace.retypings():
        ground.work.look()
        if spot.timeline in wanted and (found := _retyped(ground.trace, spot)) is not None:
            yield found


def _retyped(trace: Trace, spot: Spot) -> Finding | None:
    lineage = trace.lineage(spot.timeline)
    size, here = len(lineage), lineage.index_of(spot.seq)
    back = writes(trace, spot.timeline, spot.agent, spot.path, last=spot.seq, reverse=True)
    before = list(islice(back, _LOOKED_AT))
    if len(before) <= LEAST or before[0].seq != spot.seq or size - 1 - here < STAYS * size:
        return None
    was, became = _type(before[1].new), _type(before[0].new)
    if None in (was, became) or was == became:
        return None
    if any(_type(write.new) != was for write in before[1:]):
        return None
    return _finding(trace, spot, before, f"{was}s", f"a {became}")


def _type(value: Value) -> str | None:
    if isinstance(value, str):
        return "text"
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if known else None


def _finding(trace: Trace, spot: Spot, before: list[Write], was: str, became: str) -> Finding:
    name = dotted(spot.path)
    written = counted(len(before) - 1, "write", most=_LOOKED_AT - 1)
    lineage = trace.lineage(spot.timeline)
    return Finding(
        kind="retyped",
        rule=f"{name} became {became} after {written} of {was}, and stayed so to the end",
        run=trace.timelines[spot.timeline].run,
        timeline=spot.timeline,
        agent=spot.agent,
        first=spot.seq,
        last=lineage.seq_at(len(lineage) - 1),
        weight=0.8,
        evidence=tuple(Evidence(write.seq, name, write.new) for write in reversed(before[:_SHOWN])),
        path=name,
    )
