"""Values that JSON lacks, stored as `{"$ttd": KIND, ...}`, as a reader knows them: `bytes 12 B`."""

from __future__ import annotations

from ttdebug.model import JSON, MARK, Object, Value
from ttdebug.view import numbers
from ttdebug.view.gate import Safe, safe

_BARE = ("float", "int")
_NAMED = ("decimal", "fraction", "uuid", "path", "datetime", "date", "time")
_ROOM = 120


def tagged(value: Value) -> Safe | None:
    """The text of a tagged value that has nothing inside to unfold; None for all others."""
    if not isinstance(value, dict):
        return None
    kind = value.get(MARK)
    if not isinstance(kind, str):
        return None
    text = value.get("value")
    if kind in _BARE and isinstance(text, str):
        return safe(text, _ROOM)
    if kind in _NAMED and isinstance(text, str):
        return safe(f"{kind} {text}", _ROOM)
    told = _told(kind, value)
    return None if told is None else safe(told, _ROOM)


def is_number(value: Value) -> bool:
    """Whether a tagged value stands for a number that JSON cannot hold."""
    return isinstance(value, dict) and value.get(MARK) in _BARE


def _told(kind: str, value: Object) -> str | None:
    coded = value.get("base64")
    if kind in ("bytes", "bytearray") and isinstance(coded, str):
        return f"{kind} {numbers.size(len(coded) * 3 // 4 - coded[-2:].count('='))}"
    if kind == "timedelta":
        return f"timedelta {_text(value, 'days')} d {_text(value, 'seconds')} s"
    if kind == "enum":
        return f"{_text(value, 'type')}.{_text(value, 'name')}"
    if kind == "cycle":
        return f"cycle, {_text(value, 'up')} up"
    if kind == "truncated":
        return f"truncated: {_text(value, 'reason')}"
    return f"object {_text(value, 'type')}" if kind == "object" else None


def _text(value: Object, field: str) -> str:
    item: JSON = value.get(field)
    if isinstance(item, str):
        return item
    return str(item) if isinstance(item, int) and item.bit_length() < 128 else "?"
