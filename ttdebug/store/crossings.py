"""Where a scalar enters or leaves a range: found in SQL, skipping the writes that stay inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, cast

from ttdebug.model import Value
from ttdebug.store import schema
from ttdebug.store.lookup import Lookup
from ttdebug.store.reading import Query, asked
from ttdebug.store.touch import UNKNOWN, Column, Inline, from_column, to_column
from ttdebug.store.writes import Source

_NEVER: Final = b"?"  # no stored value is this
_INSIDE: Final = "value BETWEEN ? AND ? AND value <> ? AND value <> ?"
_OWN: Final = (
    "SELECT seq, value FROM touch WHERE track = ? AND path = ? AND kind = 0 AND seq BETWEEN ? AND ?"
)
_NEXT: Final = {
    True: f"{_OWN} AND (value IS NULL OR ({_INSIDE})) ORDER BY seq LIMIT 1",
    False: f"{_OWN} AND (value IS NULL OR NOT ({_INSIDE})) ORDER BY seq LIMIT 1",
}
_PAGE: Final = (
    f"SELECT seq, value, {_INSIDE} FROM touch WHERE track = ? AND path = ? AND kind = 0"
    " AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?"
)
_SMALLEST: Final = 4  # writes in a page
_LARGEST: Final = 4096
_DENSE: Final = 16  # writes per crossing from where on leaping over them costs less
_LEAPS: Final = 16  # leaps until writes are looked at one by one again


class Range(NamedTuple):
    """Scalars of one type from `low` to `high`, without the two of `but`, as they are stored."""

    low: Column
    high: Column
    but: tuple[Column, Column]

    @classmethod
    def of(cls, operator: str, value: Value) -> Range | None:
        """What fits `x operator value`; None if the index cannot tell."""
        at = to_column(value)
        if at is None:
            return None
        if operator == "==":
            return cls(at, at, (_NEVER, _NEVER))
        if isinstance(at, bytes):
            return None
        least: Column = "" if isinstance(at, str) else float("-inf")
        most: Column = b"" if isinstance(at, str) else float("inf")
        but = (at if operator in ("<", ">") else _NEVER, most if isinstance(at, str) else _NEVER)
        return cls(least, at, but) if operator in ("<", "<=") else cls(at, most, but)


class Crossing(NamedTuple):
    """A write that may have changed whether the value is in the range, and the value it left."""

    seq: int
    value: Inline


class Crossings:
    """Walks the writes of one path on one track."""

    def __init__(self, query: Query, lookup: Lookup, track: int, node: int, within: Range) -> None:
        self._query = query
        self._lookup = lookup
        self._place = (track, node)
        self._range = (within.low, within.high, *within.but)

    def between(self, first: int, last: int, others: list[Source]) -> Iterator[Crossing] | None:
        """Crossings first <= seq <= last; None if `others`, writes from above, are too many."""
        breaks: set[int] = set()
        for source in others:
            rows = self._lookup.few_touches(self._place[0], source.node, source.kind)
            if rows is None or self._lookup.indexed < last:
                return None
            breaks.update(seq for seq, _ in rows if first <= seq <= last)
        return self._walk(first, last, sorted(breaks))

    def _walk(self, first: int, last: int, breaks: list[int]) -> Iterator[Crossing]:
        with asked("the index of writes"):
            for seq in breaks:
                yield from self._own(first, seq - 1)
                yield Crossing(seq, UNKNOWN)
                first = seq + 1
            yield from self._own(first, last)

    def _own(self, low: int, last: int) -> Iterator[Crossing]:
        """From the first write on, those at which the other side of the range begins.

        Where they are dense all writes are read; else each leaps over those that stay inside.
        """
        inside: bool | None = None
        leaps, size = _LEAPS, _SMALLEST
        while low <= last:
            if inside is not None and leaps < _LEAPS:
                leaps += 1
                rows = self._query(_NEXT[not inside], (*self._place, low, last, *self._range))
                if not rows:
                    return
                seq, value = cast("tuple[int, Column]", rows[0])
                yield Crossing(seq, from_column(value))
                inside = None if value is None else not inside
                low = seq + 1
                continue
            page = self._query(_PAGE, (*self._range, *self._place, low, last, size))
            met = 0
            for seq, value, now in page:
                if value is not None and bool(now) is inside:
                    continue
                met += inside is not None
                yield Crossing(seq, from_column(value))
                inside = None if value is None else bool(now)
            if len(page) < size:
                return
            low = page[-1][0] + 1
            dense = met * _DENSE >= size
            size = min(4 * size, _LARGEST) if dense else _SMALLEST
            leaps = _LEAPS if dense else 0


def own_source(ranges: list[Source]) -> int | None:
    """The node of the path itself, if it was ever written as a whole."""
    nodes = [node for node, kind, exact in ranges if exact and kind == schema.EXACT]
    return nodes[0] if len(nodes) == 1 else None
