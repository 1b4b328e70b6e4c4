"""From rows of the events table to events."""

from __future__ import annotations

from typing import Final

from ttdebug.errors import TraceError
from ttdebug.model import NO_CHANGES, Counts, Event, Object
from ttdebug.store import codec, columns, schema
from ttdebug.store.catalog import Catalog
from ttdebug.store.lineage import Lineage
from ttdebug.store.lookup import Lookup
from ttdebug.store.reading import Query, Row, told

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
        with told(f"event {first}" if first == last else f"event {first} to {last}"):
            return self._events(self._query(_BETWEEN, (first, last)), lineage)

    def among(self, seqs: list[int], lineage: Lineage | None = None) -> list[Event]:
        """The events with these seqs, ascending."""
        with told(f"event {seqs[0]} to {seqs[-1]}"):
            return self._events(self._query(_AMONG, (str(seqs),)), lineage)

    def _events(self, rows: list[Row], lineage: Lineage | None) -> list[Event]:
        openings = {row[0]: row[1] for row in rows if row[8] & schema.OPENS}
        ends = self._ends(openings, lineage) if openings else {}
        return [self._event(row, ends) for row in rows]

    def _ends(self, openings: dict[int, int], lineage: Lineage | None) -> dict[int, Row]:
        """(seq, timeline, status, duration) of what closes each opening."""
        closings = self._lookup.closings(list(openings))
        if not closings:
            return {}
        seqs = [seq for group in closings.values() for seq in group]
        rows = {row[0]: row for row in self._query(_ENDS, (str(seqs),))}
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
        (seq, timeline, agent, type_, name, time, parent, closes, flags, status, duration,
         data, source, added, changed, removed) = row  # fmt: skip
        catalog = self._catalog
        line = catalog.timelines[timeline]
        opens = bool(flags & schema.OPENS)
        closing: int | None = None
        if opens:
            end = ends.get(seq)
            if end is None:
                status = schema.STATUSES.index("open")
            else:
                closing, _, status, duration = end
        start = catalog.starts[catalog.run_of[timeline]]
        return Event(
            seq=seq,
            run=line.run,
            timeline=line.name,
            timeline_id=timeline,
            agent=None if agent is None else catalog.word(agent),
            type=catalog.word(type_),
            name=catalog.word(name) if isinstance(name, int) else name,
            time=columns.optional(time),
            elapsed=None if time is None or start is None else (time - start) / 1e9,
            parent=columns.optional(parent),
            opening=columns.optional(closes),
            closing=closing,
            opens=opens,
            status=columns.status(status),
            duration=columns.optional(duration),
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
