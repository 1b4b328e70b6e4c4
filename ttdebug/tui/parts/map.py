"""The minimap: density and values are read in a worker, the cursor is drawn over them at once."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from ttdebug import paths
from ttdebug.tui import samples
from ttdebug.tui.loader import Loader
from ttdebug.tui.widgets.minimap import Minimap
from ttdebug.view import minimap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ttdebug.store.trace import Cell
    from ttdebug.tui.loader import Show
    from ttdebug.tui.screens.main import MainScreen
    from ttdebug.view.plots import Sample

_MOST_ZOOM: Final = 64
_MOST_MARKS: Final = 2_000
"""Checkpoints looked for; more than a few hundred share cells anyway."""


class _Base(NamedTuple):
    """What does not change with the cursor."""

    cells: Sequence[Cell]
    marks: tuple[minimap.Mark, ...]
    watch: str | None
    values: Sequence[Sample] | None

    @property
    def ends(self) -> list[int]:
        """The last event of each cell."""
        return [cell.last_seq for cell in self.cells]

    def part(self, first: int, count: int) -> _Base:
        """Some of the cells, as a zoomed map shows them."""
        shown = slice(first, first + count)
        values = None if self.values is None else self.values[shown]
        return self._replace(cells=self.cells[shown], values=values)


class MapPart:
    """The minimap of the timeline we are on."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._desk = screen.desk
        self._loader = Loader(screen, "map", slow=True)
        self._base: _Base | None = None
        self._ends: list[int] = []
        self._shown: _Base | None = None
        self._shown_from = 0
        self._made_for: tuple[object, ...] | None = None
        self._drawn_for: tuple[object, ...] | None = None
        self._zoom = 1.0
        self._first = 0

    def rebuild(self) -> None:
        """Read the map again if what it depends on has changed."""
        desk, width = self._desk, self._screen.size.width
        plot = minimap.plot_width(width, width)
        watch = desk.mapped_watch
        wanted = (desk.position.timeline, plot, self._zoom, watch, desk.marks_version)
        if wanted == self._made_for:
            self.follow()
            return
        self._made_for = wanted
        self._drawn_for = None
        timeline, zoom = desk.position.timeline, self._zoom

        def load() -> Show:
            base = self._read(timeline, plot, zoom, watch)

            def show() -> None:
                self._base, self._ends = base, base.ends
                self._shown = self._drawn_for = None
                self.follow()

            return show

        self._loader.load(load)

    def _read(self, timeline: int, plot: int, zoom: float, watch: str | None) -> _Base:
        trace, desk = self._desk.trace, self._desk
        cells = trace.density(timeline, max(1, int(plot * zoom)))
        marks: list[minimap.Mark] = []
        checkpoints = trace.events(timeline=timeline, types=("checkpoint",))
        for _, event in zip(range(_MOST_MARKS), checkpoints, strict=False):
            marks.append(minimap.Mark(event.seq, "checkpoint"))
        forks = [one for one in trace.timelines.values() if one.parent == timeline]
        marks += [minimap.Mark(fork.fork_seq, "fork") for fork in forks]
        marks += [minimap.Mark(cell.first_seq, "error") for cell in cells if cell.errors]
        marks += [minimap.Mark(seq, "hit") for seq in desk.counted.marked(timeline)]
        marks += [minimap.Mark(seq, "drift") for seq in desk.strays(timeline)]
        marks += [
            minimap.Mark(at.seq, "bookmark", name)
            for name, at in desk.navigator.bookmarks.items()
            if at.timeline == timeline
        ]
        values = None
        if watch is not None:
            agent = desk.watch_owner(watch, timeline)
            if agent is not None:
                ends = [cell.last_seq for cell in cells]
                values = samples.numbers(trace, timeline, agent, paths.parse(watch), ends)
        if values is not None and not any(isinstance(value, float) for value in values):
            watch, values = None, None
        return _Base(cells, tuple(marks), watch, values)

    def follow(self) -> None:
        """Draw the cursor, the window in sight, and scroll a zoomed map to them."""
        base, desk = self._base, self._desk
        if base is None or not base.cells:
            return
        if self._made_for is not None and self._made_for[0] != desk.position.timeline:
            self.rebuild()
            return
        width = self._screen.size.width
        plot = minimap.plot_width(width, width)
        ends = self._ends
        here = min(bisect_right(ends, max(desk.position.seq - 1, 0)), len(ends) - 1)
        self._scroll(here, plot, len(ends))
        window = self._window()
        now = desk.value_text(base.watch) if base.watch else None
        drawn = (here, self._first, window and [bisect_right(ends, seq) for seq in window], now)
        if drawn == self._drawn_for:
            return
        self._drawn_for = drawn
        if self._shown is None or self._shown_from != self._first:
            self._shown, self._shown_from = base.part(self._first, plot), self._first
        self._screen.query_one(Minimap).show(
            minimap.Map(
                cells=self._shown.cells,
                cursor=desk.position.seq,
                last=desk.last_seq,
                marks=base.marks,
                window=window,
                watch=base.watch,
                values=self._shown.values,
                value_now=now,
            )
        )

    def _scroll(self, here: int, plot: int, count: int) -> None:
        if not self._first <= here < self._first + plot:
            self._first = here - plot // 2
        self._first = max(0, min(self._first, count - plot))

    def _window(self) -> tuple[int, int] | None:
        lines = self._screen.lines("timeline")
        lineage = self._desk.lineage
        if not lines.size.width or not len(lineage):
            return None
        last = min(lines.top + lines.page, len(lineage)) - 1
        return lineage.seq_at(min(lines.top, last)), lineage.seq_at(last)

    def zoom(self, factor: float) -> None:
        """Show less or more of the run in the same cells."""
        wanted = min(max(self._zoom * factor, 1.0), _MOST_ZOOM)
        if wanted == self._zoom:
            edge = "The whole run is shown" if factor < 1 else "The minimap shows its finest grain"
            self._screen.showing.say(edge)
            return
        self._zoom = wanted
        self._screen.showing.say(
            f"Minimap zoomed to {wanted:g}x" if wanted > 1 else "The whole run"
        )
        self.rebuild()
