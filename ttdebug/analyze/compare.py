"""How two states differ: exactly and by identity, or with deepdiff's options."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ttdebug.analyze.walk import Skipped, walk
from ttdebug.model import MISSING, Change, Value
from ttdebug.paths import concrete, parse, pointer


def compare(
    old: Value,
    new: Value,
    *,
    ignore_order: bool = False,
    exclude: Sequence[str] = (),
    significant_digits: int | None = None,
    limit: int | None = None,
) -> list[Change]:
    """The differences from `old` to `new`, in the order of the states, at most `limit` of them.

    A Change's path is where its value stands in `new` (a removed value's: in `old`). An element
    that changed its place among the others is `moved` from index `old` to index `new`. `exclude`
    are state paths to leave out. Types count, as in True and 1.
    Raises UsageError where the states are too large for ignoring order or digits.
    """
    skipped = Skipped(_places(old, exclude), _places(new, exclude))
    plain = not ignore_order and significant_digits is None
    if plain or old is MISSING or new is MISSING:
        return list(islice(walk(old, new, skipped), limit))
    from ttdebug.analyze.loose import loose_changes

    return loose_changes(old, new, skipped, ignore_order, significant_digits)[:limit]


def _places(state: Value, exclude: Sequence[str]) -> frozenset[str]:
    found = (concrete(state, parse(text)) for text in exclude)
    return frozenset(pointer(segments) for segments in found if segments is not None)
