"""Protobuf by hand: exactly the messages of OTLP traces, as OTLP's JSON would spell them.

A hundred lines that run on hostile bytes with bounds, instead of two heavy packages and their
generated code. Field numbers are those of opentelemetry-proto 1.x; unknown fields are skipped.
"""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from ttdebug.foreign.lenient import MAX_DEPTH, text
from ttdebug.model import JSON, Object

HEAD = 64 << 10
"""Bytes by which the encoding is told."""

MAX_MESSAGE = 64 << 20
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_FIRST = b"\x0a"
"""The tag of field 1 of any message that holds messages or text."""


class WireError(ValueError):
    """Bytes that are not what they should be; `number` and `rest` are of a field cut off."""

    def __init__(self, message: str, number: int = 0, rest: bytes = b"") -> None:
        super().__init__(message)
        self.number = number
        self.rest = rest


class _Field(NamedTuple):
    """How a field is called; `inner` is the table of a message, `read` how else to read it."""

    name: str
    read: Callable[[bytes | int], JSON] = lambda value: value if isinstance(value, int) else None
    inner: dict[int, _Field] | None = None
    many: bool = False


def _string(value: bytes | int) -> JSON:
    return text(value) if isinstance(value, bytes) else None


def _hex(value: bytes | int) -> JSON:
    return value.hex() if isinstance(value, bytes) else None


def _base64(value: bytes | int) -> JSON:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else None


def _signed(value: bytes | int) -> JSON:
    return value - 2**64 if isinstance(value, int) and value >= 2**63 else _int(value)


def _int(value: bytes | int) -> JSON:
    return value if isinstance(value, int) else None


def _double(value: bytes | int) -> JSON:
    if not isinstance(value, int):
        return None
    number: float = struct.unpack("<d", value.to_bytes(8, "little"))[0]
    return number if math.isfinite(number) else str(number)


def _bool(value: bytes | int) -> JSON:
    return bool(value)


_ANY: dict[int, _Field] = {}
_KEY_VALUE = {1: _Field("key", _string), 2: _Field("value", inner=_ANY)}
_ANY |= {
    1: _Field("stringValue", _string),
    2: _Field("boolValue", _bool),
    3: _Field("intValue", _signed),
    4: _Field("doubleValue", _double),
    5: _Field("arrayValue", inner={1: _Field("values", inner=_ANY, many=True)}),
    6: _Field("kvlistValue", inner={1: _Field("values", inner=_KEY_VALUE, many=True)}),
    7: _Field("bytesValue", _base64),
}
_ATTRIBUTES = _Field("attributes", inner=_KEY_VALUE, many=True)
_EVENT = {1: _Field("timeUnixNano"), 2: _Field("name", _string), 3: _ATTRIBUTES,
          4: _Field("droppedAttributesCount")}  # fmt: skip
_LINK = {1: _Field("traceId", _hex), 2: _Field("spanId", _hex), 3: _Field("traceState", _string),
         4: _ATTRIBUTES, 5: _Field("droppedAttributesCount"), 6: _Field("flags")}  # fmt: skip
_STATUS = {2: _Field("message", _string), 3: _Field("code")}
_SPAN = {
    1: _Field("traceId", _hex),
    2: _Field("spanId", _hex),
    3: _Field("traceState", _string),
    4: _Field("parentSpanId", _hex),
    5: _Field("name", _string),
    6: _Field("kind"),
    7: _Field("startTimeUnixNano"),
    8: _Field("endTimeUnixNano"),
    9: _ATTRIBUTES,
    10: _Field("droppedAttributesCount"),
    11: _Field("events", inner=_EVENT, many=True),
    12: _Field("droppedEventsCount"),
    13: _Field("links", inner=_LINK, many=True),
    14: _Field("droppedLinksCount"),
    15: _Field("status", inner=_STATUS),
    16: _Field("flags"),
}
_SCOPE = {1: _Field("name", _string), 2: _Field("version", _string), 3: _ATTRIBUTES}
_SCOPE_SPANS = {1: _Field("scope", inner=_SCOPE), 2: _Field("spans", inner=_SPAN, many=True)}
RESOURCE_SPANS = {
    1: _Field("resource", inner={1: _ATTRIBUTES}),
    2: _Field("scopeSpans", inner=_SCOPE_SPANS, many=True),
    1000: _Field("instrumentationLibrarySpans", inner=_SCOPE_SPANS, many=True),
}


