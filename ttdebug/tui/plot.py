"""A value over the run as steps: a field holds its value, so there are no slopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ttdebug.view import cells, numbers, values
from ttdebug.view.gate import Safe, lit
from ttdebug.view.line import Line, Span, span
from ttdebug.view.plots import NOT_A_NUMBER, Sample

_BRAILLE: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_LABEL: Final = 10


class Steps(NamedTuple):
    """Samples over the run, two per column; `now` is the cursor's share of it, 0 to 1.

    `value` is what it is at the cursor, `here`.
    """

    samples: Sequence[Sample]
    now: float
    here: int
    last: int
    value: Safe


def columns(width: int) -> int:
    """How many cells the plot itself has in a pane of a width."""
    return max(8, width - _LABEL - 2)


def lines(data: Steps, width: int, height: int) -> list[Line]:
    """The plot with its scale at the left, what is no number below it, events at the bottom."""
    room = columns(width)
    known = [sample for sample in data.samples if isinstance(sample, float)]
    body = max(2, height - 3)
    now = min(int(data.now * room), room - 1)
    found = []
    if known:
        low, high = _reach(known)
        dots = _dots(data.samples, room, body, low, high)
        for y, row in enumerate(dots):
            label = _scale(y, body, low, high)
            found.append(_row(label, [lit(chr(0x2800 + bits)) for bits in row], now, "change"))
    gaps = [_gap(data.samples[2 * x : 2 * x + 2]) for x in range(room)]
    if any(gap.strip() for gap in gaps):
        found.append(_row(lit("no number"), gaps, now, "change"))
    found.append(_row(lit(""), [lit("─")] * room, now, "line"))
    found.append(_axis(data, room, now))
    return found


def _reach(known: Sequence[float]) -> tuple[float, float]:
    """From the least to the largest; from or to zero unless that would flatten all."""
    low, high = min(known), max(known)
    if low > 0 and (low <= high / 2 or low == high):
        low = 0.0
    elif high < 0 and (high >= low / 2 or low == high):
        high = 0.0
    return low, high


def _dots(
    samples: Sequence[Sample], room: int, body: int, low: float, high: float
) -> list[list[int]]:
    grid = [[0] * room for _ in range(body)]
    reach = (high - low) or 1.0
    before: int | None = None
    for x, sample in enumerate(samples[: 2 * room]):
        if not isinstance(sample, float):
            before = None
            continue
        level = round((high - sample) / reach * (4 * body - 1))
        span_of = (level, level) if before is None else (min(before, level), max(before, level))
        for y in range(span_of[0], span_of[1] + 1):
            grid[y // 4][x // 2] |= _BRAILLE[y % 4][x % 2]
        before = level
    return grid


def _gap(pair: Sequence[Sample]) -> Safe:
    return lit(NOT_A_NUMBER if any(sample is None for sample in pair) else " ")


def _scale(y: int, body: int, low: float, high: float) -> Safe:
    """Numbers at the top, the middle and the bottom."""
    shares = {0: 0.0, body // 2: 0.5, body - 1: 1.0}
    if y not in shares:
        return lit("")
    value = high - shares[y] * (high - low)
    return values.number(round(value, 2)) if abs(value) < 1e7 else lit(f"{value:.3g}")


def _row(label: Safe, glyphs: Sequence[Safe], now: int, style: str) -> Line:
    before, after = lit("".join(glyphs[:now])), lit("".join(glyphs[now + 1 :]))
    return (
        Span(cells.pad_left(label, _LABEL), "faint"),
        span(" "),
        Span(before, style),
        Span(glyphs[now], f"{style} on:band"),
        Span(after, style),
    )


def _axis(data: Steps, room: int, now: int) -> Line:
    here, last = lit(f"{numbers.seq(data.here)}: {data.value}"), numbers.seq(data.last)
    start = max(0, min(now - len(here) // 2, room - len(here)))
    left = cells.pad("0" if start > 2 else "", start)
    rest = room - start - len(here)
    right = cells.pad_left(last if rest > len(last) + 2 else "", rest)
    return (
        span(" " * (_LABEL + 1)),
        Span(left, "faint"),
        Span(here, "accent bold"),
        Span(right, "faint"),
    )
