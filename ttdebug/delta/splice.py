"""Finding the changed children of a large object from its encoded bytes alone.

Comparing 200 children by `==` and encoding the result again to prove it exact costs as much as
encoding the whole state; knowing where each child stands in the bytes, neither is needed.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final, NamedTuple

import orjson

from ttdebug.model import Object

MANY: Final = 32  # children from which this pays
MOST_EDITS: Final = 8


class Edits(NamedTuple):
    """The children that differ: by key, and as encoded where there is a new value."""

    removed: list[str]
    replaced: dict[str, bytes]
    added: dict[str, bytes]


class Layout:
    """Where each child begins in the encoded form of an object, and where the last one ends.

    A child is `"key":value` and the comma or brace behind it.
    """

    __slots__ = ("_keys", "_starts")

    def __init__(self, state: Object) -> None:
        self._keys = list(state)
        self._starts = list(accumulate(map(_size, state.items()), initial=1))

    def edits(self, old: bytes, new: bytes, value: Object) -> Edits | None:
        """What turns `old` into `new`, the encoded `value`; None if that is too much to find.

        `old` is what this is the layout of; afterwards it is that of `new`, and after None that of
        nothing. An answer is proven: `new` is `old` with just these children removed, replaced, or
        added at the end.
        """
        found = Edits([], {}, {})
        if len(value) == len(self._keys) and self._replaced(old, new, value, found.replaced):
            return found
        found.replaced.clear()
        shaped = self._reshaped(old, value, found)
        if shaped is not None and self._replaced(shaped, new, value, found.replaced):
            return found
        return None

    def _reshaped(self, old: bytes, value: Object, found: Edits) -> bytes | None:
        """`old` without the children that are gone, and with those that came at the end, if any."""
        keys, starts = self._keys, self._starts
        gone = set(keys).difference(value)
        if len(gone) > MOST_EDITS:
            return None
        for number in sorted(map(keys.index, gone), reverse=True):
            start, end = starts[number], starts[number + 1]
            is_last = number == len(keys) - 1
            old = old[: start - 1] + b"}" if is_last else old[:start] + old[end:]
            starts[number:] = [start, *map((start - end).__add__, starts[number + 2 :])]
            found.removed.append(keys.pop(number))
        names = list(value)
        count = len(keys)
        new = names[count:]
        if names[:count] != keys or len(new) > MOST_EDITS or not (new or gone):
            return None
        for name in new:
            text = found.added[name] = orjson.dumps(value[name])
            old = b"".join((old[:-1], b",", orjson.dumps(name), b":", text, b"}"))
            starts.append(len(old))
            keys.append(name)
        return old

    def _replaced(self, old: bytes, new: bytes, value: Object, found: dict[str, bytes]) -> bool:
        """Collect the children that differ; whether they are few and all that does."""
        keys, starts = self._keys, self._starts
        number, at, there = 0, 0, 0  # equal so far: old[:at] with the edits, new[:there]
        grown: list[tuple[int, int]] = []
        while len(old) - at != len(new) - there or not new.endswith(old[at:]):
            number, at, there = _same(old, new, starts, number, at, there)
            if number == len(keys) or len(found) == MOST_EDITS:
                return False
            key, end = keys[number], starts[number + 1]
            if key not in value:
                return False
            text = orjson.dumps(value[key])
            head = old[at : at + len(orjson.dumps(key)) + 1]
            child = b"".join((head, text, old[end - 1 : end]))
            if not new.startswith(child, there):
                return False
            found[key] = text
            grown.append((number, len(child) - (end - at)))
            number, at, there = number + 1, end, there + len(child)
        for number, more in grown:
            if more:
                starts[number + 1 :] = map(more.__add__, starts[number + 1 :])
        return True


def _same(
    old: bytes, new: bytes, starts: list[int], number: int, at: int, there: int
) -> tuple[int, int, int]:
    """Skip the children that are the same: the first other one, and where it begins in both."""
    low, high = number, len(starts) - 1
    while low < high:
        middle = (low + high) // 2
        end = starts[middle + 1]
        if new.startswith(old[at:end], there):
            low, at, there = middle + 1, end, there + end - at
        else:
            high = middle
    return low, at, there


def _size(item: tuple[str, object]) -> int:
    return len(orjson.dumps(item[0])) + len(orjson.dumps(item[1])) + 2
