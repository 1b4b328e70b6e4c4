"""What a decoded record holds where one expects it: a value of another type counts as absent."""

from __future__ import annotations

from ttdebug.model import JSON, Object


def text_of(holder: Object, key: str) -> str | None:
    """A non-empty string under `key`."""
    value = holder.get(key)
    return value if isinstance(value, str) and value else None


def object_of(holder: Object, key: str) -> Object:
    """The object under `key`, empty if there is none."""
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def objects_in(value: JSON) -> list[Object]:
    """The objects of a list, none if it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def integer_of(holder: Object, key: str) -> int | None:
    """An integer under `key`, also where it is written as text."""
    value = holder.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
