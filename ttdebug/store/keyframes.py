"""Whole states: every few a full one, those between compressed against it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final, NamedTuple

import zstandard

from ttdebug.errors import TraceError
from ttdebug.store import codec
from ttdebug.store.reading import Query

_PER_BASE: Final = 20
_LEVEL: Final = 3
_KEPT_BYTES: Final = 48 << 20
_WORTH: Final = 0.7  # of the base's compressed size, from which a new base is better

_AT: Final = "SELECT seq, base, state FROM keyframes WHERE seq = ?"
_BEFORE: Final = (
    "SELECT seq, base, state FROM keyframes WHERE track = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
)


class Keyframe(NamedTuple):
    """A state as it is stored; `base` is the seq of the keyframe it was compressed against."""

    seq: int
    base: int | None
    state: object


class Packer:
    """Compresses the keyframes of one track, in order. Not thread-safe."""

    def __init__(self) -> None:
        self._base: int | None = None
        self._left = 0
        self._limit = 0.0
        self._compressor: zstandard.ZstdCompressor | None = None

    def pack(self, seq: int, text: bytes, plain: codec.Packer) -> tuple[int | None, codec.Stored]:
        """The base to read it with, None for none, and what is stored at `seq`."""
        if len(text) < codec.LONG:
            return None, plain.pack(text)
        if self._compressor is not None and self._left > 0:
            packed = self._compressor.compress(text)
            if len(packed) < self._limit:
                self._left -= 1
                return self._base, packed
        full = plain.pack(text)
        self._base, self._left, self._limit = seq, _PER_BASE, len(full) * _WORTH
        dictionary = _dictionary(text)
        dictionary.precompute_compress(level=_LEVEL)
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=dictionary)
        return None, full


class Keyframes:
    """Reads keyframes; the last bases are kept, safe for use by several threads."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._bases: OrderedDict[int, zstandard.ZstdCompressionDict] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def before(self, track: int, seq: int) -> Keyframe | None:
        """The last keyframe of a track at or before an event."""
        rows = self._query(_BEFORE, (track, seq))
        return Keyframe(*rows[0]) if rows else None

    def at(self, seq: int) -> Keyframe:
        """The keyframe stored at an event."""
        rows = self._query(_AT, (seq,))
        if not rows:
            raise TraceError(f"the state at event {seq} is gone from the file; run ttdebug verify")
        return Keyframe(*rows[0])

    def unpack(self, frame: Keyframe) -> bytes:
        """The JSON text of the state."""
        if frame.base is None:
            return codec.unpack(frame.state)
        return codec.unpack(frame.state, self._base(frame.base))

    def _base(self, seq: int) -> zstandard.ZstdCompressionDict:
        with self._lock:
            found = self._bases.get(seq)
            if found is not None:
                self._bases.move_to_end(seq)
                return found
        frame = self.at(seq)
        if frame.base is not None:
            raise TraceError(f"the state at event {seq} has a base of its own; run ttdebug verify")
        found = _dictionary(codec.unpack(frame.state))
        with self._lock:
            if seq not in self._bases:
                self._bases[seq] = found
                self._bytes += len(found)
            while self._bytes > _KEPT_BYTES and len(self._bases) > 1:
                self._bytes -= len(self._bases.popitem(last=False)[1])
        return found


def _dictionary(text: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(text, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