def decode(
    data: bytes, faults: list[str], table: dict[int, _Field] = RESOURCE_SPANS, depth: int = 0
) -> Object:
    """One message as JSON would have it; of a damaged one what precedes the fault."""
    found: Object = {}
    try:
        for number, value in _fields(data):
            field = table.get(number)
            if field is not None:
                _read(found, field, value, faults, depth)
    except WireError as error:
        faults.append(str(error))
        field = table.get(error.number)
        if field is not None and field.inner is not None:
            _read(found, field, error.rest, [], depth)
    return found


def _read(found: Object, field: _Field, value: bytes | int, faults: list[str], depth: int) -> None:
    read: JSON
    if field.inner is None:
        read = field.read(value)
    elif not isinstance(value, bytes):
        raise WireError(f"{field.name} is no message")
    elif depth > MAX_DEPTH // 4:
        faults.append("nested too deeply")
        return
    else:
        read = decode(value, faults, field.inner, depth + 1)
    if not field.many:
        found[field.name] = read
        return
    held = found.setdefault(field.name, [])
    if isinstance(held, list):
        held.append(read)


def _fields(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Field numbers and raw values of a message."""
    at, end = 0, len(data)
    while at < end:
        tag, at = _varint(data, at)
        wire = tag & 7
        if wire == _VARINT:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        if wire == _BYTES:
            size, at = _varint(data, at)
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
        else:
            raise WireError(f"unknown wire type {wire}")
        if at + size > end:
            raise WireError("cut off", tag >> 3, data[at:])
        piece = data[at : at + size]
        at += size
        yield tag >> 3, piece if wire == _BYTES else int.from_bytes(piece, "little")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    for place in range(at, at + _LONGEST_VARINT):
        if place >= len(data):
            raise WireError("cut off")
        byte = data[place]
        value |= (byte & 127) << shift
        if byte < 128:
            return value & (1 << 64) - 1, place + 1
        shift += 7
    raise WireError("a number that does not end")


class Piece(NamedTuple):
    """One ResourceSpans, where its bytes begin in the file, or why there is none."""

    offset: int
    data: bytes
    fault: str | None = None


def pieces(stream: BinaryIO) -> Iterator[Piece]:
    """The ResourceSpans of a file: a message, or messages each after its length in four bytes."""
    framed = stream.read(1) == b"\0"
    stream.seek(0)
    while header := stream.read(4) if framed else stream.read(1):
        offset = stream.tell()
        if framed:
            size = int.from_bytes(header, "big") if len(header) == 4 else None
        else:
            size = _size(stream) if header == _FIRST else -1
        if size is None or not 0 <= size <= MAX_MESSAGE:
            yield Piece(offset, b"", "cut off" if size is None else "not OTLP")
            return
        data = stream.read(size)
        yield from _inside(offset, data) if framed else (Piece(offset, data),)
        if len(data) < size:
            yield Piece(offset, b"", "cut off")


def _inside(offset: int, message: bytes) -> Iterator[Piece]:
    try:
        for number, value in _fields(message):
            if number == 1 and isinstance(value, bytes):
                yield Piece(offset, value)
    except WireError as error:
        yield Piece(offset, b"", str(error))


def _size(stream: BinaryIO) -> int | None:
    data = bytearray()
    while len(data) < _LONGEST_VARINT and (byte := stream.read(1)):
        data += byte
        if byte[0] < 128:
            return _varint(bytes(data), 0)[0]
    return None


def looks_like(data: bytes) -> bool:
    """Whether a file that begins with `data` may be OTLP: messages in messages, down to a key."""
    body = data[4:] if data[:1] == b"\0" else data
    room = MAX_MESSAGE
    try:
        for tags in (_FIRST, b"\x0a\x12", b"\x0a\x12"):
            if body[:1] not in (tags[:1], tags[1:]) or not body:
                return False
            size, at = _varint(body, 1)
            if size < 2 or at + size > room:
                return False
            room, body = size, body[at : at + size]
    except WireError:
        return False
    return body[:1] == _FIRST
