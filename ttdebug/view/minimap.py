"""The minimap: a whole timeline in three rows of cells, and how cells and events map."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from ttdebug.view import cells, glyphs, line, numbers, plots
from ttdebug.view.gate import Safe, lit, safe
from ttdebug.view.line import Line, Span, span
from ttdebug.view.plots import Sample

WIDE = 160
NARROW = 100
_LABEL = 19
_TOTAL = 9


class Mark(NamedTuple):
    """Something to show above the events at `seq`; `letter` for bookmarks."""

    seq: int
    kind: Literal["hit", "error", "fork", "checkpoint", "bookmark"]
    letter: str = ""


class Cell(Protocol):
    """Events of one column: the store counts them by type (`Trace.density`)."""

    @property
    def first_seq(self) -> int:
        """The first event, or where it would be."""

    @property
    def last_seq(self) -> int:
        """The last event, before `first_seq` if there is none."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Events by type."""

    @property
    def errors(self) -> int:
        """How many of them failed."""


@dataclass(frozen=True, slots=True)
class Map:
    """What the minimap shows; `cells` has one per column of the plot, in order.

    `window` is the first and last seq in the timeline pane. `values` has one sample per column;
    `value_now` is the watched value at the cursor as text.
    """

    cells: Sequence[Cell]
    cursor: int
    last: int
    marks: Sequence[Mark] = ()
    window: tuple[int, int] | None = None
    watch: str | None = None
    values: Sequence[Sample] | None = None
    value_now: str | None = None

    def shows(self, mark: Mark) -> bool:
        """Whether a mark lies in the stretch of the timeline that the columns cover."""
        return bool(self.cells) and self.cells[0].first_seq <= mark.seq <= self.cells[-1].last_seq

    def column(self, seq: int) -> int:
        """The column of an event."""
        found = bisect_right(self.cells, seq, key=lambda cell: cell.first_seq) - 1
        return max(0, found)


def plot_width(width: int, screen: int) -> int:
    """How many columns the plot has in a minimap of `width` cells on a screen of `screen`."""
    left, right = _margins(screen)
    return max(1, width - left - right)


def seq_at(data: Map, x: int, width: int, screen: int) -> int | None:
    """The event to jump to for a click at cell `x` of the line; None beside the plot."""
    column = x - _margins(screen)[0]
    if not 0 <= column < min(len(data.cells), plot_width(width, screen)):
        return None
    if column == len(data.cells) - 1:
        return data.last
    return data.cells[column].first_seq


def lines(data: Map, width: int, screen: int, rows: int = 3) -> list[Line]:
    """Marks, events, and the watched value if there is one; `rows` drops from the bottom."""
    left, right = _margins(screen)
    room = width - left - right
    found = []
    for label, plot, end in (
        ("marks", _marks(data), lit("")),
        ("events", _events(data), numbers.seq(data.last)),
        (data.watch or "", _values(data), _value_now(data)),
    )[: rows if data.values is not None else min(rows, 2)]:
        head = (
            cells.pad(cells.fit_left(safe(f" {label}"), left - 1), left) if left > 1 else " " * left
        )
        style = "change bold" if end.startswith(glyphs.NOT_A_NUMBER) else "dim"
        tail = f" {cells.fit(end, right - 1)}" if right > 1 else ""
        body = line.fit(plot, room)
        fill = span(" " * (room - line.width(body)))
        found.append(line.fit((span(head, "dim"), *body, fill, span(tail, style)), width))
    return found


def _value_now(data: Map) -> Safe:
    """The value at the cursor, with a mark if the column there has no number to show."""
    text = safe(data.value_now or "", 60)
    here = data.column(data.cursor)
    known = data.values[here] if data.values and here < len(data.values) else 0.0
    return lit(f"{glyphs.NOT_A_NUMBER} {text}") if known is None and text else text


def _margins(screen: int) -> tuple[int, int]:
    if screen >= WIDE:
        return _LABEL, _TOTAL
    return (1, 1) if screen >= NARROW else (0, 0)


_STRENGTH = {"hit": 5, "error": 4, "fork": 3, "checkpoint": 2, "bookmark": 1}
_GLYPHS = {"hit": ("●", "bp"), "error": ("✕", "error"), "fork": ("┬", "accent")}


def _marks(data: Map) -> Line:
    best: dict[int, Mark] = {}
    for mark in filter(data.shows, data.marks):
        column = data.column(mark.seq)
        known = best.get(column)
        if known is None or _STRENGTH[mark.kind] > _STRENGTH[known.kind]:
            best[column] = mark
    row = [_mark(best[x]) if x in best else span(" ") for x in range(len(data.cells))]
    return _overlaid(data, row)


def _mark(mark: Mark) -> Span:
    if mark.kind == "bookmark":
        return span(cells.pad(safe(mark.letter, 1), 1), "accent bold")
    glyph, style = _GLYPHS.get(mark.kind, (glyphs.CHECKPOINT, "accent"))
    return span(glyph, style)


def _events(data: Map) -> Line:
    totals = [sum(cell.counts.values()) for cell in data.cells]
    heights = plots.heights(totals)
    row = [
        span(plots.BLOCKS[height], _hue(cell))
        for cell, height in zip(data.cells, heights, strict=True)
    ]
    return _overlaid(data, row, mark=False)


def _hue(cell: Cell) -> str:
    """The commonest family's colour; any error outweighs them all."""
    if cell.errors:
        return "bar_error"
    families: Counter[str] = Counter()
    for name, count in cell.counts.items():
        families[glyphs.kind(name).family] += count
    family = families.most_common(1)[0][0] if families else ""
    return {"model": "bar_model", "tool": "bar_tool"}.get(family, "bar")


def _values(data: Map) -> Line:
    row = plots.area(data.values or (), "bar_value")
    row += [span(" ")] * (len(data.cells) - len(row))
    return _overlaid(data, row, mark=False)


def _overlaid(data: Map, row: list[Span], *, mark: bool = True) -> Line:
    """The window behind the cells, and the cursor as a full column with the mark cut out of it."""
    if data.window is not None:
        first, last = data.column(data.window[0]), data.column(data.window[1])
        if last - first >= 2:
            for x in range(first, min(last + 1, len(row))):
                row[x] = Span(row[x].text, f"{row[x].style} on:sel")
    if row:
        x = min(data.column(data.cursor), len(row) - 1)
        row[x] = Span(row[x].text if mark else lit(" "), "bg on:accent")
    return merged(row)


def merged(row: Sequence[Span]) -> Line:
    """Neighbouring spans of one style as one span."""
    found: list[Span] = []
    for part in row:
        if found and found[-1].style == part.style:
            found[-1] = Span(lit(f"{found[-1].text}{part.text}"), part.style)
        else:
            found.append(part)
    return tuple(found)
