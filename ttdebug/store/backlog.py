"""What follows recorded events in slices: their index rows, and whole states to seek from.

Both can be derived from what was committed with the events, so that a crash in between costs a
reader time and nothing else.
"""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple

from ttdebug.model import JSON, MISSING
from ttdebug.store import resume
from ttdebug.store.blobs import Blobs
from ttdebug.store.index import Entry, Indexer, Kind
from ttdebug.store.lines import Track
from ttdebug.store.names import Kinds, Nodes
from ttdebug.store.registry import Registry
from ttdebug.store.states import States

_MOST_SPANS: Final = 100_000

_KEYFRAME: Final = "INSERT INTO keyframes VALUES (?, ?, ?, ?)"
_EFFECT: Final = "INSERT OR IGNORE INTO effects VALUES (?, ?)"


class _Whole(NamedTuple):
    """The state of a track after event `seq`, which nobody changes any more."""

    seq: int
    track: Track
    state: JSON


class Backlog:
    """Events whose index rows and keyframes are not stored yet. Not thread-safe."""

    def __init__(
        self, connection: sqlite3.Connection, blobs: Blobs, registry: Registry, states: States
    ) -> None:
        """Catches up with events that a crash left without index rows."""
        self._db = connection
        self._blobs = blobs
        self._registry = registry
        self._entries: list[Entry] = []
        self._wholes: list[_Whole] = []
        self._spans: dict[int, tuple[int, int | None, int]] = {}
        self._indexer = Indexer(Kinds(connection).id, Nodes(connection).id, self._opening)
        resume.index_tail(connection, self._indexer, states)

    def add(self, entry: Entry) -> int:
        """Take an event that was stored; returns how many wait."""
        self._entries.append(entry)
        return len(self._entries)

    def opens(self, seq: int, kind: Kind) -> None:
        """Remember the kind of an event that opens a span, for the one that closes it."""
        if len(self._spans) >= _MOST_SPANS:
            self._spans.clear()
        self._spans[seq] = kind[:3]

    def keyframe(self, seq: int, track: Track, state: JSON) -> None:
        """Have the state of a track after an event stored as a whole."""
        self._wholes.append(_Whole(seq, track, state))

    def keyframe_now(self, seq: int, track: Track, text: bytes) -> None:
        """Store such a state, encoded, together with its event: nothing else tells it."""
        base, packed = track.keyframes.pack(seq, text, self._blobs.packer)
        self._db.execute(_KEYFRAME, (seq, track.id, base, packed))
        track.keyframed(len(text))

    def cause(self, effect: int, cause: int) -> None:
        """Take an edge that was stored after its effect."""
        if self._entries and effect >= self._entries[0].seq:
            at = effect - self._entries[0].seq
            entry = self._entries[at]
            self._entries[at] = entry._replace(causes=(*entry.causes, cause))
        else:
            self._db.execute(_EFFECT, (cause, effect))

    def store(self) -> None:
        """Store all that waits, within the caller's transaction."""
        for whole in self._wholes:
            text = self._blobs.encode(whole.state, long=whole.track.long)
            self.keyframe_now(whole.seq, whole.track, text)
        self._wholes.clear()
        if self._entries:
            entries, self._entries = self._entries, []
            states = self._registry.states()
            rows = self._indexer.rows(entries, lambda track: states.get(track, MISSING))
            resume.store(self._db, rows)

    def _opening(self, seq: int) -> tuple[int, int | None, int] | None:
        found = self._spans.pop(seq, None)
        if found is None:
            found = self._db.execute(
                "SELECT timeline, agent, type FROM events WHERE seq = ?", (seq,)
            ).fetchone()
        return found
