"""Fields that fell: to null, to zero or out of the state, after they always held something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Finding, counted
from ttdebug.analyze.drift.place import Place
from ttdebug.model import MISSING, Value
from ttdebug.paths import Key, Path
from ttdebug.replay.writes import Write
from ttdebug.store.questions.outlines import Spot

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
    least = LEAST - 1  # the first may have come with the whole state
    spots = list(ground.own(ground.trace.falls(least)))
    gone = Counter(_owner(spot) for spot in spots if spot.value is MISSING)
    for spot in spots:
        ground.work.look()
        comes_and_goes = gone[_owner(spot)] > SIBLINGS or not isinstance(spot.path[-1], Key)
        if spot.value is not MISSING or not comes_and_goes:
            yield from _fall(Place.of(ground.trace, spot), spot)


def _owner(spot: Spot) -> tuple[int, str, Path]:
    """What a path is a key or an element of."""
    return spot.timeline, spot.agent, spot.path[:-1]


def _fall(place: Place, spot: Spot) -> Iterator[Finding]:
    """What became of a path, if it is odd."""
    history = list(islice(place.back(spot.seq), _LOOKED_AT))
    if len(history) < LEAST + 1 or history[0].seq != spot.seq or not _held(spot, history[1:]):
        return
    if place.at_end(place.path[:-1]) is MISSING or _again(place, spot):
        return
    history = history[_since(history) :]
    earlier = place.share(history[-1].seq, history[0].seq)
    later = place.share(history[0].seq)
    number = _is_number(history[0].old)
    if spot.value == 0 or spot.value is MISSING:
        if min(earlier, later) < LONG:
            return
    elif not number and later < TEXTS:
        return
    yield _finding(place, history, number=number)


def _since(before: list[Write]) -> int:
    """Where it began among writes, newest first: what became null may have been removed before."""
    at = 0
    while at + 1 < len(before) and before[at + 1].new is MISSING:
        at += 1
    return at


def _held(spot: Spot, before: list[Write]) -> bool:
    """Whether the path always held something; of one that fell to zero, numbers only."""
    values = [write.new for write in before if write.new is not MISSING]
    if spot.value == 0:
        return len(values) >= LEAST and all(_is_number(value) and value for value in values)
    return len(values) >= LEAST and all(value is not None for value in values)


def _again(place: Place, spot: Spot) -> bool:
    """Whether the path got a value again."""
    later = place.writes(spot.seq + 1)
    if spot.value == 0:
        return any(write.new is not MISSING and write.new != 0 for write in later)
    return any(write.new is not MISSING and write.new is not None for write in later)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finding(place: Place, history: list[Write], *, number: bool) -> Finding:
    fell = history[0].new
    what = "removed" if fell is MISSING else "null" if fell is None else "zero"
    written = counted(len(history) - 1, "write", most=_LOOKED_AT - 1)
    became = "was removed" if what == "removed" else f"became {what}"
    return place.finding(
        "fallen",
        f"{place.name} {became} after {written} of something else, and stayed so to the end",
        history[:_SHOWN],
        weight=0.95 if number and what != "zero" else 0.7 if number else 0.5,
    )
