"""The state of a track at any seq: a keyframe and the deltas after it, and recent ones kept."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, cast

import orjson

from ttdebug.delta import Delta, apply
from ttdebug.errors import TraceError
from ttdebug.model import JSON, MISSING, Value
from ttdebug.store import codec
from ttdebug.store.fold import fold
from ttdebug.store.reading import Query

_MAX_SEGMENTS: Final = 256
_MAX_BYTES: Final = 192 << 20
_BYTES_PER_STEP: Final = 3000  # copies of the containers on the way to a change, roughly
_BYTES_PER_CHARACTER: Final = 8

_KEYFRAME_SEQ: Final = (
    "SELECT seq FROM keyframes WHERE track = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
)
_NEXT_KEYFRAME: Final = "SELECT seq FROM keyframes WHERE track = ? AND seq > ? ORDER BY seq LIMIT 1"
_KEYFRAME: Final = "SELECT state FROM keyframes WHERE track = ? AND seq = ?"
_DELTA: Final = "SELECT ops FROM deltas WHERE track = ? AND seq = ?"
# One row instead of many; what is no plain text is named by its seq and read on its own.
_DELTAS: Final = (
    "SELECT group_concat(CASE typeof(ops) WHEN 'text' THEN ops ELSE seq END, ','),"
    " group_concat(seq, ',') FROM (SELECT seq, ops FROM deltas"
    " WHERE track = ? AND seq > ? AND seq <= ? ORDER BY seq)"
)


@dataclass(slots=True)
class _Segment:
    """States from a keyframe on. `seqs` ascend; with `whole`, they are all up to `last`."""

    seqs: list[int]
    states: list[Value]
    last: int
    whole: bool
    weight: int


class States:
    """States by track and seq; safe to use from several threads if `query` and `blob` are."""

    def __init__(self, query: Query, blob: codec.Get) -> None:
        self._query = query
        self._blob = blob
        self._kept: OrderedDict[tuple[int, int], _Segment] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def at(self, track: int, seq: int) -> Value:
        """The state after the track's last change <= seq, MISSING before its first.

        What is returned shares structure with other states and must not be changed.
        """
        start = self._start(track, seq)
        if start is None:
            return MISSING
        key = (track, start)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
        if kept is None:
            state, size = self._folded(track, start, seq)
            self._keep(key, _Segment([seq], [state], seq, False, size * _BYTES_PER_CHARACTER))
            return state
        if not kept.whole and kept.last == seq:
            return kept.states[0]
        if not kept.whole or seq > kept.last:
            kept = self._materialised(track, start, seq)
            self._keep(key, kept)
        return kept.states[bisect_right(kept.seqs, seq) - 1]

    def fresh(self, track: int, seq: int) -> Value:
        """As `at`, but a state of the caller's own."""
        start = self._start(track, seq)
        return MISSING if start is None else self._folded(track, start, seq)[0]

    def delta(self, track: int, seq: int) -> Delta | None:
        """The operations stored at a seq; None if the whole state was written (see `whole`)."""
        rows = self._query(_DELTA, (track, seq))
        if not rows:
            return []
        return None if rows[0][0] is None else _delta(codec.load(rows[0][0], self._blob))

    def whole(self, track: int, seq: int) -> JSON:
        """The keyframe at a seq."""
        rows = self._query(_KEYFRAME, (track, seq))
        if not rows:
            raise TraceError(f"the state at event {seq} is gone from the file; run ttdebug verify")
        return codec.load(rows[0][0], self._blob)

    def forget(self) -> None:
        """Drop what is kept, because the file grew."""
        with self._lock:
            self._kept.clear()
            self._weight = 0

    def _start(self, track: int, seq: int) -> int | None:
        rows = self._query(_KEYFRAME_SEQ, (track, seq))
        return cast(int, rows[0][0]) if rows else None

    def _folded(self, track: int, start: int, seq: int) -> tuple[Value, int]:
        text = codec.unpack(self._query(_KEYFRAME, (track, start))[0][0])
        state = codec.read(text, self._blob)
        if seq == start:
            return state, len(text)
        joined, seqs = self._query(_DELTAS, (track, start, seq))[0]
        return fold(state, self._deltas(track, joined, seqs)), len(text)

    def _materialised(self, track: int, start: int, seq: int) -> _Segment:
        following = self._query(_NEXT_KEYFRAME, (track, start))
        end = cast(int, following[0][0]) - 1 if following else seq
        text = codec.unpack(self._query(_KEYFRAME, (track, start))[0][0])
        state: Value = codec.read(text, self._blob)
        joined, seqs = self._query(_DELTAS, (track, start, end))[0]
        positions = [start]
        states = [state]
        if joined is not None:
            positions += orjson.loads(f"[{seqs}]")
            for delta in self._deltas(track, joined, seqs):
                state = apply(state, delta)
                states.append(state)
        size = len(text) + (len(joined) if isinstance(joined, str) else 0)
        weight = size * _BYTES_PER_CHARACTER + len(states) * _BYTES_PER_STEP
        return _Segment(positions, states, end, True, weight)

    def _deltas(self, track: int, joined: object, seqs: object) -> list[Delta]:
        """The deltas of a segment from what _DELTAS returns."""
        if joined is None:
            return []
        if not isinstance(joined, str):
            raise TraceError("the stored deltas are damaged; run ttdebug verify")
        text = f"[{joined}]".encode()
        if b", [" in text or text.startswith(b"[ ["):
            text = b" " + text
        found = codec.read(text, self._blob)
        if not isinstance(found, list):
            raise TraceError("the stored deltas are damaged; run ttdebug verify")
        return [
            _delta(item) if isinstance(item, list) else self._long(track, item) for item in found
        ]

    def _long(self, track: int, seq: JSON) -> Delta:
        if not isinstance(seq, int):
            raise TraceError("the stored deltas are damaged; run ttdebug verify")
        delta = self.delta(track, seq)
        return (
            [{"op": "replace", "path": "", "value": self.whole(track, seq)}]
            if delta is None
            else delta
        )

    def _keep(self, key: tuple[int, int], segment: _Segment) -> None:
        with self._lock:
            old = self._kept.pop(key, None)
            self._kept[key] = segment
            self._weight += segment.weight - (old.weight if old else 0)
            while len(self._kept) > 1 and (
                self._weight > _MAX_BYTES or len(self._kept) > _MAX_SEGMENTS
            ):
                _, dropped = self._kept.popitem(last=False)
                self._weight -= dropped.weight


def _delta(value: JSON) -> Delta:
    if not isinstance(value, list):
        raise TraceError("a stored delta is no list of operations; run ttdebug verify")
    return cast(Delta, value)
