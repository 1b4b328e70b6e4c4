"""Reading past damage: what is whole is listed, what is lost is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from ttdebug.cli.output import narrate
from ttdebug.errors import TraceError

T = TypeVar("T")

STRETCH = 256
"""Events read at once; damage in one of them does not take the others along."""


def readable(
    read: Callable[[int, int], list[T]],
    first: int,
    last: int,
    *,
    reverse: bool,
    stretch: int = STRETCH,
) -> Iterator[T]:
    """What `read` finds from one event to another, in ascending stretches or backwards.

    Of a damaged stretch what can be read event by event, and a warning.
    """
    whole = False
    damage: TraceError | None = None
    steps = range(max(first, 1), last + 1, stretch)
    for low in reversed(steps) if reverse else steps:
        high = min(low + stretch - 1, last)
        try:
            found = read(low, high)
            whole = True
        except TraceError as fault:
            damage = fault
            found, lost = _one_by_one(read, low, high)
            whole = whole or lost <= high - low
            narrate(f"warning: {lost:,} of the events {low:,} to {high:,} are lost: {fault}")
        yield from reversed(found) if reverse else found
    if damage is not None and not whole:
        raise damage


def _one_by_one(read: Callable[[int, int], list[T]], low: int, high: int) -> tuple[list[T], int]:
    """What can be read, and how many events cannot."""
    found: list[T] = []
    lost = 0
    for seq in range(low, high + 1):
        try:
            found += read(seq, seq)
        except TraceError:
            lost += 1
    return found, lost
