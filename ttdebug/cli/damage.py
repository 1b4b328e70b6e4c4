"""Reading past damage: what is whole is listed, what is lost is told."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ttdebug.cli.output import narrate
from ttdebug.errors import NotFoundError, TraceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ttdebug.model import Event
    from ttdebug.store.trace import Trace

STRETCH = 256
"""Events read at once; damage in one of them does not take the others along."""


def readable(trace: Trace, first: int, last: int, *, reverse: bool) -> Iterator[Event]:
    """Every event that can be read; of a damaged stretch those that are whole, and a warning."""
    found = 0
    damage: TraceError | None = None
    steps = range(max(first, 1), last + 1, STRETCH)
    for low in reversed(steps) if reverse else steps:
        high = min(low + STRETCH - 1, last)
        try:
            events = list(trace.events(low, high, reverse=reverse))
        except TraceError as fault:
            damage = fault
            events = list(_one_by_one(trace, low, high, reverse=reverse))
            lost = high - low + 1 - len(events)
            narrate(f"warning: {lost:,} of the events {low:,} to {high:,} are lost: {fault}")
        found += len(events)
        yield from events
    if damage is not None and not found:
        raise damage


def _one_by_one(trace: Trace, low: int, high: int, *, reverse: bool) -> Iterator[Event]:
    for seq in range(high, low - 1, -1) if reverse else range(low, high + 1):
        with contextlib.suppress(TraceError, NotFoundError):
            yield trace.event(seq)
