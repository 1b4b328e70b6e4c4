"""Numbers that went below zero although they never did before."""

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

LEAST: Final = 3
"""Writes of zero or more before, unless they stood for long."""

LONG: Final = 0.2
"""Share of the timeline for which they may have stood instead."""

OFTEN: Final = 3
"""A number that falls below zero as often as this is one that may."""

ON: Final = 3
"""Events its agent has to act on: one that ends with what made it negative has ended."""

_LOOKED_AT: Final = 500
_SHOWN: Final = 3


def negative(ground: Ground) -> Iterator[Finding]:
    """A number that was zero or more in at least three writes and then falls below it.

    Fewer do if they stood for a fifth of the timeline. Its agent acts on for at least three events,
    and the number falls less than three times.
    """
    wanted = {course.timeline.id for course in ground.courses}
    for spot in ground.trace.below_zero():
        ground.work.look()
        if spot.timeline not in wanted or not _acts_on(ground.trace, spot):
            continue
        found = writes(
            ground.trace, spot.timeline, spot.agent, spot.path, last=spot.seq, reverse=True
        )
        before = list(islice(found, _LOOKED_AT))
        known = _known(ground.trace, spot, before) and not _often(ground.trace, spot)
        if known and all(_sound(write.new) for write in before[1:]):
            yield _finding(ground.trace, spot, before)


def _acts_on(trace: Trace, spot: Spot) -> bool:
    later = trace.briefs(spot.seq + 1, timeline=spot.timeline)
    own = (brief for brief in later if brief.agent == spot.agent)
    return len(list(islice(own, ON))) == ON


def _known(trace: Trace, spot: Spot, before: list[Write]) -> bool:
    """Whether the number had been there for some time."""
    if len(before) < 2 or before[0].seq != spot.seq:
        return False
    lineage = trace.lineage(spot.timeline)
    rows = lineage.index_of(spot.seq) - lineage.index_of(before[-1].seq)
    return len(before) > LEAST or rows >= LONG * len(lineage)


def _sound(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _often(trace: Trace, spot: Spot) -> bool:
    later = writes(trace, spot.timeline, spot.agent, spot.path, first=spot.seq)
    falls = (write for write in islice(later, _LOOKED_AT) if _sound(write.old))
    return sum(not _sound(write.new) for write in falls) >= OFTEN


def _finding(trace: Trace, spot: Spot, before: list[Write]) -> Finding:
    name = dotted(spot.path)
    written = counted(len(before) - 1, "write", most=_LOOKED_AT - 1)
    return Finding(
        kind="negative",
        rule=f"{name} fell below zero for the first time, after {written}",
        run=trace.timelines[spot.timeline].run,
        timeline=spot.timeline,
        agent=spot.agent,
        first=spot.seq,
        last=spot.seq,
        weight=0.85,
        evidence=tuple(Evidence(write.seq, name, write.new) for write in reversed(before[:_SHOWN])),
        path=name,
    )
