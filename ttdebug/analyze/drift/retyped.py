"""Values that became of another type for good: a number that is a text from then on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Finding, counted
from ttdebug.analyze.drift.place import Place
from ttdebug.model import Value

LEAST: Final = 2
"""Writes of the type before."""

STAYS: Final = 0.05
"""Share of the timeline that has to follow."""

_LOOKED_AT: Final = 500
_SHOWN: Final = 3


def retyped(ground: Ground) -> Iterator[Finding]:
    """A path that held numbers alone and then texts alone, or the other way round, to the end."""
    for spot in ground.own(ground.trace.retypings()):
        yield from _retyped(Place.of(ground.trace, spot), spot.seq)


def _retyped(place: Place, seq: int) -> Iterator[Finding]:
    history = list(islice(place.back(seq), _LOOKED_AT))
    if len(history) <= LEAST or history[0].seq != seq or place.share(seq) < STAYS:
        return
    was, became = _type(history[1].new), _type(history[0].new)
    if None in (was, became) or was == became:
        return
    if any(_type(write.new) != was for write in history[1:]):
        return
    written = counted(len(history) - 1, "write", most=_LOOKED_AT - 1)
    yield place.finding(
        "retyped",
        f"{place.name} became a {became} after {written} of {was}s, and stayed so to the end",
        history[:_SHOWN],
        weight=0.8,
    )


def _type(value: Value) -> str | None:
    if isinstance(value, str):
        return "text"
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if known else None
