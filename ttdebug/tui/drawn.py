"""Rows drawn one by one when they are seen."""

from __future__ import annotations

from collections.abc import Callable

from ttdebug.view.line import NOWHERE, Cursor, Line, Target


class DrawnRows:
    """A pane over anything that can be counted and drawn."""

    def __init__(
        self,
        count: int,
        draw: Callable[[int, Cursor], Line],
        target: Callable[[int], Target] = lambda index: NOWHERE,
    ) -> None:
        self._count = count
        self._draw = draw
        self._target = target

    def __len__(self) -> int:
        return self._count

    def line(self, index: int, cursor: Cursor = "none") -> Line:
        """The row at `index`."""
        return self._draw(index, cursor)

    def target(self, index: int) -> Target:
        """What the row stands for."""
        return self._target(index)
