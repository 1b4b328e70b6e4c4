"""Where a person has been: the back and forward history of jumps."""

from __future__ import annotations

from typing import Final

from ttdebug.model import Position

_LONGEST: Final = 1000


class Trail:
    """Positions jumped from, as in a browser: a new jump forgets what lay ahead."""

    def __init__(self) -> None:
        self._behind: list[Position] = []
        self._ahead: list[Position] = []

    def jumped(self, origin: Position) -> None:
        """Remember where a jump began."""
        if not self._behind or self._behind[-1] != origin:
            self._behind.append(origin)
            del self._behind[:-_LONGEST]
        self._ahead.clear()

    def back(self, here: Position) -> Position | None:
        """The position before the last jump, None at the oldest."""
        return self._swap(self._behind, self._ahead, here)

    def forward(self, here: Position) -> Position | None:
        """The position that the last `back` left, None at the newest."""
        return self._swap(self._ahead, self._behind, here)

    @staticmethod
    def _swap(source: list[Position], target: list[Position], here: Position) -> Position | None:
        while source:
            found = source.pop()
            if found != here:
                target.append(here)
                return found
        return None
