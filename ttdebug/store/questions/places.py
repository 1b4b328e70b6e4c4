"""Places on a timeline: the nearest event that fits, found without reading those between."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from ttdebug.store.lineage import Lineage
from ttdebug.store.members import Wanted
from ttdebug.store.opened import Opened
from ttdebug.store.reading import asked

_LATER: Final = "SELECT seq FROM events WHERE seq BETWEEN ? AND ? AND time > ? ORDER BY seq LIMIT 1"
_OUTSIDE: Final = (
    "SELECT seq FROM events WHERE seq BETWEEN ? AND ? AND (parent IS NULL OR parent < ?)"
    " ORDER BY seq LIMIT 1"
)
_DELTAS: Final = {
    False: "SELECT min(seq) FROM deltas WHERE track = ? AND seq BETWEEN ? AND ?",
    True: "SELECT max(seq) FROM deltas WHERE track = ? AND seq BETWEEN ? AND ?",
}


class PlaceQuestions(Opened):
    """Where is the next one? Always strictly after, or before, the event one asks from."""

    def next(
        self,
        lineage: Lineage,
        seq: int,
        *,
        types: Collection[str] | None = None,
        agent: str | None = None,
        statuses: Collection[str] | None = None,
        with_state: bool = False,
        reverse: bool = False,
    ) -> int | None:
        """The nearest event of a lineage strictly after `seq`, or before it, that fits."""
        first, last = (1, seq - 1) if reverse else (seq + 1, self.last_seq)
        wanted = Wanted(types, agent, statuses, with_state)
        return next(self._members.matching(lineage, first, last, wanted, reverse=reverse), None)

    def next_delta(
        self, lineage: Lineage, seq: int, *, agent: str | None = None, reverse: bool = False
    ) -> int | None:
        """The nearest event strictly after `seq`, or before it, that changed or began a state."""
        number = None if agent is None else self._catalog.numbers.get(agent, -1)
        found: list[int] = []
        with asked("the index of changes"):
            for reach in lineage.reaches:
                low, high = (1, min(reach.last, seq - 1)) if reverse else (seq + 1, reach.last)
                for track in self._catalog.tracks:
                    if track.timeline == reach.timeline and number in (None, track.agent):
                        rows = self._query(_DELTAS[reverse], (track.id, low, high))
                        found += [at for (at,) in rows if at is not None]
        return (max(found) if reverse else min(found)) if found else None

    def next_outside(self, lineage: Lineage, seq: int, opening: int) -> int | None:
        """The first event after `seq` whose own span was opened before `opening`, or has none."""
        return self._first(_OUTSIDE, lineage, lineage.index_of(seq) + 1, opening)

    def first_later(self, lineage: Lineage, time: int, after: int = 0) -> int | None:
        """The first event later than `time`, in ns, also where clocks ran back after it.

        Only events after the seq `after` are looked at.
        """
        return self._first(_LATER, lineage, lineage.index_of(after) + 1, time)

    def _first(self, sql: str, lineage: Lineage, row: int, limit: int) -> int | None:
        for first, last in lineage.stretches(row, len(lineage)):
            with asked(f"event {first} to {last}"):
                rows = self._query(sql, (first, last, limit))
            for (seq,) in rows:
                return int(seq)
        return None
