"""Which elements of two lists are the same thing, so that a list edit is found as an edit."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TypeAlias

from ttdebug.delta.equality import canonical
from ttdebug.model import JSON
from ttdebug.paths import IDENTITY_FIELDS, identity, identity_text

Pairs: TypeAlias = list[tuple[int, int]]

_MAX_EDITS = 64


def anchors(old: list[JSON], new: list[JSON]) -> tuple[Pairs, bool]:
    """Index pairs of the elements that stayed, ascending in both lists.

    The flag tells whether they were found by identity (they may differ inside) or by content.
    """
    field = identity(old)
    if field is not None and identity(new) == field:
        return _align(_texts(old, field), _texts(new, field)), True
    return _align([canonical(item) for item in old], [canonical(item) for item in new]), False


def same_thing(old: JSON, new: JSON) -> bool:
    """Whether two elements in the same place may be one thing that changed inside."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return type(old) is type(new)
    for field in IDENTITY_FIELDS:
        before, after = identity_text(old, field), identity_text(new, field)
        if before is not None or after is not None:
            return before == after
    return True


def _texts(items: list[JSON], field: str) -> list[str | None]:
    return [identity_text(item, field) for item in items]


def _align(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """A longest common subsequence where edits are few or keys unique, else a good one."""
    if len(set(old)) < len(old) or len(set(new)) < len(new):
        found = _shortest_edit(old, new)
        if found is not None:
            return found
    return _by_occurrence(old, new)


def _by_occurrence(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """Pair the n-th occurrence of a key with the n-th, keep a longest ascending run of pairs."""
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for at in range(len(old) - 1, -1, -1):
        places[old[at]].append(at)
    ends: list[int] = []  # per length, the smallest old index at which such a run ends
    chain: list[tuple[int, int, int]] = []  # old index, new index, link before it
    tails: list[int] = []
    for there, key in enumerate(new):
        if not (found := places.get(key)):
            continue
        here = found.pop()
        length = bisect_left(ends, here)
        chain.append((here, there, tails[length - 1] if length else -1))
        ends[length : length + 1] = [here]
        tails[length : length + 1] = [len(chain) - 1]
    pairs: Pairs = []
    link = tails[-1] if tails else -1
    while link >= 0:
        here, there, link = chain[link]
        pairs.append((here, there))
    pairs.reverse()
    return pairs


def _shortest_edit(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs | None:
    """Myers' greedy algorithm; None beyond _MAX_EDITS insertions and removals."""
    width, height = len(old), len(new)
    reach = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(min(_MAX_EDITS, width + height) + 1):
        history.append(reach.copy())
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
            )
            x = reach[diagonal + 1] if down else reach[diagonal - 1] + 1
            y = x - diagonal
            while x < width and y < height and old[x] == new[y]:
                x += 1
                y += 1
            reach[diagonal] = x
            if x >= width and y >= height:
                return _backtrack(history, width, height)
    return None


def _backtrack(history: list[dict[int, int]], x: int, y: int) -> Pairs:
    pairs: Pairs = []
    for edits in range(len(history) - 1, -1, -1):
        reach = history[edits]
        diagonal = x - y
        down = diagonal == -edits or (
            diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
        )
        before = diagonal + 1 if down else diagonal - 1
        start_x = reach[before]
        start_y = start_x - before
        while x > max(start_x, 0) and y > max(start_y, 0) and x - start_x > (not down):
            x -= 1
            y -= 1
            pairs.append((x, y))
        x, y = start_x, start_y
    pairs.reverse()
    return pairs
