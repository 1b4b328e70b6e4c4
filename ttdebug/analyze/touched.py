"""Paths that were written between two positions and are nevertheless as they were."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import Final

from ttdebug.delta import equal
from ttdebug.model import MISSING, Position, Value
from ttdebug.paths import parse, pointer, resolve, split_pointer
from ttdebug.store.trace import Trace

_MOST: Final = 5_000
"""Writes looked at from the first on."""


def touched(
    trace: Trace, a: Position, b: Position, agent: str, old: Value, new: Value
) -> list[str]:
    """JSON Pointers of such paths of an agent's states `old` at `a` and `new` at `b`.

    In the order of their first write; of what was written inside a list, the list. There are none
    where the earlier position does not lie on the later one's timeline.
    """
    first, last = sorted((a, b), key=lambda position: position.seq)
    if first.seq and not trace.lineage(last.timeline).contains(first.seq):
        return []
    found: dict[str, None] = {}
    writes = trace.deltas(first.seq + 1, last.seq, timeline=last.timeline, agents=[agent])
    for written in islice(writes, _MOST):
        for op in written.ops:
            place = _standing(split_pointer(str(op["path"])), new)
            if place:
                found.setdefault(pointer(place))
    same = {path: None for path in found if _equal(path, old, new)}
    return [path for path in same if not _inside(path, same)]


def _standing(segments: tuple[str, ...], state: Value) -> tuple[str, ...]:
    """The way to a place without its steps inside a list, where places shift."""
    for depth, segment in enumerate(segments):
        if isinstance(state, list):
            return segments[:depth]
        state = state.get(segment, MISSING) if isinstance(state, dict) else MISSING
    return segments


def _equal(path: str, old: Value, new: Value) -> bool:
    before, after = resolve(old, parse(path)), resolve(new, parse(path))
    return after is not MISSING and equal(before, after)


def _inside(path: str, others: Collection[str]) -> bool:
    """Whether something around a path is among the others."""
    segments = split_pointer(path)
    return any(pointer(segments[:depth]) in others for depth in range(1, len(segments)))
