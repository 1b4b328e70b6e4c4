"""An index of visible rows: open containers know how many rows they take, closed ones take one."""

from __future__ import annotations

from bisect import bisect_right

from ttdebug import paths
from ttdebug.model import Value


class Fold:
    """One open container (or long text) and the open ones directly in it, by ordinal.

    `size` is how many children it has, `rows` how many rows it takes with its own.
    """

    __slots__ = ("_keys", "_ordinals", "_sums", "folds", "is_text", "rows", "size", "value")

    def __init__(self, value: Value, size: int) -> None:
        self.value = value
        self.size = size
        self.rows = 1 + size
        self.is_text = isinstance(value, str)
        self.folds: dict[int, Fold] = {}
        self._ordinals: list[int] = []
        self._sums: list[int] | None = None
        self._keys: list[str] | None = None

    def segment(self, ordinal: int) -> str:
        """The raw pointer segment of a child; objects list their keys once, when first asked."""
        if not isinstance(self.value, dict):
            return str(ordinal)
        if self._keys is None:
            self._keys = list(self.value)
        return self._keys[ordinal]

    def ordinal(self, segment: str) -> int | None:
        """Which child a segment names, None if there is none."""
        if isinstance(self.value, list):
            index = paths.list_index(segment)
            return index if index is not None and index < self.size else None
        if not isinstance(self.value, dict) or segment not in self.value:
            return None
        self.segment(0)
        return self._keys.index(segment) if self._keys else None

    def child(self, ordinal: int) -> Value:
        """The value of a child."""
        if isinstance(self.value, dict):
            return self.value[self.segment(ordinal)]
        return self.value[ordinal] if isinstance(self.value, list) else None

    def locate(self, row: int) -> tuple[int, int]:
        """The child at a row counted from the first child, and the row within that child."""
        sums = self._extra()
        low, high = 0, len(sums)
        while low < high:
            middle = (low + high) // 2
            if self._ordinals[middle] + (sums[middle - 1] if middle else 0) <= row:
                low = middle + 1
            else:
                high = middle
        if not low:
            return row, 0
        start = self._ordinals[low - 1] + (sums[low - 2] if low > 1 else 0)
        inner = row - start
        inside = self.folds[self._ordinals[low - 1]].rows
        if inner < inside:
            return self._ordinals[low - 1], inner
        return row - sums[low - 1], 0

    def row_of(self, ordinal: int) -> int:
        """The row of a child, counted from the first child."""
        before = bisect_right(self._ordinals, ordinal - 1)
        sums = self._extra()
        return ordinal + (sums[before - 1] if before else 0)

    def _extra(self) -> list[int]:
        """Running totals of the rows that open children add to their own."""
        if self._sums is None:
            total = 0
            self._sums = []
            for ordinal in self._ordinals:
                total += self.folds[ordinal].rows - 1
                self._sums.append(total)
        return self._sums

    def add(self, ordinal: int, fold: Fold, trail: list[Fold]) -> None:
        """Open a child; `trail` is the way from the root to here, whose totals grow."""
        self.folds[ordinal] = fold
        self._reorder(trail, fold.rows - 1)

    def drop(self, ordinal: int, trail: list[Fold]) -> None:
        """Close a child and all that is open in it."""
        fold = self.folds.pop(ordinal, None)
        if fold is not None:
            self._reorder(trail, 1 - fold.rows)

    def _reorder(self, trail: list[Fold], growth: int) -> None:
        self._ordinals = sorted(self.folds)
        for fold in trail:
            fold.rows += growth
            fold.forget()

    def forget(self) -> None:
        """Count the running totals again when they are next needed."""
        self._sums = None
