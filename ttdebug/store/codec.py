"""JSON as it is stored: text a person can read, zstd where that pays, long strings once.

A text that starts with a space holds what orjson would alter (integers beyond 64 bit, lone
surrogates) and is read with `json`. A string moved to the blobs table stands as `{"$blob": HASH}`;
an object that already has such a key is wrapped as `{"$blob": null, "value": OBJECT}`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final

import orjson
import zstandard

from ttdebug.errors import TraceError
from ttdebug.model import JSON

LONG: Final = 1024  # bytes from which text is compressed and strings are stored once
MAX_VALUE: Final = 256 << 20  # bytes a stored value may have once decompressed
_BLOB: Final = "$blob"
MARK: Final = b'"$blob"'  # stands in every text from which strings were moved

_of_thread = threading.local()

Stored = str | bytes
Put = Callable[[str, bytes], None]
Get = Callable[[str], str]


def encode(value: JSON) -> bytes:
    """JSON text as UTF-8, in the form `decode` reads back exactly."""
    try:
        return orjson.dumps(value)
    except TypeError:
        pass
    try:
        return b" " + json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    except RecursionError:
        raise ValueError("value is nested too deeply to be stored") from None


def decode(text: Stored) -> JSON:
    """The value of a stored text; raises ValueError or RecursionError where it is damaged."""
    if text[:1] in (" ", b" "):
        value: JSON = json.loads(text)
        return value
    loaded: JSON = orjson.loads(text)
    return loaded


def digest(data: bytes) -> bytes:
    """128 bits that identify `data`."""
    return blake2b(data, digest_size=16).digest()


class Packer:
    """Turns texts into what is stored. Not thread-safe: it reuses its compressor."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=3)

    def pack(self, text: bytes) -> Stored:
        """A short text as it is, a long one compressed if that saves a tenth."""
        if len(text) >= LONG:
            packed = self._compressor.compress(text)
            if len(packed) < len(text) * 0.9:
                return packed
        return text.decode()


def unpack(stored: object, base: zstandard.ZstdCompressionDict | None = None) -> bytes:
    """The text behind a stored value, as UTF-8; `base` is what it was compressed against."""
    if isinstance(stored, str):
        return stored.encode()
    if not isinstance(stored, bytes):
        raise TraceError(f"a stored value is neither text nor compressed: {type(stored).__name__}")
    try:
        size = zstandard.frame_content_size(stored)
        if not 0 <= size <= MAX_VALUE:
            raise TraceError(f"a compressed value claims {size} bytes; {MAX_VALUE} are accepted")
        if base is None:
            return _decompressor().decompress(stored)
        return zstandard.ZstdDecompressor(dict_data=base).decompress(stored)
    except zstandard.ZstdError as error:
        raise TraceError(f"a compressed value is damaged: {error}") from None


def _decompressor() -> zstandard.ZstdDecompressor:
    found = getattr(_of_thread, "decompressor", None)
    if found is None:
        found = _of_thread.decompressor = zstandard.ZstdDecompressor()
    return found


def share(text: bytes, value: JSON, put: Put) -> bytes:
    """`text`, the encoding of `value`, with its long strings handed to `put` by their hash."""
    found: list[tuple[str, bytes]] = []
    shared = _share(value, found)
    if shared is value:
        return text
    for key, data in found:
        put(key, data)
    return encode(shared)


def _share(value: JSON, found: list[tuple[str, bytes]]) -> JSON:
    if isinstance(value, str):
        if len(value) < LONG:
            return value
        try:
            data = value.encode()
        except UnicodeEncodeError:
            return value
        key = digest(data).hex()
        found.append((key, data))
        return {_BLOB: key}
    if isinstance(value, dict):
        changed = {
            key: new for key, item in value.items() if (new := _share(item, found)) is not item
        }
        shared: JSON = {**value, **changed} if changed else value
        return {_BLOB: None, "value": shared} if _BLOB in value else shared
    if isinstance(value, list):
        items = [_share(item, found) for item in value]
        if any(new is not old for new, old in zip(items, value, strict=True)):
            return items
    return value


def restore(value: JSON, get: Get) -> JSON:
    """The value with every shared string back in place; changes `value` itself."""
    if isinstance(value, dict):
        if _BLOB in value:
            key = value[_BLOB]
            if isinstance(key, str):
                return get(key)
            inner = value.get("value")
            if not isinstance(inner, dict):
                raise TraceError("a stored value refers to a blob without a hash")
            return _restore_items(inner, get)
        return _restore_items(value, get)
    if isinstance(value, list):
        for at, item in enumerate(value):
            if isinstance(item, (dict, list)):
                value[at] = restore(item, get)
    return value


def _restore_items(value: dict[str, JSON], get: Get) -> dict[str, JSON]:
    for key, item in value.items():
        if isinstance(item, (dict, list)):
            value[key] = restore(item, get)
    return value


def load(stored: object, get: Get) -> JSON:
    """The value behind a stored column."""
    return read(unpack(stored), get)


def read(text: bytes, get: Get) -> JSON:
    """The value of an unpacked text."""
    value = decode(text)
    return restore(value, get) if MARK in text else value


def read_list(text: str, get: Get) -> list[Any]:
    """The values of stored texts that were joined into one JSON list."""
    spaced = ", [" in text or text.startswith("[ [")  # one of them starts with a space
    found = json.loads(text) if spaced else orjson.loads(text)
    if _BLOB in text:
        found = restore(found, get)
    if not isinstance(found, list):
        raise TraceError("a stored list is damaged; run ttdebug verify")
    return found
