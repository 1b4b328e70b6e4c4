"""Puts changed cells on the screen without asking all parts for all their rows.

Textual's compositor does that at each change, because parts may lie on one another. Those of the
main screen stand side by side, so that whoever has a cell can paint it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

from rich.console import Console, RenderableType
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from ttdebug.tui.sending import sequences
from ttdebug.tui.widgets.lines import Painted


class Stretches(CompositorUpdate):
    """Strips and the cells (x, y) at which they begin."""

    def __init__(self, strips: Iterable[tuple[int, int, Strip]]) -> None:
        self._strips = strips

    def render_segments(self, console: Console) -> str:
        """What the terminal is sent."""
        return sequences(console, self._strips)


class SideBySide(Compositor):
    """Lets parts paint their own changed cells; all else, and any overlap, is left to Textual.

    `fill` is called when all sizes are known, before each frame, and returns what it changed.
    """

    def __init__(self, fill: Callable[[], Set[Painted]]) -> None:
        super().__init__()
        self._fill = fill
        self._beside: list[tuple[Painted, Region]] | None = None
        self._found_in: Mapping[Widget, object] | None = None
        self._others = False

    def update_widgets(self, widgets: set[Widget]) -> None:
        """Something is to be painted; only parts can do that alone."""
        self._others = self._others or not all(isinstance(one, Painted) for one in widgets)
        super().update_widgets(widgets)

    def render_update(
        self,
        full: bool = False,
        screen_stack: list[Screen[Any]] | None = None,
        simplify: bool = False,
    ) -> RenderableType | None:
        """The changed cells of parts, if nothing else has changed."""
        super().update_widgets({*self._fill()})
        dirty, others, self._others = self._dirty_regions, self._others, False
        parts = None if full or others or not dirty else self._parts()
        if parts is None:
            return super().render_update(full, screen_stack, simplify)
        spans = list(self._regions_to_spans(dirty))
        dirty.clear()
        strips = [found for part in parts for found in _painted(*part, spans)]
        return Stretches(strips)  # type: ignore[return-value]  # the app sends any update as it is

    def _parts(self) -> list[tuple[Painted, Region]] | None:
        """The parts in sight and where they are; None if something may lie on them."""
        visible = self.visible_widgets
        if visible is not self._found_in:
            self._found_in = visible
            leaves = {one: at for one, at in visible.items() if not one.children}
            beside = [
                (one, region)
                for one, (region, clip) in leaves.items()
                if isinstance(one, Painted) and clip.contains_region(region)
            ]
            self._beside = beside if len(beside) == len(leaves) else None
        return self._beside


def _painted(
    part: Painted, region: Region, spans: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, int, Strip]]:
    """What a part shows in those of the spans (y, start, stop) that cross its region."""
    left, top, width, height = region
    right, bottom = left + width, top + height
    cells = [
        (y - top, max(start, left) - left, min(stop, right) - left)
        for y, start, stop in spans
        if top <= y < bottom and start < right and stop > left
    ]
    if cells:
        for (y, start, _), strip in zip(cells, part.stretches(cells), strict=True):
            yield left + start, top + y, strip
