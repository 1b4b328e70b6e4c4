"""Storing index rows, and catching up with events whose index rows a crash left out."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from typing import Final

from ttdebug.model import Value
from ttdebug.store import schema
from ttdebug.store.index import Entry, Indexer, Kind, Rows
from ttdebug.store.reading import Query, Row
from ttdebug.store.states import States

_INSERTS: Final = {
    "members": "INSERT OR IGNORE INTO members VALUES (?, ?)",
    "children": "INSERT OR IGNORE INTO children VALUES (?, ?, ?)",
    "effects": "INSERT OR IGNORE INTO effects VALUES (?, ?)",
    "touches": "INSERT OR IGNORE INTO touch VALUES (?, ?, ?, ?, ?)",
    "density": "INSERT OR REPLACE INTO density VALUES (?, ?, ?)",
    "extents": "INSERT OR REPLACE INTO extents VALUES (?, ?, ?)",
}


def store(db: sqlite3.Connection, rows: Rows) -> None:
    """Add index rows, within the caller's transaction."""
    for table, statement in _INSERTS.items():
        if found := getattr(rows, table):
            db.executemany(statement, found)
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (schema.META_INDEXED, rows.last))


def indexed(query: Query) -> int:
    """The seq up to which the index is complete."""
    found = query("SELECT value FROM meta WHERE key = ?", (schema.META_INDEXED,))
    return found[0][0] if found and isinstance(found[0][0], int) else 0


def index_tail(db: sqlite3.Connection, indexer: Indexer, states: States) -> None:
    """Complete the index, and make the indexer ready to go on."""

    def query(sql: str, values: tuple[object, ...]) -> list[Row]:
        return db.execute(sql, values).fetchall()

    done = indexed(query)
    prime(query, indexer, done)
    entries = tail(query, states, done)
    if entries:
        db.execute("BEGIN IMMEDIATE")
        store(db, indexer.rows(entries, last_state(entries, states)))
        db.execute("COMMIT")


def last_state(entries: list[Entry], states: States) -> Callable[[int], Value]:
    """The states after the last of some events, by track."""
    last = entries[-1].seq
    return lambda track: states.at(track, last)


def prime(query: Query, indexer: Indexer, done: int) -> None:
    """Let the indexer continue the last stretch and the last bucket."""
    stretches = query("SELECT first, timeline, last FROM extents ORDER BY first DESC LIMIT 1", ())
    bucket = done >> schema.BUCKET
    counts: Counter[int] = Counter()
    late = (
        "SELECT kind, count(*) FROM kinds JOIN members ON kind = id"
        " WHERE flags & ? = 0 AND seq BETWEEN ? AND ? GROUP BY kind"
    )
    for kind, count in query(late, (schema.LATE, bucket << schema.BUCKET, done)):
        counts[kind] = count
    indexer.resume(stretches[0] if stretches else None, bucket, counts)


def tail(query: Query, states: States, done: int) -> list[Entry]:
    """The events after `done`, as the indexer takes them."""
    tracks = {
        (timeline, agent): number
        for number, timeline, agent in query("SELECT id, timeline, agent FROM tracks", ())
    }
    causes: dict[object, list[int]] = {}
    for effect, cause in query("SELECT effect, cause FROM edges WHERE effect > ?", (done,)):
        causes.setdefault(effect, []).append(cause)
    entries = []
    for row in query(
        "SELECT seq, timeline, agent, type, status, flags, parent, closes FROM events"
        " WHERE seq > ? ORDER BY seq",
        (done,),
    ):
        seq, timeline, agent, type_, status, flags, parent, closes = row
        kind = Kind(timeline, agent, type_, status, flags & 3)
        track = tracks.get((timeline, agent)) if flags & schema.STATE else None
        ops = None
        if track is not None:
            ops = states.delta(track, seq)
            if ops is None:
                ops = [{"op": "add", "path": "", "value": None}]
        entries.append(
            Entry(seq, kind, parent, closes, tuple(causes.get(seq, ())), track, ops or None)
        )
    return entries
