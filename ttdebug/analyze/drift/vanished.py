"""What vanished: the only member that was ever taken out of a list or an object, for good."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Finding
from ttdebug.analyze.drift.place import Place
from ttdebug.model import MISSING
from ttdebug.paths import dotted

STAY: Final = 4
"""Members that have to be there to the end, and never went."""

LONG: Final = 0.2
"""Share of the timeline for which it was there, and for which it has been gone."""


def vanished(ground: Ground) -> Iterator[Finding]:
    """A member of a list or object that was removed once and for all, where nothing else ever was.

    The state itself is no such object. At least four others are there at the end; it was there for
    a fifth of the timeline before, and a fifth of it followed.
    """
    for spot in ground.own(ground.trace.lone_removals()):
        if len(spot.path) > 1:
            yield from _vanished(Place.of(ground.trace, spot), spot.seq)


def _vanished(place: Place, seq: int) -> Iterator[Finding]:
    owner = place.path[:-1]
    others = place.at_end(owner)
    if not isinstance(others, list | dict) or len(others) < STAY or place.share(seq) < LONG:
        return
    history = list(islice(place.back(seq), 2))
    first = next(place.writes(), None)
    if first is None or len(history) < 2 or history[0].new is not MISSING:
        return
    if place.share(first.seq, seq) < LONG or next(place.writes(seq + 1), None) is not None:
        return
    yield place.finding(
        "fallen",
        f"{place.name} was removed and did not come back; nothing else ever was removed from"
        f" {dotted(owner)}, which holds {len(others):,} others",
        history,
        weight=0.65,
    )
