"""Attribute values, ids, times and enums, as the encodings of OpenTelemetry write them."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Iterable

from ttdebug.foreign.lenient import MAX_DEPTH
from ttdebug.foreign.shapes import objects_in
from ttdebug.foreign.times import MICROS, SECONDS, parse_time, scaled
from ttdebug.model import JSON, MARK, Object, Status, not_finite

_PLAIN = ("stringValue", "string_value", "boolValue", "bool_value")
_INTS = ("intValue", "int_value")
_DOUBLES = ("doubleValue", "double_value")
_LISTS = ("arrayValue", "array_value")
_MAPS = ("kvlistValue", "kvlist_value")
_BYTES = ("bytesValue", "bytes_value")
_KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")
_STATUS: dict[JSON, Status | None] = {0: None, 1: "ok", 2: "error", "ok": "ok", "error": "error"}
_HEX = frozenset("0123456789abcdef")
_PLAINLY_NANOS = 10**17
_MOST = 2**63


def attributes_of(value: JSON) -> Object:
    """Attributes as a plain object, whether written as one or as a list of key and value."""
    if isinstance(value, dict):
        return value
    return {
        str(item["key"]): value_of(item.get("value")) for item in objects_in(value) if "key" in item
    }


def value_of(value: JSON, depth: int = 0) -> JSON:
    """What an AnyValue holds; something else is itself."""
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        return value
    if not value:
        return None
    (key, held), *others = value.items()
    if others:
        return value
    if key in _PLAIN:
        return held
    if key in _INTS:
        return _integer(held)
    if key in _DOUBLES:
        return _double(held)
    if key in _LISTS:
        return [value_of(item, depth + 1) for item in _items(held)]
    if key in _MAPS:
        members = objects_in(held.get("values")) if isinstance(held, dict) else []
        return {str(m.get("key")): value_of(m.get("value"), depth + 1) for m in members}
    return {MARK: "bytes", "base64": held} if key in _BYTES else value


def _items(held: JSON) -> Iterable[JSON]:
    values = held.get("values") if isinstance(held, dict) else held
    return values if isinstance(values, list) else []


def _integer(held: JSON) -> JSON:
    try:
        return int(held) if isinstance(held, str) else held
    except ValueError:
        return held


def _double(held: JSON) -> JSON:
    if not isinstance(held, str | float):
        return held
    try:
        number = float(held)
    except ValueError:
        return held
    return number if math.isfinite(number) else not_finite(number)


def id_of(value: JSON, size: int) -> str | None:
    """An id of `size` bytes as lower-case hex, from hex, `0x` hex, base64 or a number.

    Ids of no known form are kept as they are; nothing and all zeros are no id.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:0{size * 2}x}" if 0 < value < 2 ** (size * 8) else None
    if not isinstance(value, str):
        return None
    text = value.removeprefix("0x").lower()
    if not text.strip("0"):
        return None
    if _HEX.issuperset(text):
        return text
    return _from_base64(value, size) or value


def _from_base64(value: str, size: int) -> str | None:
    if len(value) != -(-size // 3) * 4:
        return None
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw.hex() if len(raw) == size and any(raw) else None


def time_of(value: JSON) -> int | None:
    """Nanoseconds since the epoch, from any number, text, or a pair of seconds and nanoseconds."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
        if value >= _PLAINLY_NANOS:
            return value if value < _MOST else None
    if isinstance(value, list) and len(value) == 2:
        whole, rest = value
        if isinstance(whole, int) and isinstance(rest, int):
            return scaled(whole * SECONDS + rest, 1)
        return None
    return parse_time(value)[0] or None


def micros(value: JSON) -> int | None:
    """Microseconds as nanoseconds."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return scaled(value, MICROS) if is_number else None  # type: ignore[arg-type] # is_number


def kind_of(value: JSON) -> str | None:
    """A span kind as a word, from its number or any of its names."""
    if isinstance(value, int) and 0 <= value < len(_KINDS):
        return _KINDS[value]
    if not isinstance(value, str):
        return None
    return value.rpartition(".")[2].removeprefix("SPAN_KIND_").lower()


def status_of(value: JSON) -> tuple[Status | None, str | None]:
    """The status and its message, from a status object, number or name; unset is None."""
    message: JSON = None
    if isinstance(value, dict):
        message = value.get("message", value.get("description"))
        value = value.get("code", value.get("status_code", value.get("statusCode")))
    if isinstance(value, str):
        value = value.rpartition(".")[2].removeprefix("STATUS_CODE_").lower()
    known = _STATUS.get(value) if isinstance(value, int | str) else None
    return known, message if isinstance(message, str) and message else None
