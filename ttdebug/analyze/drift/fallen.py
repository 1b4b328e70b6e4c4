"""Fields that fell: to null, to zero or out of the state, after they always held something."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Evidence, Finding, counted
from ttdebug.model import MISSING, Value
from ttdebug.paths import Key, dotted, resolve
from ttdebug.replay.writes import Write, writes
from ttdebug.store.questions.outlines import Spot
from ttdebug.store.trace import Trace

LEAST: Final = 3
"""Writes of a value before it fell."""

LONG: Final = 0.2
"""Share of the timeline, before and after, for which a value has to stand that fell to zero."""

TEXTS: Final = 0.05
"""Share of the timeline that has to follow where no number fell: a run tidies up at its end."""

SIBLINGS: Final = 2
"""More keys of one object than this that went away mean that its keys come and go."""

_LOOKED_AT: Final = 500
_SHOWN: Final = 3


def fallen(ground: Ground) -> Iterator[Finding]:
    """A path that held something in at least three writes and then null, or nothing, to the end.

    Never null before. A number that became zero, and a path that was removed from an object whose
    keys stay, count if both what was before and what followed lasted a fifth of the timeline.
    """
    wanted = {course.timeline.id for course in ground.courses}
    least = LEAST - 1  # the first may have come with the whole state
    spots = [spot for spot in ground.trace.falls(least) if spot.timeline in wanted]
    gone: dict[tuple[int, str, object], int] = {}
    for spot in spots:
        if spot.value is MISSING:
            parent = (spot.timeline, spot.agent, spot.path[:-1])
            gone[parent] = gone.get(parent, 0) + 1
    for spot in spots:
        ground.work.look()
        if spot.value is MISSING and (
            gone[spot.timeline, spot.agent, spot.path[:-1]] > SIBLINGS
            or not isinstance(spot.path[-1], Key)
        ):
            continue
        found = _fall(ground.trace, spot)
        if found is not None:
            yield found


def _fall(trace: Trace, spot: Spot) -> Finding | None:
    """What became of a path, if it is odd."""
    before = list(islice(_back(trace, spot), _LOOKED_AT))
    if len(before) < LEAST + 1 or before[0].seq != spot.seq or not _held(spot, before[1:]):
        return None
    lineage = trace.lineage(spot.timeline)
    last = lineage.seq_at(len(lineage) - 1)
    state = trace.state(last, spot.agent, spot.timeline)
    if resolve(state, spot.path[:-1]) is MISSING or _again(trace, spot):
        return None
    before = before[_since(before) :]
    here = lineage.index_of(before[0].seq)
    earlier = (here - lineage.index_of(before[-1].seq)) / len(lineage)
    later = (len(lineage) - 1 - here) / len(lineage)
    number = _is_number(before[0].old)
    if spot.value == 0 or spot.value is MISSING:
        if min(earlier, later) < LONG:
            return None
    elif not number and later < TEXTS:
        return None
    return _finding(trace, spot, before, number=number, last=last)


def _since(before: list[Write]) -> int:
    """Where it began among writes, newest first: what became null may have been removed before."""
    at = 0
    while at + 1 < len(before) and before[at + 1].new is MISSING:
        at += 1
    return at


def _back(trace: Trace, spot: Spot) -> Iterator[Write]:
    return writes(trace, spot.timeline, spot.agent, spot.path, last=spot.seq, reverse=True)


def _held(spot: Spot, before: list[Write]) -> bool:
    """Whether the path always held something; of one that fell to zero, numbers only."""
    values = [write.new for write in before if write.new is not MISSING]
    if spot.value == 0:
        return len(values) >= LEAST and all(_is_number(value) and value for value in values)
    return len(values) >= LEAST and all(value is not None for value in values)


def _again(trace: Trace, spot: Spot) -> bool:
    """Whether the path got a value again."""
    later = writes(trace, spot.timeline, spot.agent, spot.path, first=spot.seq + 1)
    if spot.value == 0:
        return any(write.new is not MISSING and write.new != 0 for write in later)
    return any(write.new is not MISSING and write.new is not None for write in later)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finding(trace: Trace, spot: Spot, before: list[Write], *, number: bool, last: int) -> Finding:
    name = dotted(spot.path)
    fell = before[0].new
    what = "removed" if fell is MISSING else "null" if fell is None else "zero"
    written = counted(len(before) - 1, "write", most=_LOOKED_AT - 1)
    became = "was removed" if what == "removed" else f"became {what}"
    return Finding(
        kind="fallen",
        rule=f"{name} {became} after {written} of something else, and stayed so to the end",
        run=trace.timelines[spot.timeline].run,
        timeline=spot.timeline,
        agent=spot.agent,
        first=before[0].seq,
        last=last,
        weight=0.95 if number and what != "zero" else 0.7 if number else 0.5,
        evidence=tuple(Evidence(write.seq, name, write.new) for write in reversed(before[:_SHOWN])),
        path=name,
    )
