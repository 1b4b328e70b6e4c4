"""The value of a state path at an event, from the index as far as that knows it."""

from __future__ import annotations

from ttdebug.model import MISSING, Value
from ttdebug.paths import Path, resolve
from ttdebug.store.touch import Unknown
from ttdebug.store.trace import Trace


def value_at(trace: Trace, timeline: int, agent: str, path: Path, seq: int) -> Value:
    """The value just after event `seq`; only what the index does not hold is read from a state."""
    touch = next(trace.touches(timeline, agent, path, last=seq, reverse=True), None)
    if touch is None:
        return MISSING
    if not isinstance(touch.value, Unknown):
        return touch.value
    return resolve(trace.state(seq, agent, timeline), path)
