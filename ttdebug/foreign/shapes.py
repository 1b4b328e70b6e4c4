"""What a decoded record holds where one expects it: a value of another type counts as absent."""

from __future__ import annotations

from ttdebug.foreign import lenient
from ttdebug.model import JSON, Object

MAX_EMBEDDED = 16 << 20
"""Characters of a string that is decoded again as JSON."""


def text_of(holder: Object, key: str) -> str | None:
    """A non-empty string under `key`."""
    value = holder.get(key)
    return value if isinstance(value, str) and value else None


def object_of(holder: Object, key: str) -> Object:
    """The object under `key`, empty if there is none."""
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def list_of(holder: Object, key: str) -> list[JSON]:
    """The list under `key`, empty if there is none."""
    value = holder.get(key)
    return value if isinstance(value, list) else []


def objects_in(value: JSON) -> list[Object]:
    """The objects of a list, none if it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def integer_of(holder: Object, key: str) -> int | None:
    """An integer under `key`, also where it is written as text."""
    value = holder.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number_of(holder: Object, key: str) -> int | float | None:
    """A number under `key`; true and false are none."""
    value = holder.get(key)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def embedded(value: JSON) -> JSON:
    """The JSON value that a string holds; the string itself if it holds none."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    if len(value) > MAX_EMBEDDED:
        return value
    try:
        return lenient.decode(value.encode("utf-8", "surrogatepass")).value
    except lenient.NotJSONError:
        return value
