"""Numbers that went below zero although they never did before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Finding, counted
from ttdebug.analyze.drift.place import Place
from ttdebug.model import Value
from ttdebug.replay.writes import Write
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
    for spot in ground.own(ground.trace.below_zero()):
        if _acts_on(ground.trace, spot):
            yield from _negative(Place.of(ground.trace, spot), spot.seq)


def _acts_on(trace: Trace, spot: Spot) -> bool:
    later = trace.briefs(spot.seq + 1, timeline=spot.timeline)
    own = (brief for brief in later if brief.agent == spot.agent)
    return len(list(islice(own, ON))) == ON


def _negative(place: Place, seq: int) -> Iterator[Finding]:
    history = list(islice(place.back(seq), _LOOKED_AT))
    if not _known(place, seq, history) or _often(place, seq):
        return
    if not all(_sound(write.new) for write in history[1:]):
        return
    written = counted(len(history) - 1, "write", most=_LOOKED_AT - 1)
    yield place.finding(
        "negative",
        f"{place.name} fell below zero for the first time, after {written}",
        history[:_SHOWN],
        weight=0.85,
        last=seq,
    )


def _known(place: Place, seq: int, history: list[Write]) -> bool:
    """Whether the number had been there for some time."""
    if len(history) < 2 or history[0].seq != seq:
        return False
    return len(history) > LEAST or place.share(history[-1].seq, seq) >= LONG


def _sound(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _often(place: Place, seq: int) -> bool:
    falls = (write for write in islice(place.writes(seq), _LOOKED_AT) if _sound(write.old))
    return sum(not _sound(write.new) for write in falls) >= OFTEN
