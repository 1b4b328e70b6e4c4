"""The minimap: a whole timeline in three rows of cells, and how cells and events map."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
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
    kind: Literal["hit", "drift", "error", "fork", "checkpoint", "bookmark"]
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


class Map(NamedTuple):
    """What the minimap shows; `cells` has at most one per column of the plot, in order.

    `window` is the first and last seq in the timeline pane. `values` has one sample per cell;
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

    def cell(self, seq: int) -> int:
        """The cell of an event."""
        found = bisect_right(self.cells, seq, key=lambda cell: cell.first_seq) - 1
        return max(0, found)


def plot_width(width: int, screen: int) -> int:
    """How many columns the plot has in a minimap of `width` cells on a screen of `screen`."""
    left, right = _margins(screen)
    return max(1, width - left - right)


class _Plot:
    """The columns of a plot: one per cell, or several where there are fewer cells than room."""

    def __init__(self, data: Map, room: int) -> None:
        self.data = data
        count = len(data.cells)
        self.width = room if 0 < count < room else min(count, room)

    def start(self, cell: int) -> int:
        """The first column of a cell."""
        return -(-cell * self.width // max(len(self.data.cells), 1)) if self._stretched else cell

    def cell(self, x: int) -> int:
        """The cell at a column."""
        return x * len(self.data.cells) // self.width if self._stretched else x

    def column(self, seq: int) -> int:
        """The column of an event."""
        return min(self.start(self.data.cell(seq)), max(self.width - 1, 0))

    @property
    def _stretched(self) -> bool:
        return len(self.data.cells) < self.width


def seq_at(data: Map, x: int, width: int, screen: int) -> int | None:
    """The event to jump to for a click at cell `x` of the line; None beside the plot."""
    plot = _Plot(data, plot_width(width, screen))
    column = x - _margins(screen)[0]
    if not 0 <= column < plot.width:
        return None
    return data.last if column == plot.width - 1 else data.cells[plot.cell(column)].first_seq


class Ground(NamedTuple):
    """The plots without cursor and window: the same wherever one stands."""

    marks: Sequence[Span]
    events: Sequence[Span]
    values: Sequence[Span]


def ground(data: Map, width: int, screen: int) -> Ground:
    """What a map of `width` cells shows under cursor and window."""
    plot = _Plot(data, plot_width(width, screen))
    return Ground(_marks(plot), _events(plot), _values(plot))


def lines(
    data: Map, width: int, screen: int, rows: int = 3, *, under: Ground | None = None
) -> list[Line]:
    """Marks, events, and the watched value if there is one; `rows` drops from the bottom.

    `under` spares drawing the ground again if only the cursor, window or `value_now` moved.
    """
    left, right = _margins(screen)
    plot = _Plot(data, plot_width(width, screen))
    marks, events, values = under or ground(data, width, screen)
    found = [
        _row("marks", _overlaid(plot, marks), lit(""), left, right, width),
        _row(
            "events",
            _overlaid(plot, events, mark=False),
            numbers.seq(data.last),
            left,
            right,
            width,
        ),
    ]
    if data.values is not None:
        told = _overlaid(plot, values, mark=False)
        found.append(_row(data.watch or "", told, _value_now(data), left, right, width))
    return found[:rows]


def _row(label: str, plot: Line, end: Safe, left: int, right: int, width: int) -> Line:
    name = cells.fit_left(safe(f" {label}", 200), left - 1)
    style = "change bold" if end.startswith(glyphs.NOT_A_NUMBER) else "dim"
    tail = f" {cells.fit(end, right - 1)}" if right > 1 else ""
    body = line.fill((span(cells.pad(name, left), "dim"), *plot), width - right)
    return line.fit((*body, span(tail, style)), width)


def _value_now(data: Map) -> Safe:
    """The value at the cursor, with a mark if the column there has no number to show."""
    text = safe(data.value_now or "", 60)
    here = data.cell(data.cursor)
    known = data.values[here] if data.values and here < len(data.values) else 0.0
    return lit(f"{glyphs.NOT_A_NUMBER} {text}") if known is None and text else text


def _margins(screen: int) -> tuple[int, int]:
    if screen >= WIDE:
        return _LABEL, _TOTAL
    return (1, 1) if screen >= NARROW else (0, 0)


_STRENGTH = {"hit": 6, "drift": 5, "error": 4, "fork": 3, "checkpoint": 2, "bookmark": 1}
_GLYPHS = {
    "hit": (glyphs.BREAKPOINTS["on"], "bp"),
    "drift": (glyphs.DRIFT, "change"),
    "error": (glyphs.kind("error").glyph, "error"),
    "fork": (lit("┬"), "accent"),
    "checkpoint": (glyphs.CHECKPOINT, "accent"),
}


def legend() -> list[tuple[Span, str]]:
    """The marks with what they mean, the strongest first."""
    words = {"hit": "hit of a breakpoint", "drift": "drift begins"}
    found = [(span(*_GLYPHS[kind]), words.get(kind, kind)) for kind in _GLYPHS]
    return [*found, (span("a", "accent bold"), "bookmark")]


def _marks(plot: _Plot) -> list[Span]:
    best: dict[int, Mark] = {}
    for mark in filter(plot.data.shows, plot.data.marks):
        column = plot.column(mark.seq)
        known = best.get(column)
        if known is None or _STRENGTH[mark.kind] > _STRENGTH[known.kind]:
            best[column] = mark
    return [_mark(best[x]) if x in best else span(" ") for x in range(plot.width)]


def _mark(mark: Mark) -> Span:
    if mark.kind == "bookmark":
        return span(cells.pad(safe(mark.letter, 1), 1), "accent bold")
    return span(*_GLYPHS[mark.kind])


def _events(plot: _Plot) -> list[Span]:
    density = plot.data.cells
    heights = plots.heights([sum(cell.counts.values()) for cell in density])
    row = [
        span(plots.BLOCKS[height], _hue(cell))
        for cell, height in zip(density, heights, strict=True)
    ]
    return [row[plot.cell(x)] for x in range(plot.width)]


def _hue(cell: Cell) -> str:
    """The commonest family's colour; any error outweighs them all."""
    if cell.errors or "error" in cell.counts:
        return "bar_error"
    families: Counter[str] = Counter()
    for name, count in cell.counts.items():
        families[glyphs.kind(name).family] += count
    family = families.most_common(1)[0][0] if families else ""
    return {"model": "bar_model", "tool": "bar_tool"}.get(family, "bar")


def _values(plot: _Plot) -> list[Span]:
    row = plots.area(plot.data.values or (), "bar_value")
    shown = [plot.cell(x) for x in range(plot.width)]
    return [row[cell] if cell < len(row) else span(" ") for cell in shown]


def _overlaid(plot: _Plot, under: Sequence[Span], *, mark: bool = True) -> Line:
    """The window behind the cells, and the cursor as a full column with the mark cut out of it."""
    data, row = plot.data, list(under)
    if data.window is not None:
        first, last = plot.column(data.window[0]), plot.column(data.window[1])
        if last - first >= 2:
            for x in range(first, last + 1):
                row[x] = Span(row[x].text, f"{row[x].style} on:sel")
    if row:
        x = plot.column(data.cursor)
        row[x] = Span(row[x].text if mark else lit(" "), "bg on:accent")
    return line.merged(row)
