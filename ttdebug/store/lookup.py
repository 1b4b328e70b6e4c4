"""The index of a file: what is stored, and the rows of the newest events kept in memory."""

from __future__ import annotations

from typing import Final, cast

from ttdebug.store import columns, resume, schema
from ttdebug.store.index import Indexer, Kind, Rows
from ttdebug.store.names import storable
from ttdebug.store.reading import Query
from ttdebug.store.states import States

_ORDERED: Final = {
    False: "{} ORDER BY seq LIMIT ?",
    True: "{} ORDER BY seq DESC LIMIT ?",
}

_FEW: Final = 128


def _both(sql: str) -> dict[bool, str]:
    return {reverse: form.format(sql) for reverse, form in _ORDERED.items()}


_MEMBERS: Final = _both("SELECT seq FROM members WHERE kind = ? AND seq BETWEEN ? AND ?")
_TOUCHES: Final = _both(
    "SELECT seq, value FROM touch WHERE track = ? AND path = ? AND kind = ? AND seq BETWEEN ? AND ?"
)
_CHANGES: Final = _both("SELECT seq, NULL FROM deltas WHERE track = ? AND seq BETWEEN ? AND ?")
_CHILDREN: Final = (
    "SELECT seq FROM children WHERE parent = ? AND closes = ? AND seq <= ? ORDER BY seq LIMIT ?"
)
_CLOSINGS: Final = (
    "SELECT parent, seq FROM children WHERE parent IN (SELECT value FROM json_each(?))"
    " AND closes = 1 AND seq <= ? ORDER BY parent, seq"
)
_EFFECTS: Final = "SELECT effect FROM effects WHERE cause = ? AND effect <= ? ORDER BY effect"
_KINDS: Final = "SELECT id, timeline, agent, type, status, flags FROM kinds"
_EXTENTS: Final = "SELECT first, timeline, last FROM extents WHERE first <= ? ORDER BY first"
_OPENING: Final = "SELECT timeline, agent, type FROM events WHERE seq = ?"
_NODE: Final = "SELECT id FROM paths WHERE parent = ? AND kind = ? AND key = ?"
_ELEMENTS: Final = (
    "SELECT EXISTS (SELECT 1 FROM paths WHERE parent = ?1 AND kind = 1 AND key < ?2)"
    " OR EXISTS (SELECT 1 FROM paths WHERE parent = ?1 AND kind = 1 AND key >= ?3)"
)
_COUNTS: Final = "SELECT kind, sum(count) FROM density WHERE bucket BETWEEN ? AND ? GROUP BY kind"
_COUNT: Final = "SELECT count(*) FROM members WHERE kind = ? AND seq BETWEEN ? AND ?"


