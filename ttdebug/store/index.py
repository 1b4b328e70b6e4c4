"""The index rows of a few events: kinds, children, effects, touched paths, stretches, density.

The writer stores them; a reader of a file that is still being written keeps them in memory for
the events that are not indexed yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from ttdebug.delta import Delta
from ttdebug.model import Value
from ttdebug.store import schema, touch
from ttdebug.store.touch import Column


class Kind(NamedTuple):
    """What events are listed by; agent, type and status as the numbers stored."""

    timeline: int
    agent: int | None
    type: int
    status: int | None
    flags: int


class Entry(NamedTuple):
    """One event that waits to be indexed. `ops` is None unless it changed the state of `track`."""

    seq: int
    kind: Kind
    parent: int | None
    closes: int | None
    causes: tuple[int, ...]
    track: int | None
    ops: Delta | None


KindOf: TypeAlias = Callable[[Kind], int]
Opening: TypeAlias = Callable[[int], "tuple[int, int | None, int] | None"]


@dataclass(slots=True)
class Rows:
    """Rows by table, in key order."""

    members: list[tuple[int, int]] = field(default_factory=list)
    children: list[tuple[int, int, int]] = field(default_factory=list)
    effects: list[tuple[int, int]] = field(default_factory=list)
    touches: list[tuple[int, int, int, int, Column]] = field(default_factory=list)
    extents: list[tuple[int, int, int]] = field(default_factory=list)  # first, timeline, last
    density: list[tuple[int, int, int]] = field(default_factory=list)
    last: int = 0


class Indexer:
    """Derives index rows from consecutive events. Not thread-safe."""

    def __init__(self, kind_of: KindOf, node_of: touch.NodeOf, opening: Opening) -> None:
        """`opening` gives (timeline, agent, type) of an event."""
        self._kind_of = kind_of
        self._node_of = node_of
        self._opening = opening
        self._tracks: dict[int, touch.Track] = {}
        self._stretch: tuple[int, int, int] | None = None
        self._bucket = 0
        self._counts: Counter[int] = Counter()

    def resume(
        self, stretch: tuple[int, int, int] | None, bucket: int, counts: Counter[int]
    ) -> None:
        """Go on after rows stored earlier: the last stretch, and the bucket that is not full."""
        self._stretch = stretch
        self._bucket = bucket
        self._counts = counts

    def rows(self, entries: Iterable[Entry], state: Callable[[int], Value]) -> Rows:
        """Rows of the next events; `state` gives that of a track after the last of them."""
        rows = Rows()
        touched: set[int] = set()
        for entry in entries:
            self._event(entry, rows)
            if entry.ops is not None and entry.track is not None:
                touched.add(entry.track)
                self._delta(entry.track, entry.seq, entry.ops, rows)
            rows.last = entry.seq
        for track in touched:
            self._tracks[track].learn(state(track))
        if self._stretch is not None and rows.last:
            rows.extents.append(self._stretch)
        rows.members.sort()
        rows.children.sort()
        rows.effects.sort()
        rows.touches.sort()  # by their first four columns, which no two rows share
        return rows

    def _event(self, entry: Entry, rows: Rows) -> None:
        seq, kind = entry.seq, entry.kind
        self._count(seq, rows)
        number = self._kind_of(kind)
        self._counts[number] += 1
        rows.members.append((number, seq))
        if entry.parent is not None:
            rows.children.append((entry.parent, int(entry.closes == entry.parent), seq))
        if entry.closes is not None:
            self._close(entry.closes, kind, rows)
        for cause in entry.causes:
            rows.effects.append((cause, seq))
        if self._stretch is None or self._stretch[1] != kind.timeline:
            if self._stretch is not None:
                rows.extents.append(self._stretch)
            self._stretch = (seq, kind.timeline, seq)
        else:
            self._stretch = (self._stretch[0], kind.timeline, seq)

    def _close(self, opening: int, closing: Kind, rows: Rows) -> None:
        found = self._opening(opening)
        if found is None or closing.status is None or found[0] != closing.timeline:
            return
        flags = schema.OPENS | schema.LATE
        late = Kind(*found, closing.status, flags)
        rows.members.append((self._kind_of(late), opening))

    def _count(self, seq: int, rows: Rows) -> None:
        bucket = seq >> schema.BUCKET
        if bucket != self._bucket:
            rows.density.extend(
                (self._bucket, kind, count) for kind, count in sorted(self._counts.items())
            )
            self._counts = Counter()
            self._bucket = bucket

    def _delta(self, track: int, seq: int, ops: Delta, rows: Rows) -> None:
        paths = self._tracks.get(track)
        if paths is None:
            paths = self._tracks[track] = touch.Track(self._node_of)
        rows.touches += [
            (track, path, kind, seq, value) for (path, kind), value in paths.rows(ops).items()
        ]
