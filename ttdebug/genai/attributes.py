"""Flat attributes: taken one by one under any of their names, lists put together again."""

from __future__ import annotations

from functools import lru_cache

from ttdebug.foreign.shapes import embedded, number_of
from ttdebug.model import JSON, Object

MAX_LEVELS = 8
_LONGEST = 512


class Attributes:
    """The attributes of a span; what is taken is understood, `left` is what nobody took.

    Most names that are asked for are in no span, so that is looked up first, all at once.
    """

    def __init__(self, values: Object) -> None:
        self.left = nested(values)
        self.lack = self.left.keys().isdisjoint

    def take(self, *keys: str) -> JSON:
        """The value under the first of these names that has one; it leaves."""
        if self.lack(keys):
            return None
        for key in keys:
            if (value := self.left.get(key)) is not None:
                del self.left[key]
                return value
        return None

    def see(self, *keys: str) -> JSON:
        """The same, but it stays."""
        if self.lack(keys):
            return None
        return next((self.left[key] for key in keys if self.left.get(key) is not None), None)

    def text(self, *keys: str) -> str | None:
        """The first non-empty string under these names; it stays."""
        if self.lack(keys):
            return None
        for key in keys:
            value = self.left.get(key)
            if isinstance(value, str) and value:
                return value
        return None

    def value(self, *keys: str) -> JSON:
        """`take`, with JSON in a string decoded, twice if need be."""
        return unwrapped(self.take(*keys))

    def number(self, *keys: str) -> int | float | None:
        """The first number under these names, also one written as text; it leaves."""
        if self.lack(keys):
            return None
        for key in keys:
            value = self.left.get(key)
            number = number_of({key: _number(value)}, key)
            if number is not None:
                del self.left[key]
                return number
        return None


def unwrapped(value: JSON) -> JSON:
    """The JSON value inside a string, which may hold such a string again."""
    if isinstance(value, str) and value[:2] in ('"{', '"['):
        value = embedded(f"[{value}]")
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
    return embedded(value)


def nested(values: Object, level: int = 0) -> Object:
    """`a.0.b` and `a.1.b` become `a`: a list of two objects with `b`; gaps close.

    A name that is taken already keeps its value; its numbered names stay as they are.
    """
    found: Object = {}
    lists: dict[str, dict[int, Object]] = {}
    for key, value in values.items():
        split = _split(key) if level < MAX_LEVELS and len(key) < _LONGEST else None
        if split is None or split[0] in values:
            found[key] = value
        else:
            stem, index, rest = split
            lists.setdefault(stem, {}).setdefault(index, {})[rest] = value
    for stem, items in lists.items():
        found[stem] = [_item(items[index], level) for index in sorted(items)]
    return found


def _item(item: Object, level: int) -> JSON:
    """An element: an object, or the one value without a name."""
    return item[""] if list(item) == [""] else nested(item, level + 1)


@lru_cache(maxsize=4096)
def _split(key: str) -> tuple[str, int, str] | None:
    """`a.b.0.c.d` as `a.b`, 0 and `c.d`."""
    parts = key.split(".")
    for at, part in enumerate(parts):
        if at and len(part) < 9 and part.isascii() and part.isdigit():
            return ".".join(parts[:at]), int(part), ".".join(parts[at + 1 :])
    return None


def _number(value: JSON) -> JSON:
    if isinstance(value, str) and len(value) < 30:
        try:
            return int(value) if value.isdigit() else float(value)
        except ValueError:
            return None
    return value