class Lookup:
    """Answers from the index as of `last_seq`; safe for use by several threads after `__init__`."""

    def __init__(self, query: Query, states: States, last_seq: int) -> None:
        self._query = query
        self.last_seq = last_seq
        self.indexed = min(resume.indexed(query), last_seq)
        self.kinds: dict[Kind, int] = {}
        for number, *kind in query(_KINDS, ()):
            self.kinds[_kind(*kind)] = number
        self._nodes: dict[tuple[int, int, str], int | None] = {}
        self._new_nodes: dict[tuple[int, int, str], int] = {}
        self._few: dict[tuple[int, int, int], list[tuple[int, object]] | None] = {}
        self._tail = Rows()
        stretches: dict[int, tuple[int, int, int]] = {}
        for row in query(_EXTENTS, (last_seq,)):
            first, timeline, last = map(columns.integer, row)
            stretches[first] = (first, timeline, min(last, last_seq))
        entries = resume.tail(query, states, self.indexed) if self.indexed < last_seq else []
        if entries:
            indexer = Indexer(self._kind, self._new_node, self._opening)
            resume.prime(query, indexer, self.indexed)
            self._tail = indexer.rows(entries, resume.last_state(entries, states))
            stretches.update((row[0], row) for row in self._tail.extents)
        self.stretches = sorted(stretches.values())

    def members(self, kind: int, first: int, last: int, *, reverse: bool, limit: int) -> list[int]:
        """Seqs of a kind from first to last, in the order asked for."""
        rows = self._query(_MEMBERS[reverse], (kind, first, min(last, self.indexed), limit))
        found = [row[0] for row in rows]
        if self._tail.last:
            newer = [seq for number, seq in self._tail.members if number == kind]
            found = _joined(found, [seq for seq in newer if first <= seq <= last], reverse)
        return found[:limit]

    def count(self, kind: int, first: int, last: int) -> int:
        """How many events of a kind there are from first to last."""
        rows = self._query(_COUNT, (kind, first, min(last, self.indexed)))
        newer = sum(
            number == kind and first <= seq <= last and seq > self.indexed
            for number, seq in self._tail.members
        )
        return columns.integer(rows[0][0]) + newer

    def counts(self, first_bucket: int, last_bucket: int) -> dict[int, int]:
        """Events by kind in whole buckets, which have to be complete (see `full_buckets`)."""
        rows = self._query(_COUNTS, (first_bucket, last_bucket))
        return {kind: columns.integer(count) for kind, count in rows}

    @property
    def full_buckets(self) -> int:
        """The first bucket that is not complete."""
        return self.indexed >> schema.BUCKET

    def touches(
        self, track: int, path: int, kind: int, first: int, last: int, *, reverse: bool, limit: int
    ) -> list[tuple[int, object]]:
        """(seq, value) rows of one path; the value as it is stored."""
        if (path, kind) == (schema.ROOT, schema.BELOW):  # every change is one
            return self._query(_CHANGES[reverse], (track, first, min(last, self.last_seq), limit))
        rows = self._query(
            _TOUCHES[reverse], (track, path, kind, first, min(last, self.indexed), limit)
        )
        if self._tail.last:
            newer = [
                (row[3], row[4])
                for row in self._tail.touches
                if row[:3] == (track, path, kind) and first <= row[3] <= last
            ]
            if newer:
                rows = [*reversed(newer), *rows] if reverse else [*rows, *newer]
        return rows[:limit]

    def few_touches(self, track: int, path: int, kind: int) -> list[tuple[int, object]] | None:
        """All rows of a path if they are few, else None; kept, for ancestors are asked often."""
        key = (track, path, kind)
        if key not in self._few:
            rows = self.touches(*key, 1, self.last_seq, reverse=False, limit=_FEW + 1)
            self._few[key] = rows if len(rows) <= _FEW else None
        return self._few[key]

    def children(self, parent: int, limit: int = -1) -> list[int]:
        """Events directly inside a span, its closing events included; -1 is no limit."""
        found = [
            row[0]
            for closes in (0, 1)
            for row in self._query(_CHILDREN, (parent, closes, self.indexed, limit))
        ]
        found += [row[2] for row in self._tail.children if row[0] == parent]
        return sorted(found) if limit < 0 else sorted(found)[:limit]

    def closings(self, openings: list[int]) -> dict[int, list[int]]:
        """The events that close each of some openings, ascending."""
        found: dict[int, list[int]] = {}
        rows = self._query(_CLOSINGS, (str(openings), self.indexed)) if openings else []
        for opening, seq in rows:
            found.setdefault(opening, []).append(seq)
        if self._tail.last:
            wanted = set(openings)
            for parent, closes, seq in self._tail.children:
                if closes and parent in wanted:
                    found.setdefault(parent, []).append(seq)
        return found

    def effects(self, cause: int) -> list[int]:
        """Events that name `cause` as a cause."""
        rows = self._query(_EFFECTS, (cause, self.indexed))
        newer = [effect for number, effect in self._tail.effects if number == cause]
        return sorted({*(row[0] for row in rows), *newer})

    def node(self, parent: int, kind: int, key: str) -> int | None:
        """The number of a path, if it was ever written."""
        step = (parent, kind, key)
        if step in self._new_nodes:
            return self._new_nodes[step]
        if step not in self._nodes:
            rows = self._query(_NODE, (parent, kind, storable(key)))
            self._nodes[step] = columns.integer(rows[0][0]) if rows else None
        return self._nodes[step]

    def has_elements(self, parent: int, *, except_by: str | None = None) -> bool:
        """Whether elements of a list were named by identity, by another field than one."""
        low, high = ("", "") if except_by is None else (f"{except_by}=", f"{except_by}>")
        new = any(
            key[0] == parent and key[1] == schema.ELEMENT and not (low and low <= key[2] < high)
            for key in self._new_nodes
        )
        return new or bool(self._query(_ELEMENTS, (parent, low, high))[0][0])

    def _kind(self, kind: Kind) -> int:
        return self.kinds.setdefault(kind, -len(self.kinds) - 1)

    def _new_node(self, parent: int, kind: int, key: str) -> int:
        found = self.node(parent, kind, key)
        if found is None:
            found = self._new_nodes[parent, kind, key] = -len(self._new_nodes) - 1
        return found

    def _opening(self, seq: int) -> tuple[int, int | None, int] | None:
        rows = self._query(_OPENING, (seq,))
        return cast("tuple[int, int | None, int]", rows[0]) if rows else None


def _kind(timeline: object, agent: object, type_: object, status: object, flags: object) -> Kind:
    columns.status(status)  # raises for a number that means nothing
    return Kind(
        columns.integer(timeline),
        columns.optional(agent),
        columns.integer(type_),
        columns.optional(status),
        columns.integer(flags),
    )


def _joined(found: list[int], newer: list[int], reverse: bool) -> list[int]:
    return sorted({*found, *newer}, reverse=reverse) if newer else found
