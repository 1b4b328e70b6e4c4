"""Readable names of places in a state: keys as they are, list elements by what identifies them."""

from __future__ import annotations

from collections.abc import Sequence

from ttdebug import paths
from ttdebug.model import JSON, MISSING, Value
from ttdebug.view.gate import Safe, lit, safe

LONG_LIST = 5_000
"""Lists longer than this are named by index: finding an identity reads every element."""


def child(value: Value, segment: str) -> Value:
    """The value one raw pointer segment further, MISSING if there is none."""
    if isinstance(value, dict):
        return value.get(segment, MISSING)
    if isinstance(value, list):
        index = paths.list_index(segment)
        return value[index] if index is not None and index < len(value) else MISSING
    return MISSING


def at(value: Value, segments: Sequence[str]) -> Value:
    """The value at raw pointer segments."""
    for segment in segments:
        if isinstance(value, dict):
            value = value.get(segment, MISSING)
        elif value is MISSING:
            break
        else:
            value = child(value, segment)
    return value


class Names:
    """Names within one state; what identifies the elements of a list is looked up once."""

    def __init__(self, state: Value) -> None:
        self.state = state
        self._fields: dict[int, str | None] = {}

    def element(self, items: list[JSON], index: int) -> Safe:
        """An element of a list as `[id=5]`, or `[3]`."""
        field = self._field(items)
        if field is not None and 0 <= index < len(items):
            text = paths.identity_text(items[index], field)
            if text is not None:
                return safe(f"[{field}={text}]", 80)
        return lit(f"[{index}]")

    def below(self, value: Value, segments: Sequence[str], *, first: bool = True) -> Safe:
        """The way down from a value, as `todo[id=5].status`."""
        parts: list[str] = []
        for segment in segments:
            index = paths.list_index(segment) if isinstance(value, list) else None
            if isinstance(value, list) and index is not None:
                parts.append(self.element(value, index))
            else:
                parts.append(key(segment, first=first and not parts))
            value = child(value, segment)
        return lit("".join(parts))

    def dotted(self, segments: Sequence[str]) -> Safe:
        """A place in the state by its readable path."""
        return self.below(self.state, segments)

    def _field(self, items: list[JSON]) -> str | None:
        mark = id(items)
        if mark not in self._fields:
            small = len(items) <= LONG_LIST
            self._fields[mark] = paths.identity(items) if small else None
        return self._fields[mark]


def key(segment: str, *, first: bool) -> Safe:
    """An object key as one step of a dotted path."""
    if segment.isascii() and segment.isidentifier():
        return lit(segment if first else "." + segment)
    text = paths.dotted((paths.Key(segment),))
    return safe(text if first or text.startswith("[") else "." + text, 200)
