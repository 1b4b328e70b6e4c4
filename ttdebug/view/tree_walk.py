"""Walking a JSON document in order, and which of its values have rows of their own in a tree."""

from __future__ import annotations

from collections.abc import Iterator

from ttdebug import paths
from ttdebug.model import Value
from ttdebug.view.tagged import tagged

_LONG_TEXT = 60


def foldable(value: Value) -> bool:
    """Whether a value has rows of its own: a container, or a text too long for its row."""
    if isinstance(value, dict | list):
        return bool(value) and tagged(value) is None
    return isinstance(value, str) and (len(value) > _LONG_TEXT or "\n" in value)


def is_large(value: Value, most: int) -> bool:
    """Whether a value has more than `most` rows, or is a text."""
    return not isinstance(value, dict | list) or len(value) > most


def walk(value: Value) -> Iterator[tuple[str, str, Value]]:
    """Every place below a value, in document order: pointer, object key, value."""
    stack = [_below("", value)]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
            continue
        yield found
        if isinstance(found[2], dict | list):
            stack.append(_below(found[0], found[2]))


def _below(pointer: str, value: Value) -> Iterator[tuple[str, str, Value]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield f"{pointer}/{paths.escape(name)}", name, item
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield f"{pointer}/{index}", "", item
