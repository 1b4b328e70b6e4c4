"""MessagePack as LangGraph writes it: extension records name classes, and stay names here."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from typing import Final

import msgpack

from ttdebug.foreign.lenient import MAX_DEPTH
from ttdebug.formats.langgraph import objects
from ttdebug.model import JSON, not_finite

MAX_RECORDS: Final = 64
"""Extension records inside extension records; each level copies its content."""

TOO_DEEP: Final = "the value is nested too deeply"
CACHE_BYTES: Final = 16 << 20
WORTH_CACHING: Final = 64

SINGLE, POSITIONAL, KEYWORDS, METHOD, PYDANTIC_1, PYDANTIC_2, NUMPY, SNAPSHOT = range(8)


class _Done:
    """JSON that is ready; keeps the walk over a container out of what was decoded already."""

    __slots__ = ("value",)

    def __init__(self, value: JSON) -> None:
        self.value = value


class Unpacker:
    """Decodes blobs of one file.

    Every checkpoint repeats the whole conversation, so decoded records are remembered by their
    bytes: the same record is the same object each time, and must not be changed.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, bytes], _Done] = OrderedDict()
        self._held = 0
        self._depth = 0

    def unpack(self, blob: bytes) -> JSON:
        """The value in `blob`; ValueError if it is damaged or nested too deeply."""
        self._depth = 0
        try:
            return _plain(self._load(blob))
        except RecursionError:
            raise ValueError(TOO_DEEP) from None
        except (msgpack.exceptions.ExtraData, msgpack.exceptions.FormatError) as error:
            raise ValueError(f"not MessagePack: {error}") from None
        except msgpack.exceptions.StackError:
            raise ValueError(TOO_DEEP) from None
        except TypeError:
            raise ValueError("a key is a list or an object") from None

    def _load(self, blob: bytes) -> object:
        loaded: object = msgpack.unpackb(
            blob,
            ext_hook=self._extension,
            strict_map_key=False,
            use_list=True,
            unicode_errors="backslashreplace",
            timestamp=3,
        )
        return loaded

    def _extension(self, code: int, data: bytes) -> _Done:
        key = (code, data)
        done = self._known.get(key)
        if done is not None:
            self._known.move_to_end(key)
            return done
        if self._depth >= MAX_RECORDS:
            raise ValueError(TOO_DEEP)
        self._depth += 1
        done = _Done(self._record(code, data))
        self._depth -= 1
        if WORTH_CACHING <= len(data) <= CACHE_BYTES // 8:
            self._remember(key, done)
        return done

    def _remember(self, key: tuple[int, bytes], done: _Done) -> None:
        self._known[key] = done
        self._held += len(key[1])
        while self._held > CACHE_BYTES:
            (_, dropped), _ = self._known.popitem(last=False)
            self._held -= len(dropped)

    def _record(self, code: int, data: bytes) -> JSON:
        if code not in range(8):
            return {objects.TYPE: f"msgpack.ext{code}", "data": objects.binary(data)}
        content = self._load(data)
        if code == SNAPSHOT:
            return _plain(content)
        if not isinstance(content, list):
            return _unknown(code, _plain(content))
        if code == NUMPY:
            return _numpy(content)
        if len(content) < 3 or not all(isinstance(part, str) for part in content[:2]):
            return _unknown(code, _plain(content))
        return objects.constructed(content[0], content[1], _plain(content[2]))


def _unknown(code: int, content: JSON) -> JSON:
    return {objects.TYPE: f"msgpack.ext{code}", "value": content}


def _numpy(content: list[object]) -> JSON:
    """`(dtype, shape, order, bytes)`."""
    if len(content) != 4 or not isinstance(content[3], bytes):
        return _unknown(NUMPY, _plain(content))
    shape = _plain(content[1])
    return objects.array(shape if isinstance(shape, list) else [], str(content[0]), content[3])


def _plain(value: object, depth: int = 0) -> JSON:
    """What `msgpack` made, as JSON with text keys."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, _Done):
        return value.value
    if depth >= MAX_DEPTH:
        raise ValueError(TOO_DEEP)
    if isinstance(value, dict):
        return _table(value, depth + 1)
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else not_finite(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return objects.binary(bytes(value))
    return str(value)


def _table(value: dict[object, object], depth: int) -> JSON:
    table: dict[str, JSON] = {}
    for key, item in value.items():
        text = key if isinstance(key, str) else _key(key)
        if text in table:
            text = f"{text} ({type(key).__name__})"
        table[text] = _plain(item, depth)
    return table


def _key(key: object) -> str:
    """A key that is no text, as text: the way JSON has it, bytes as the text they may be."""
    if isinstance(key, bytes):
        return key.decode("utf-8", "backslashreplace")
    plain = _plain(key)
    return plain if isinstance(plain, str) else json.dumps(plain)
