"""The minimap: a whole timeline in three rows, and sparklines of single values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ttdebug.store.trace import Cell
from ttdebug.view.line import Line


class Mark(NamedTuple):
    """Something to show above the events at `seq`; `letter` for bookmarks."""

    seq: int
    kind: Literal["hit", "error", "fork", "checkpoint", "bookmark"]
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """What the minimap shows. `cells` are one per column of the plot, in order."""

    cells: Sequence[Cell]
    cursor: int
    last: int
    marks: Sequence[Mark] = ()
    window: tuple[int, int] | None = None  # first and last seq in the timeline pane
    watch: str | None = None
    values: Sequence[float | None] | None = None  # one per cell; None is not a number
    value_now: str | None = None


def plot_width(width: int, screen: int) -> int:
    """How many cells of the plot a minimap of `width` has: what `Map.cells` must count."""
    raise NotImplementedError


def lines(data: Map, width: int, screen: int, rows: int = 3) -> list[Line]:
    """Marks, events, values; `rows` less than three drops from the bottom."""
    raise NotImplementedError


def seq_at(data: Map, column: int, width: int, screen: int) -> int | None:
    """The event to jump to for a click at `column` of the whole line; None beside the plot."""
    raise NotImplementedError


def sparkline(
    values: Sequence[float | None], width: int, now: int | None = None, style: str = "bar_value"
) -> Line:
    """Values as blocks, one per cell; right of cell `now` grey, because it has not happened yet."""
    raise NotImplementedError
