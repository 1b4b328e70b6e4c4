"""The state of a track at any seq: a keyframe and the deltas after it, and recent ones kept."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from typing import Final, NamedTuple

from ttdebug.delta import Delta, apply
from ttdebug.errors import TraceError
from ttdebug.model import JSON, MISSING, Value
from ttdebug.store import codec
from ttdebug.store.fold import Compact, compact, expand, fold
from ttdebug.store.keyframes import Keyframe, Keyframes
from ttdebug.store.reading import Query

_MAX_SEGMENTS: Final = 32
_MAX_BYTES: Final = 192 << 20
_BYTES_PER_STEP: Final = 3000  # copies of the containers on the way to a change, roughly
_BYTES_PER_CHARACTER: Final = 8
_MAX_LANDINGS: Final = 8
_ENDLESS: Final = 2**62

_NEXT_KEYFRAME: Final = "SELECT seq FROM keyframes WHERE track = ? AND seq > ? ORDER BY seq LIMIT 1"
_DELTA: Final = "SELECT ops FROM deltas WHERE track = ? AND seq = ?"
_SEQS: Final = "SELECT seq FROM deltas WHERE track = ? AND seq > ? AND seq <= ? ORDER BY seq"
# One row instead of many; what is no plain text is named by its seq and read on its own.
_DELTAS: Final = (
    "SELECT '[' || group_concat(CASE typeof(ops) WHEN 'text' THEN ops ELSE seq END, ',') || ']'"
    " FROM (SELECT seq, ops FROM deltas WHERE track = ? AND seq > ? AND seq <= ? ORDER BY seq)"
)


class _Landing(NamedTuple):
    """The one state that a jump asked for; `first` is its keyframe."""

    first: int
    seq: int
    state: Value


class _Segment(NamedTuple):
    """All states from a keyframe up to `last`, which somebody travels through."""

    first: int
    last: int
    seqs: list[int]
    states: list[Value]
    weight: int


class States:
    """States by track and seq; safe to use from several threads if `query` and `blob` are."""

    def __init__(self, query: Query, blob: codec.Get) -> None:
        self._query = query
        self._blob = blob
        self._keyframes = Keyframes(query)
        self._kept: OrderedDict[tuple[int, int], _Segment] = OrderedDict()
        self._latest: dict[int, _Segment] = {}
        self._landings: dict[int, _Landing] = {}
        self._weight = 0
        self._lock = threading.Lock()

    def at(self, track: int, seq: int) -> Value:
        """The state after the track's last change <= seq, MISSING before its first.

        What is returned shares structure with other states and must not be changed.
        """
        found = self._latest.get(track)
        if found is None or not found.first <= seq <= found.last:
            landing = self._landings.get(track)
            if landing is not None and landing.seq == seq:
                return landing.state
            frame = self._keyframes.before(track, seq)
            if frame is None:
                return MISSING
            found = self._kept.get((track, frame.seq))
            if found is None and (landing is None or landing.first != frame.seq):
                state = self._folded(track, frame, seq)
                if len(self._landings) >= _MAX_LANDINGS:
                    self._landings.clear()
                self._landings[track] = _Landing(frame.seq, seq, state)
                return state
            self._keep(track, found or self._segment(track, frame))
            found = self._latest[track]
        return found.states[bisect_right(found.seqs, seq) - 1]

    def fresh(self, track: int, seq: int) -> Value:
        """As `at`, but a state of the caller's own."""
        frame = self._keyframes.before(track, seq)
        return MISSING if frame is None else self._folded(track, frame, seq)

    def delta(self, track: int, seq: int) -> Delta | None:
        """The operations stored at a seq; None if the whole state was written (see `whole`)."""
        rows = self._query(_DELTA, (track, seq))
        if not rows:
            return []
        return None if rows[0][0] is None else expand(codec.load(rows[0][0], self._blob))

    def whole(self, seq: int) -> JSON:
        """The keyframe at a seq."""
        return codec.read(self.keyframe_text(seq), self._blob)

    def keyframe_text(self, seq: int) -> bytes:
        """The text of a keyframe, as it was when the chain covered it."""
        return self._keyframes.unpack(self._keyframes.at(seq))

    def forget(self) -> None:
        """Drop what is kept, because the file grew."""
        with self._lock:
            self._kept.clear()
            self._latest.clear()
            self._landings.clear()
            self._weight = 0

    def _folded(self, track: int, frame: Keyframe, seq: int) -> Value:
        state = codec.read(self._keyframes.unpack(frame), self._blob)
        return state if seq == frame.seq else fold(state, self.deltas(track, frame.seq, seq))

    def _segment(self, track: int, frame: Keyframe) -> _Segment:
        following = self._query(_NEXT_KEYFRAME, (track, frame.seq))
        end = following[0][0] - 1 if following else _ENDLESS
        text = self._keyframes.unpack(frame)
        state: Value = codec.read(text, self._blob)
        seqs = [frame.seq, *(row[0] for row in self._query(_SEQS, (track, frame.seq, end)))]
        states = [state]
        for delta in self.deltas(track, frame.seq, seqs[-1]):
            state = apply(state, expand(delta))
            states.append(state)
        if len(states) != len(seqs):
            raise TraceError(f"the changes after event {frame.seq} are damaged; run ttdebug verify")
        weight = len(text) * _BYTES_PER_CHARACTER + len(states) * _BYTES_PER_STEP
        return _Segment(frame.seq, end, seqs, states, weight)

    def deltas(self, track: int, after: int, last: int) -> list[Compact]:
        """The changes of a track with after < seq <= last, as they are stored."""
        text = self._query(_DELTAS, (track, after, last))[0][0]
        if text is None:
            return []
        if not isinstance(text, str):
            raise TraceError("the stored deltas are damaged; run ttdebug verify")
        found = codec.read_list(text, self._blob)
        return [self._long(track, item) if type(item) is int else item for item in found]

    def _long(self, track: int, seq: int) -> Compact:
        """A delta that is not stored as plain text."""
        delta = self.delta(track, seq)
        return [["", self.whole(seq)]] if delta is None else compact(delta)

    def _keep(self, track: int, segment: _Segment) -> None:
        key = (track, segment.first)
        with self._lock:
            self._landings.pop(track, None)
            self._latest[track] = segment
            old = self._kept.pop(key, None)
            self._kept[key] = segment
            self._weight += segment.weight - (old.weight if old else 0)
            while len(self._kept) > 1 and (
                self._weight > _MAX_BYTES or len(self._kept) > _MAX_SEGMENTS
            ):
                (line, _), dropped = self._kept.popitem(last=False)
                self._weight -= dropped.weight
                if self._latest.get(line) is dropped:
                    del self._latest[line]
