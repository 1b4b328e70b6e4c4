"""Every delta of a few tracks in the order they were recorded, for those who fold along."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from operator import itemgetter
from typing import Final, NamedTuple

from ttdebug.delta import Delta
from ttdebug.store import codec
from ttdebug.store.fold import expand
from ttdebug.store.reading import Query, Row, pages, told
from ttdebug.store.states import States

_CHUNK: Final = 1024
_seq_of: Final = itemgetter(0)
_ROWS: Final = (
    "SELECT seq, ops FROM deltas WHERE track = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?"
)


class Written(NamedTuple):
    """One change of an agent's state; a state written as a whole is an `add` at the root."""

    seq: int
    timeline: int
    agent: str
    ops: Delta


class Part(NamedTuple):
    """A stretch of one track."""

    track: int
    timeline: int
    agent: str
    first: int
    last: int


class Stream:
    """Reads the deltas of tracks one after the other, merged by seq."""

    def __init__(self, query: Query, blob: codec.Get, states: States) -> None:
        self._query = query
        self._blob = blob
        self._states = states

    def deltas(self, parts: Sequence[Part], keys: Collection[str] | None) -> Iterator[Written]:
        """Deltas in order; with `keys`, those that cannot reach these top-level keys are skipped.

        Skipping looks at the text only, so that most deltas need not be parsed.
        """
        marks = None if keys is None else ['[""', *(f'["/{key}' for key in keys)]
        if keys is not None and not all(key.isascii() and key.isidentifier() for key in keys):
            marks = None
        streams = [self._part(part, marks) for part in parts]
        return streams[0] if len(streams) == 1 else heapq.merge(*streams, key=_seq_of)

    def _part(self, part: Part, marks: list[str] | None) -> Iterator[Written]:
        track, timeline, agent, first, last = part

        def read(low: int, high: int, limit: int) -> list[Row]:
            return self._query(_ROWS, (track, low, high, limit))

        with told(f"a change from event {first} to {last}"):
            for page in pages(read, _seq_of, first, last, limit=_CHUNK):
                for seq, stored in page:
                    if marks is None or not isinstance(stored, str) or _near(stored, marks):
                        yield Written(seq, timeline, agent, self._ops(seq, stored))

    def _ops(self, seq: int, stored: object) -> Delta:
        if stored is None:
            return [{"op": "add", "path": "", "value": self._states.whole(seq)}]
        return expand(codec.load(stored, self._blob))


def _near(stored: str, marks: list[str]) -> bool:
    """Whether a delta's text may be about what is marked; one that is written oddly may."""
    if stored.startswith(" ") or '"$blob"' in stored:
        return True
    for mark in marks:  # noqa: SIM110 - half the time of any()
        if mark in stored:
            return True
    return False
