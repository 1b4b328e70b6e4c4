"""The tables of a `.ttd` file, and the small numbers stored in them."""

from __future__ import annotations

from typing import Final

from ttdebug.model import Status

APPLICATION_ID: Final = 0x74746462  # "ttdb"
VERSION: Final = 1
SUFFIX: Final = ".ttd"

# events.flags
OPENS: Final = 1
STATE: Final = 2  # a snapshot was taken; without a row in deltas nothing had changed
FIRST: Final = 4  # the first snapshot of its track

# kinds.flags: OPENS and STATE as above, and
LATE: Final = 8  # lists opening events again, by the status their closing event brought

STATUSES: Final[tuple[Status, ...]] = ("ok", "error", "open", "cancelled")

# edges.kind
INFERRED: Final = 1
LATER: Final = 2  # found after the effect was recorded, so not part of the chain

# paths.kind
KEY: Final = 0  # a key of an object
ELEMENT: Final = 1  # an element of a list by its identity, "field=text"
ROOT: Final = 0  # paths.id of the whole state

# touch.kind
EXACT: Final = 0  # written at this very path, or replaced with all that is below
BELOW: Final = 1  # written somewhere below

BUCKET: Final = 8  # density counts events per 2**BUCKET seqs
SLICE: Final = 64  # index rows follow at most so many events later

META_INDEXED: Final = "indexed"  # seq up to which the index tables are complete

TABLES: Final = {
    "meta": "CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID",
    "words": "CREATE TABLE words (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
    "runs": (
        "CREATE TABLE runs (id INTEGER PRIMARY KEY, uid TEXT NOT NULL, name TEXT NOT NULL,"
        " time INTEGER) STRICT"
    ),
    "timelines": (
        "CREATE TABLE timelines (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, name TEXT NOT NULL,"
        " parent INTEGER, fork_seq INTEGER NOT NULL) STRICT"
    ),
    "tracks": (
        "CREATE TABLE tracks (id INTEGER PRIMARY KEY, timeline INTEGER NOT NULL,"
        " agent INTEGER NOT NULL, first INTEGER NOT NULL) STRICT"
    ),
    "events": (
        "CREATE TABLE events (seq INTEGER PRIMARY KEY, timeline INTEGER NOT NULL, agent INTEGER,"
        " type INTEGER NOT NULL, name ANY, time INTEGER, parent INTEGER, closes INTEGER,"
        " flags INTEGER NOT NULL, status INTEGER, duration INTEGER, data ANY, source ANY,"
        " added INTEGER NOT NULL, changed INTEGER NOT NULL, removed INTEGER NOT NULL,"
        " chain BLOB NOT NULL) STRICT"
    ),
    "deltas": (
        "CREATE TABLE deltas (track INTEGER, seq INTEGER, ops ANY, PRIMARY KEY (track, seq))"
        " STRICT, WITHOUT ROWID"
    ),
    "keyframes": (
        "CREATE TABLE keyframes (seq INTEGER PRIMARY KEY, track INTEGER NOT NULL, base INTEGER,"
        " state ANY NOT NULL, UNIQUE (track, seq)) STRICT"
    ),
    "blobs": (
        "CREATE TABLE blobs (hash TEXT PRIMARY KEY, data ANY NOT NULL) STRICT, WITHOUT ROWID"
    ),
    "edges": (
        "CREATE TABLE edges (effect INTEGER, cause INTEGER, kind INTEGER, rule INTEGER,"
        " PRIMARY KEY (effect, cause)) STRICT, WITHOUT ROWID"
    ),
    "facts": (
        "CREATE TABLE facts (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, key TEXT NOT NULL,"
        " value TEXT NOT NULL) STRICT"
    ),
    "closings": (
        "CREATE TABLE closings (id INTEGER PRIMARY KEY, run INTEGER NOT NULL,"
        " seq INTEGER NOT NULL, time INTEGER NOT NULL) STRICT"
    ),
    "extents": (
        "CREATE TABLE extents (first INTEGER PRIMARY KEY, timeline INTEGER NOT NULL,"
        " last INTEGER NOT NULL) STRICT"
    ),
    "kinds": (
        "CREATE TABLE kinds (id INTEGER PRIMARY KEY, timeline INTEGER NOT NULL, agent INTEGER,"
        " type INTEGER NOT NULL, status INTEGER, flags INTEGER NOT NULL) STRICT"
    ),
    "members": (
        "CREATE TABLE members (kind INTEGER, seq INTEGER, PRIMARY KEY (kind, seq))"
        " STRICT, WITHOUT ROWID"
    ),
    "density": (
        "CREATE TABLE density (bucket INTEGER, kind INTEGER, count INTEGER NOT NULL,"
        " PRIMARY KEY (bucket, kind)) STRICT, WITHOUT ROWID"
    ),
    "children": (
        "CREATE TABLE children (parent INTEGER, closes INTEGER, seq INTEGER,"
        " PRIMARY KEY (parent, closes, seq)) STRICT, WITHOUT ROWID"
    ),
    "effects": (
        "CREATE TABLE effects (cause INTEGER, effect INTEGER, PRIMARY KEY (cause, effect))"
        " STRICT, WITHOUT ROWID"
    ),
    "paths": (
        "CREATE TABLE paths (parent INTEGER, kind INTEGER, key TEXT, id INTEGER NOT NULL,"
        " PRIMARY KEY (parent, kind, key)) STRICT, WITHOUT ROWID"
    ),
    "touch": (
        "CREATE TABLE touch (track INTEGER, path INTEGER, kind INTEGER, seq INTEGER, value ANY,"
        " PRIMARY KEY (track, path, kind, seq)) STRICT, WITHOUT ROWID"
    ),
}

EXPECTED: Final = frozenset(
    {("table", name, sql) for name, sql in TABLES.items()}
    | {("index", "sqlite_autoindex_keyframes_1", None)}
)
