"""Numbers as blocks in one row: heights of counts, areas of values, sparklines, hit strips."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from ttdebug.model import MISSING, Missing
from ttdebug.view.gate import lit
from ttdebug.view.line import Line, Span, span

Sample: TypeAlias = "float | Missing | None"
"""A value in one cell: a number, None for what is not a number, MISSING before the first write."""

BLOCKS = " ▁▂▃▄▅▆▇█"
NOT_A_NUMBER = "┈"
LOG_ABOVE = 50
"""A busiest cell of this many times the median makes the scale logarithmic."""

CALM = 4
"""A cell of full height has at least this many events, so that a short run is no solid wall."""

_FULL = 8
_VALUE_FULL = 7


def heights(totals: Sequence[int]) -> list[int]:
    """Counts as 0 to 8 eighths; anything above zero shows."""
    from statistics import median  # a slow module that no first frame waits for

    filled = [total for total in totals if total > 0]
    if not filled:
        return [0] * len(totals)
    most = max(*filled, CALM)
    if most > LOG_ABOVE * median(filled):
        top = math.log1p(most)
        return [_eighths(math.log1p(max(total, 0)) / top) for total in totals]
    return [_eighths(total / most) for total in totals]


def _eighths(share: float) -> int:
    return min(_FULL, max(1, round(share * _FULL))) if share > 0 else 0


def area(values: Sequence[Sample], style: str) -> list[Span]:
    """Values as one cell each, from the lowest of them or zero up."""
    known = [value for value in values if isinstance(value, int | float)]
    finite = [value for value in known if math.isfinite(value)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    return [_block(value, low, high, style) for value in values]


def _block(value: Sample, low: float, high: float, style: str) -> Span:
    if value is MISSING:
        return span(" ", style)
    if value is None or not math.isfinite(value):
        return span(NOT_A_NUMBER, style)
    reach = high - low
    share = (value / reach - low / reach) if math.isfinite(reach) and reach > 0 else 0.0
    return span(BLOCKS[1 + round(min(max(share, 0.0), 1.0) * (_VALUE_FULL - 1))], style)


def sparkline(values: Sequence[Sample], now: int | None = None, style: str = "bar_value") -> Line:
    """Values as blocks; right of cell `now` grey, because it has not happened yet."""
    row = area(values, style)
    if now is None:
        return tuple(row)
    return tuple(
        Span(part.text, "line" if index > now else part.style) for index, part in enumerate(row)
    )


def strip(hits: Sequence[int], style: str = "bp") -> Line:
    """Where over the run something hit: `▄` on a dotted line."""
    return tuple(span(lit("▄"), style) if hit else span(lit("·"), "rail") for hit in hits)


def resampled(values: Sequence[Sample], count: int) -> list[Sample]:
    """Samples for another number of cells; each cell shows the last value in its stretch."""
    if not values or count <= 0:
        return []
    return [
        values[min(len(values) - 1, ((x + 1) * len(values) - 1) // count)] for x in range(count)
    ]
