"""Places on a timeline that are found by columns of their own: by time, and by stored deltas."""

from __future__ import annotations

from typing import Final, cast

from ttdebug.store.catalog import Catalog
from ttdebug.store.lineage import Lineage
from ttdebug.store.reading import Query

_LATER: Final = "SELECT seq FROM events WHERE seq BETWEEN ? AND ? AND time > ? ORDER BY seq LIMIT 1"
_OUTSIDE: Final = (
    "SELECT seq FROM events WHERE seq BETWEEN ? AND ? AND (parent IS NULL OR parent < ?)"
    " ORDER BY seq LIMIT 1"
)
_DELTAS: Final = {
    False: "SELECT min(seq) FROM deltas WHERE track = ? AND seq BETWEEN ? AND ?",
    True: "SELECT max(seq) FROM deltas WHERE track = ? AND seq BETWEEN ? AND ?",
}


def first_later(query: Query, lineage: Lineage, time: int) -> int | None:
    """The first event of a lineage that is later, also where clocks ran back after it."""
    for first, last in lineage.stretches(0, len(lineage)):
        rows = query(_LATER, (first, last, time))
        if rows:
            return cast(int, rows[0][0])
    return None


def next_outside(query: Query, lineage: Lineage, seq: int, opening: int) -> int | None:
    """The first event after `seq` whose own span was opened before `opening`, or that has none."""
    for first, last in lineage.stretches(lineage.index_of(seq) + 1, len(lineage)):
        rows = query(_OUTSIDE, (first, last, opening))
        if rows:
            return cast(int, rows[0][0])
    return None


def next_delta(
    query: Query, catalog: Catalog, lineage: Lineage, seq: int, agent: str | None, reverse: bool
) -> int | None:
    """The nearest event strictly after `seq`, or before it, with a stored delta."""
    number = None if agent is None else catalog.numbers.get(agent, -1)
    found: list[int] = []
    for reach in lineage.reaches:
        low, high = (1, min(reach.last, seq - 1)) if reverse else (seq + 1, reach.last)
        for track in catalog.tracks:
            if track.timeline == reach.timeline and number in (None, track.agent):
                rows = query(_DELTAS[reverse], (track.id, low, high))
                found += [cast(int, row[0]) for row in rows if row[0] is not None]
    return (max(found) if reverse else min(found)) if found else None
