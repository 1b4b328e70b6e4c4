"""A run that is being recorded, and its timelines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from ttdebug.store.writer import Writer


class Line:
    """A timeline being recorded; `last` is its newest event.

    A `main` may be `lost`, as its file is gone, or `over`, as the run has ended.
    """

    __slots__ = ("fork_seq", "id", "last", "lost", "over", "parent")

    def __init__(self, number: int, parent: Line | None = None, fork_seq: int = 0) -> None:
        self.id = number
        self.parent = parent
        self.fork_seq = fork_seq
        self.last = fork_seq
        self.lost = False
        self.over = False

    def sees(self, line: Line, seq: int) -> bool:
        """Whether an event recorded on `line` is part of this timeline's history."""
        at: Line | None = self
        reach = sys.maxsize
        while at is not None:
            if at is line:
                return seq <= reach
            reach = min(reach, at.fork_seq)
            at = at.parent
        return False

    def first(self) -> Line:
        """The run's `main` timeline."""
        return self if self.parent is None else self.parent.first()


class Open(NamedTuple):
    """A run that is being recorded."""

    writer: Writer
    main: Line
    began: int  # by the performance counter, ns
    messages: dict[str, int]  # message id -> seq of the event that sent it
    lines: set[str]  # the names of its timelines
    opaque: set[str]  # classes whose instances in states it is known to lack


def fork_names(wanted: str | None, number: int) -> Iterator[str]:
    """Names for a fork, the best first; `number` is of those without a name of their own."""
    if wanted is None:
        yield from (f"fork-{at}" for at in count(number))
    else:
        yield wanted
        yield from (f"{wanted}-{at}" for at in count(2))
