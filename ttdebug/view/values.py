"""JSON values as short safe text. Cost is bounded by what is shown, whatever the value holds."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from ttdebug.model import MISSING, Value
from ttdebug.view import cells
from ttdebug.view.gate import Safe, lit, safe
from ttdebug.view.tagged import is_number, tagged

_LOOKED_AT = 100
_COUNTED = 7
_KINDS = 3

ROOM = 200
"""Default length of a rendered value in characters; no pane shows more on one row."""


def scalar(value: str | float | bool | None) -> Safe:
    """A scalar exactly as recorded; strings in curly quotes, with newlines as escapes."""
    if value is None:
        return lit("null")
    if value is True:
        return lit("true")
    if value is False:
        return lit("false")
    if isinstance(value, str):
        return _quoted(value, ROOM)
    return number(value)


def number(value: float) -> Safe:
    """A number exactly as recorded, never grouped or rounded."""
    if isinstance(value, int) and abs(value).bit_length() > 4_000:
        return lit(f"integer of {value.bit_length():,} bits")
    return lit(repr(value))


def short(value: Value, room: int = ROOM) -> Safe:
    """Any value on one line: `{status: “applied”, percent: 15}`, cut at about `room` characters."""
    if value is MISSING:
        return lit("absent")
    if isinstance(value, str):
        return _quoted(value, room)
    if not isinstance(value, dict | list):
        return scalar(value)
    special = tagged(value)
    if special is not None:
        return cells.fit(special, room)
    parts: list[str] = []
    left = _write(value, parts, room)
    text = "".join(parts)
    return lit(text) if left >= 0 else cells.fit(f"{text}…", room)


def _quoted(text: str, room: int) -> Safe:
    if len(text) <= room:
        return lit(f"“{safe(text)}”")
    return lit(f"“{safe(text[:room])}…”")


def _write(value: Value, parts: list[str], room: int, depth: int = 0) -> int:
    """Append the text of a value until `room` is used up; returns the room that is left."""
    special = tagged(value)
    if special is not None:
        return _put(special, parts, room)
    if isinstance(value, dict | list) and value:
        if depth >= 4:
            return _put(size(value), parts, room)
        return _write_all(value, parts, room, depth)
    if isinstance(value, dict | list):
        return _put("{}" if isinstance(value, dict) else "[]", parts, room)
    text = _quoted(value, room) if isinstance(value, str) else scalar(_known(value))
    return _put(text, parts, room)


def _write_all(value: Value, parts: list[str], room: int, depth: int) -> int:
    is_object = isinstance(value, dict)
    room = _put("{" if is_object else "[", parts, room)
    pairs = value.items() if isinstance(value, dict) else ((None, item) for item in _items(value))
    for index, (key, item) in enumerate(pairs):
        if room <= 0:
            return -1
        if index:
            room = _put(", ", parts, room)
        if key is not None:
            room = _put(f"{safe(key, 60)}: ", parts, room)
        room = _write(item, parts, room, depth + 1)
    return _put("}" if is_object else "]", parts, room)


def _items(value: Value) -> list[Value]:
    return list(islice(value, ROOM)) if isinstance(value, list) else []


def _known(value: Value) -> float | bool | None:
    return value if isinstance(value, int | float | bool) else None


def _put(text: str, parts: list[str], room: int) -> int:
    parts.append(text)
    return room - len(text)


def size(value: Value) -> Safe:
    """The size of a container: `{6}` or `[91]`; empty for anything else."""
    if isinstance(value, dict):
        return lit(f"{{{len(value):,}}}")
    return lit(f"[{len(value):,}]") if isinstance(value, list) else lit("")


def kind(value: Value) -> Safe:
    """The name of a value's JSON type, or `absent`."""
    if value is MISSING:
        return lit("absent")
    if value is None:
        return lit("null")
    if isinstance(value, bool):
        return lit("boolean")
    if isinstance(value, int | float) or is_number(value):
        return lit("number")
    if isinstance(value, str):
        return lit("string")
    return lit("object" if isinstance(value, dict) else "list")


def children(value: Value, room: int) -> Safe:
    """Names of what a container holds, as many as fit: keys, or what tells elements apart.

    Where many elements share few labels they are counted: `4 open · 8 done`.
    """
    found = _names(value)
    kinds = Counter(found)
    if isinstance(value, list) and len(found) == len(value) >= _COUNTED and len(kinds) <= _KINDS:
        counted = " · ".join(f"{count} {safe(name, 40)}" for name, count in kinds.items())
        return cells.fit(counted, room)
    names: list[str] = []
    used = 0
    for name in found:
        text = safe(name, 40)
        used += cells.width(text) + 1
        if used > room + 1:
            return cells.fit(" ".join([*names, text]), room)
        names.append(text)
    return lit(" ".join(names))


def _names(value: Value) -> list[str]:
    if isinstance(value, dict):
        return list(islice(value, _LOOKED_AT))
    if not isinstance(value, list):
        return []
    found = []
    for item in islice(value, _LOOKED_AT):
        label = element_label(item)
        if label is None:
            return []
        found.append(label)
    return found


def element_label(item: Value) -> str | None:
    """The word that says most about a list element: its identity, role, kind or status."""
    if isinstance(item, str):
        return item if item and len(item) <= 24 and "\n" not in item else None
    if not isinstance(item, dict):
        return None
    for field in ("role", "type", "kind", "name", "id", "key", "status"):
        label = item.get(field)
        if isinstance(label, str) and label:
            return label
    return None
