"""Row numbers on a timeline: its own events after the prefix it shares with its parents."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Reach(NamedTuple):
    """Up to which seq a timeline's events and states belong to a lineage."""

    timeline: int
    last: int


class Lineage:
    """An immutable map between row numbers (from 0) and seqs of one timeline."""

    def __init__(
        self, timeline: int, reaches: Sequence[Reach], stretches: Iterable[tuple[int, int, int]]
    ) -> None:
        """`reaches` runs from the timeline itself to its oldest parent.

        `stretches` are (first, last, timeline), ascending and without overlap.
        """
        self.timeline = timeline
        self.reaches = tuple(reaches)
        self._firsts = array("q")
        self._lasts = array("q")
        self._rows = array("q")  # row number of each first
        self._owners = array("q")
        self._length = 0
        for first, last, owner in stretches:
            self._firsts.append(first)
            self._lasts.append(last)
            self._rows.append(self._length)
            self._owners.append(owner)
            self._length += last - first + 1

    def __len__(self) -> int:
        return self._length

    @property
    def last(self) -> int:
        """The seq in the last row; 0 if there is no row."""
        return self._lasts[-1] if self._lasts else 0

    def seq_at(self, index: int) -> int:
        """The seq in a row; raises IndexError outside 0 <= index < len(self)."""
        if not 0 <= index < self._length:
            raise IndexError(f"row {index} of {self._length}")
        at = bisect_right(self._rows, index) - 1
        return self._firsts[at] + index - self._rows[at]

    def index_of(self, seq: int) -> int:
        """The row of the last event <= seq; -1 if there is none."""
        at = bisect_right(self._firsts, seq) - 1
        if at < 0:
            return -1
        return self._rows[at] + min(seq, self._lasts[at]) - self._firsts[at]

    def contains(self, seq: int) -> bool:
        """Whether the event `seq` lies on this timeline or the prefix it shares."""
        at = bisect_right(self._firsts, seq) - 1
        return at >= 0 and seq <= self._lasts[at]

    def own(self, timeline: int) -> list[tuple[int, int]]:
        """The stretches (first, last) that one timeline recorded."""
        return [
            (first, last)
            for first, last, owner in zip(self._firsts, self._lasts, self._owners, strict=True)
            if owner == timeline
        ]

    def stretches(self, start: int, stop: int) -> list[tuple[int, int]]:
        """The seqs of rows start <= index < stop as (first, last), ascending."""
        start, stop = max(start, 0), min(stop, self._length)
        found: list[tuple[int, int]] = []
        while start < stop:
            at = bisect_right(self._rows, start) - 1
            first = self._firsts[at] + start - self._rows[at]
            last = min(self._lasts[at], first + stop - start - 1)
            found.append((first, last))
            start += last - first + 1
        return found
