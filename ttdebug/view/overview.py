"""An alignment as a whole: both sides as bars, so that one sees where they part."""

from __future__ import annotations

from typing import Final

from ttdebug.analyze.align import Alignment, StretchKind
from ttdebug.view import cells, line
from ttdebug.view.aligned import Names
from ttdebug.view.line import Line, Span, span

_ALONE: Final[tuple[StretchKind, StretchKind]] = ("removed", "added")


def overview(alignment: Alignment, names: Names, width: int, cursor: int) -> list[Line]:
    """Both sides as bars over the rows of the alignment; `cursor` is one of these rows.

    Grey is the same on both sides, amber differs, teal is only here, a blank is only there.
    """
    label = min(max(cells.width(names.a), cells.width(names.b)), width // 4, 24)
    room = max(width - label - 12, 1)
    total = sum(map(len, alignment.stretches))
    columns = _columns(alignment, room, total)
    here = min(cursor * room // total, room - 1) if total else -1
    found = []
    for at, (name, side) in enumerate(zip(names, (alignment.a, alignment.b), strict=True)):
        parts = [span(" "), span(cells.pad(cells.fit_middle(name, label), label), "fg"), span("  ")]
        bars = [_bar(kinds, at) for kinds in columns]
        if 0 <= here < len(bars):
            bars[here] = span("█", "accent")
        found.append(line.fit((*parts, *line.merged(bars), span(f"  {len(side):,}", "dim")), width))
    return found


def _columns(alignment: Alignment, room: int, total: int) -> list[set[StretchKind]]:
    """Which kinds of rows fall into each of `room` columns."""
    found: list[set[StretchKind]] = [set() for _ in range(min(room, total))]
    row = 0
    for stretch in alignment.stretches:
        first = row * len(found) // total
        last = (row + len(stretch) - 1) * len(found) // total
        for column in range(first, last + 1):
            found[column].add(stretch.kind)
        row += len(stretch)
    return found


def _bar(kinds: set[StretchKind], side: int) -> Span:
    here, there = _ALONE if side == 0 else _ALONE[::-1]
    if here in kinds:
        return span("▆", "bar_tool")
    if kinds == {there}:
        return span(" ")
    if kinds & {"outcome", "changed"}:
        return span("▅", "bar_value")
    return span("▂", "bar")
