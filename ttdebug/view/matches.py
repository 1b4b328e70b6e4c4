"""How many matches of a search lie inside values that are folded away."""

from __future__ import annotations

import json
from itertools import islice
from typing import Final, NamedTuple

from ttdebug.model import Value
from ttdebug.view import numbers
from ttdebug.view.gate import Safe, lit
from ttdebug.view.highlight import Each
from ttdebug.view.tree_walk import walk

_LOOKED_AT: Final = 20_000
"""Values looked at in one folded row; a larger one tells what it found until then."""

_REMEMBERED: Final = 1_000


class Count(NamedTuple):
    """Keys and values that match; not `complete` if there was more to look at."""

    matches: int
    complete: bool

    @property
    def words(self) -> Safe:
        """`3 matches`, `3+ matches`; empty for none."""
        if not self.matches:
            return lit("")
        if self.complete:
            return lit("1 match") if self.matches == 1 else lit(f"{self.matches:,} matches")
        return lit(f"{numbers.seq(self.matches)}+ matches")


class Matches:
    """Counts what one search finds; states share their values, so counts are remembered."""

    def __init__(self, each: Each) -> None:
        self.each = each
        self._known: dict[int, tuple[Value, Count]] = {}

    def inside(self, value: Value) -> Count:
        """How many keys and scalars inside a value match; of a text whether it does."""
        known = self._known.get(id(value))
        if known is None or known[0] is not value:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[id(value)] = (value, self._count(value))
        return known[1]

    def _count(self, value: Value) -> Count:
        if isinstance(value, str):
            return Count(int(self._matches(value)), True)
        found = 0
        places = walk(value)
        for _, key, inner in islice(places, _LOOKED_AT):
            found += bool(key) and self._matches(key)
            if not isinstance(inner, dict | list):
                found += self._matches(inner if isinstance(inner, str) else json.dumps(inner))
        return Count(found, next(places, None) is None)

    def _matches(self, text: str) -> bool:
        return next(self.each(text), None) is not None
