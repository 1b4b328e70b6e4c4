"""Making small recordings, and asking them the slow way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ttdebug.delta import apply
from ttdebug.model import MISSING, Value
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Durability, Writer

Fill = Callable[[Writer], Any]


def recorded(path: Path, fill: Fill, *, durability: Durability = "batch") -> Trace:
    """A sealed file that `fill` wrote, opened."""
    with Writer.create(path, durability=durability) as writer:
        fill(writer)
    return Trace.open(path)


def walked(trace: Trace, timeline: int, agent: str) -> Iterator[tuple[int, Value]]:
    """An agent's state after every event of a lineage, folded from the deltas alone."""
    state: Value = MISSING
    for event in trace.events(timeline=timeline):
        if event.agent == agent:
            delta = trace.delta(event.seq)
            if delta:
                state = apply(state, delta)
        yield event.seq, state
