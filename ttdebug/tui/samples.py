"""A path's values at many positions, from the index where it knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ttdebug import paths
from ttdebug.model import MISSING
from ttdebug.store.touch import Touch, Unknown

if TYPE_CHECKING:
    from ttdebug.model import Value
    from ttdebug.paths import Path
    from ttdebug.store.trace import Trace
    from ttdebug.view.plots import Sample


def numbers(
    trace: Trace, timeline: int, agent: str, path: Path, seqs: Sequence[int]
) -> list[Sample]:
    """What a path held after each of some ascending events; None is not a number."""
    found: list[Sample] = []
    written = -1
    sample: Sample = MISSING
    for seq in seqs:
        touch = next(trace.touches(timeline, agent, path, last=seq, reverse=True), None)
        if touch is not None and touch.seq != written:
            written, sample = touch.seq, _sample(trace, timeline, agent, path, touch)
        found.append(sample)
    return found


def _sample(trace: Trace, timeline: int, agent: str, path: Path, touch: Touch) -> Sample:
    value = touch.value
    if isinstance(value, Unknown) or not touch.exact:
        value = paths.resolve(trace.state(touch.seq, agent, timeline), path)
    return number(value)


def number(value: Value) -> Sample:
    """A number as a float that can be drawn; anything else is None, and MISSING stays."""
    if value is MISSING:
        return MISSING
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
