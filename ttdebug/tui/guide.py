"""The guided tour: one hint at a time above the footer, gone when all were followed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ttdebug.view import tour

if TYPE_CHECKING:
    from ttdebug.tui.actions import Action
    from ttdebug.view.tour import Hint, Sign


class Guide:
    """Knows which hint is next; told what happened, it goes on."""

    def __init__(self, hints: Sequence[Hint]) -> None:
        self._hints = list(hints)
        self._total = len(self._hints)
        self._at = 0

    @property
    def text(self) -> str:
        """What to show now, empty without a tour."""
        if not self._hints:
            return ""
        return self._hints[self._at].text if self._at < self._total else tour.FOUND

    @property
    def step(self) -> str:
        """How far the tour is, as in 2 of 3."""
        return f"{self._at + 1} of {self._total}" if self._at < self._total else "done"

    def happened(self, sign: Sign) -> None:
        """Something happened that may be what the hint waits for."""
        if self._at < self._total and self._hints[self._at].until == sign:
            self._at += 1

    def saw(self, action: Action, *, moved: bool) -> None:
        """An action was done; a jump away from a stop is a sign."""
        if moved and action.group == "Jump":
            self.happened("travelled")
