"""Comparing on screens of their own: states, timelines, prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.model import Position
from ttdebug.replay import positions
from ttdebug.tui.doing.base import Doing
from ttdebug.tui.doing.travelling import Count

if TYPE_CHECKING:
    from ttdebug.tui.ends import Ends
    from ttdebug.tui.screens.compare import Find


class CompareDoing(Doing):
    """Opens the screens for comparing, and goes where they lead."""

    def do_compare(self, count: Count) -> None:
        """The states at the anchor and here."""
        from ttdebug.analyze.sides import Sides
        from ttdebug.tui.ends import Ends

        ends = Ends(self.desk)
        sides = Sides(ends.here(self.desk.anchor), ends.here())
        self._compare(ends, lambda work: sides)

    def no_compare(self) -> str | None:
        """Needs an anchor."""
        return None if self.desk.anchor is not None else "No anchor is set. a sets one"

    def do_context(self, count: Count) -> None:
        """What the model was told here, beside the call before."""
        self._context(self.desk.position, None)

    # Commands

    def diff(self, rest: str) -> None:
        """`diff A B`, or `diff A` with here; a position may be in another recording."""
        first, _, second = rest.partition(" ")
        self._states(first, second.strip())

    def compare(self, rest: str) -> None:
        """`compare OTHER` is here with another recording or timeline."""
        self._states("", rest)

    def align(self, rest: str) -> None:
        """`align OTHER` or `align A B`: whole timelines or recordings."""
        from ttdebug.analyze.sides import Sides
        from ttdebug.tui.ends import Ends
        from ttdebug.tui.screens.align import AlignScreen

        first, _, second = rest.partition(" ")
        ends = Ends(self.desk)
        timeline = self.desk.position.timeline
        last = positions.at_percent(self.desk.trace, timeline, 100)

        here = ends.here(last)
        a = ends.find(first) if second else lambda work: here
        b = ends.find(second.strip() or first)
        page = AlignScreen(ends, lambda work: Sides(a(work), b(work)))
        self.screen.app.push_screen(page, self._go)

    def context(self, rest: str) -> None:
        """`context` is the call here and the one before, `context A` the one at A."""
        desk = self.desk
        if not rest:
            self._context(desk.position, None)
            return
        marks = desk.navigator.bookmarks
        self._context(
            desk.position, positions.parse(desk.trace, rest, at=desk.position, bookmarks=marks)
        )

    def _context(self, position: Position, other: Position | None) -> None:
        from ttdebug.tui.screens.context import ContextScreen

        self.screen.app.push_screen(ContextScreen(self.desk.trace, position, other), self._go)

    def _states(self, first: str, second: str) -> None:
        from ttdebug.analyze.sides import Sides
        from ttdebug.tui.ends import Ends

        ends = Ends(self.desk)

        here = ends.here()
        a, b = (ends.find(text) if text else lambda work: here for text in (first, second))
        self._compare(ends, lambda work: Sides(a(work), b(work)))

    def _compare(self, ends: Ends, find: Find) -> None:
        from ttdebug.tui.screens.compare import CompareScreen

        self.screen.app.push_screen(CompareScreen(ends, find), self._go)

    def _go(self, position: Position | None) -> None:
        if position is not None:
            self.showing.go(position)
