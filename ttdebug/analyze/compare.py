"""How two states differ: exactly and by identity, or with deepdiff's options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from ttdebug.analyze.excluded import places
from ttdebug.analyze.walk import Skipped, walk
from ttdebug.model import MISSING, Change, Value


@dataclass(frozen=True, slots=True)
class Options:
    """What to overlook. `exclude` are state paths, in which `*` is any key or element.

    Of lists their order; of numbers what lies beyond so many decimals, or that 1 is not 1.0.
    """

    ignore_order: bool = False
    exclude: Sequence[str] = ()
    significant_digits: int | None = None
    ignore_number_types: bool = False

    @property
    def loose(self) -> bool:
        """Whether values that are not equal may count as such."""
        return self.ignore_order or self.ignore_number_types or self.significant_digits is not None


EXACT = Options()


def compare(
    old: Value, new: Value, options: Options = EXACT, *, limit: int | None = None
) -> list[Change]:
    """The differences from `old` to `new`, in the order of the states, at most `limit` of them.

    A Change's path is where its value stands in `new` (a removed value's: in `old`). An element
    that changed its place among the others is `moved` from index `old` to index `new`. Types
    count, as in True and 1. Raises UsageError where the states are too large for ignoring order,
    digits or types.
    """
    skipped = Skipped(places(old, options.exclude), places(new, options.exclude))
    if not options.loose or old is MISSING or new is MISSING:
        return list(islice(walk(old, new, skipped), limit))
    from ttdebug.analyze.loose import loose_changes

    return loose_changes(old, new, skipped, options)[:limit]
