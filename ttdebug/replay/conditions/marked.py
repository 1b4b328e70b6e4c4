"""Values that JSON lacks, as the recorder writes them, in the nearest form conditions know."""

from __future__ import annotations

import json
from typing import Final

from ttdebug.model import JSON, MARK, Object, Value

_SEQUENCES: Final = frozenset({"tuple", "set", "frozenset", "deque"})
_TEXTS: Final = frozenset({"datetime", "date", "time", "uuid", "path", "fraction"})
_NUMBERS: Final = frozenset({"int", "float", "decimal"})
_LONGEST: Final = 1300  # characters of a number; more could not be calculated with anyway


def plain(value: Value) -> Value:
    """A tuple or set as a list, NaN and large integers as numbers, times as ISO texts.

    An enum is its value; whatever has no such form stays the object that it is.
    """
    if not isinstance(value, dict) or MARK not in value:
        return value
    try:
        return _plain(value)
    except (ValueError, OverflowError):
        return value


def _plain(value: Object) -> JSON:
    kind, inside = value[MARK], value.get("value")
    if kind in _SEQUENCES and isinstance(items := value.get("items"), list):
        return items
    if kind == "enum" and "value" in value:
        return inside
    if kind == "str" and isinstance(text := value.get("json"), str):
        found = json.loads(text)
        return found if isinstance(found, str) else value
    if not isinstance(inside, str):
        return value
    if kind in _NUMBERS and len(inside) <= _LONGEST:
        return int(inside, 0) if kind == "int" else float(inside)
    return inside if kind in _TEXTS else value
