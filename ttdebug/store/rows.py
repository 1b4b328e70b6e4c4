"""From rows of the events table to events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from ttdebug.errors import TraceError
from ttdebug.model import NO_CHANGES, Counts, Event, Object
from ttdebug.store import codec, schema
from ttdebug.store.catalog import Catalog
from ttdebug.store.lineage import Lineage
from ttdebug.store.lookup import Lookup
from ttdebug.store.reading import Query, Row

_COLUMNS: Final = (
    "seq, timeline, agent, type, name, time, parent, closes, flags, status, duration,"
    " data, source, added, changed, removed"
)
_BETWEEN: Final = f"SELECT {_COLUMNS} FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq"
_AMONG: Final = (
    f"SELECT {_COLUMNS} FROM events WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq"
)
_ENDS: Final = (
    "SELECT seq, timeline, status, duration FROM events"
    " WHERE seq IN (SELECT value FROM json_each(?))"
)


class Events:
    """Reads events in stretches, their spans' ends included."""

    def __init__(self, query: Query, blob: codec.Get, catalog: Catalog, lookup: Lookup) -> None:
        self._query = query
        self._blob = blob
        self._catalog = catalog
        self._lookup = lookup

    def between(self, first: int, last: int, lineage: Lineage | None = None) -> list[Event]:
        """Events first <= seq <= last, as seen on a lineage or on the timelines they are on."""
        return self._events(self._query(_BETWEEN, (first, last)), lineage)

    def among(self, seqs: Iterable[int], lineage: Lineage | None = None) -> list[Event]:
        """The events with these seqs, ascending."""
        return self._events(self._query(_AMONG, (str(list(seqs)),)), lineage)

    def _events(self, rows: list[Row], lineage: Lineage | None) -> list[Event]:
        openings = {
            cast(int, row[0]): cast(int, row[1]) for row in rows if cast(int, row[8]) & schema.OPENS
        }
        ends = self._ends(openings, lineage) if openings else {}
        return [self._event(row, ends) for row in rows]

    def _ends(self, openings: dict[int, int], lineage: Lineage | None) -> dict[int, Row]:
        """(seq, timeline, status, duration) of what closes each opening."""
        closings = self._lookup.closings(list(openings))
        if not closings:
            return {}
        seqs = [seq for group in closings.values() for seq in group]
        rows = {cast(int, row[0]): row for row in self._query(_ENDS, (str(seqs),))}
        found: dict[int, Row] = {}
        for opening, group in closings.items():
            for seq in group:
                row = rows.get(seq)
                if row is not None and (
                    lineage.contains(seq) if lineage else row[1] == openings[opening]
                ):
                    found.setdefault(opening, row)
        return found

    def _event(self, row: Row, ends: dict[int, Row]) -> Event:
        (
            seq,
            timeline,
            agent,
            type_,
            name,
            time,
            parent,
            closes,
            flags,
            status,
            duration,
            data,
            source,
            added,
            changed,
            removed,
        ) = cast("tuple[int, ...]", row)
        catalog = self._catalog
        line = catalog.timelines[timeline]
        opens = bool(flags & schema.OPENS)
        closing: int | None = None
        if opens:
            end = ends.get(seq)
            if end is None:
                status = schema.STATUSES.index("open")
            else:
                closing, _, status, duration = cast("tuple[int, int, int, int]", end)
        start = catalog.starts[catalog.run_of[timeline]]
        return Event(
            seq=seq,
            run=line.run,
            timeline=line.name,
            timeline_id=timeline,
            agent=None if agent is None else catalog.word(agent),
            type=catalog.word(type_),
            name=catalog.word(name) if isinstance(name, int) else name,
            time=_whole(time),
            elapsed=None if time is None or start is None else (time - start) / 1e9,
            parent=_whole(parent),
            opening=_whole(closes),
            closing=closing,
            opens=opens,
            status=None if status is None else schema.STATUSES[status],
            duration=_whole(duration),
            changes=Counts(added, changed, removed) if added or changed or removed else NO_CHANGES,
            has_state=bool(flags & schema.STATE),
            data={} if data is None else self._object(data),
            source={} if source is None else self._object(source),
        )

    def _object(self, stored: object) -> Object:
        value = codec.load(stored, self._blob)
        if not isinstance(value, dict):
            raise TraceError("an event's data is no JSON object; the file is damaged")
        return value


def _whole(value: object) -> int | None:
    if value is not None and not isinstance(value, int):
        raise TraceError(f"a number was expected, not {type(value).__name__}; the file is damaged")
    return value
