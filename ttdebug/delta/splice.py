"""Finding the changed children of a large object from its encoded bytes alone.

Comparing 200 children by `==` and encoding the result again to prove it exact costs as much as
encoding the whole state; knowing where each child stands in the bytes, neither is needed.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Final

import orjson

from ttdebug.model import Object

MANY: Final = 32  # children from which this pays
_MOST_EDITS = 8


class Layout:
    """The length of each child in the encoded form of an object, in order.

    A child is `"key":value` and the comma or brace behind it.
    """

    __slots__ = ("_ends", "_keys", "_sizes")

    def __init__(self, state: Object, sizes: list[int] | None = None) -> None:
        self._keys = list(state)
        self._sizes = [_size(item) for item in state.items()] if sizes is None else sizes
        self._ends: list[int] | None = None

    def after(self, before: Object, state: Object) -> Layout:
        """The layout of a later state, which shares with `before` what did not change."""
        known = dict(zip(self._keys, self._sizes, strict=True))
        sizes = [
            known[key] if key in known and before.get(key) is value else _size((key, value))
            for key, value in state.items()
        ]
        return Layout(state, sizes)

    def edits(self, old: bytes, new: bytes, value: Object) -> dict[str, bytes] | None:
        """The children to replace, as encoded, so that `old` becomes `new`.

        `old` is what this is the layout of; `new` is the encoded `value`. None if keys differ or
        too many children do. If there is an answer it is proven: `new` is `old` with just these
        children replaced.
        """
        keys, sizes = self._keys, self._sizes
        if list(value) != keys:
            return None
        ends = self._ends or list(accumulate(sizes, initial=1))
        found: dict[str, bytes] = {}
        grown: list[tuple[int, int]] = []
        at, there = 0, 0  # equal so far: old[:at] with the edits, new[:there]
        while old[at:] != new[there:]:
            same = _common_prefix(old, new, at, there)
            number = bisect_right(ends, at + same) - 1
            if number < 0 or number >= len(keys) or len(found) == _MOST_EDITS:
                return None
            key = keys[number]
            start, end = ends[number], ends[number + 1]
            text = orjson.dumps(value[key])
            head = len(orjson.dumps(key)) + 1
            begin = there + start - at
            if new[begin : begin + head] != old[start : start + head]:
                return None
            if not new.startswith(text, begin + head):
                return None
            found[key] = text
            grown.append((number, head + len(text) + 1))
            at, there = end - 1, begin + head + len(text)
        for number, size in grown:
            sizes[number] = size
        self._ends = ends if not grown else None
        return found


def _common_prefix(old: bytes, new: bytes, at: int, there: int) -> int:
    """How many bytes from `at` and `there` on are the same; they do differ somewhere."""
    low, high = 0, min(len(old) - at, len(new) - there)
    while low < high:
        middle = (low + high + 1) // 2
        if old[at + low : at + middle] == new[there + low : there + middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _size(item: tuple[str, object]) -> int:
    return len(orjson.dumps(item[0])) + len(orjson.dumps(item[1])) + 2
