"""Questions about a condition, answered in a worker: why it did not hit, how its hits are found."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ttdebug.errors import UsageError
from ttdebug.tui.searching import Found
from ttdebug.view import numbers

if TYPE_CHECKING:
    from ttdebug.analyze.misses import NearMiss
    from ttdebug.replay.conditions import AnyCondition
    from ttdebug.replay.work import Work
    from ttdebug.tui.screens.main import MainScreen

_MOST: Final = 100


class Asking:
    """Answers go to the drawer: near misses are its hits, plans are lines of its log."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def why_not(self, text: str) -> None:
        """The event we stand at and those that came nearest. Raises ConditionError, UsageError."""
        from ttdebug.analyze.whynot import why_not

        condition = self._condition(text)
        desk = self._screen.desk
        position = desk.position

        def scan(work: Work) -> Callable[[], None]:
            found = why_not(desk.trace, condition, at=position, limit=_MOST, work=work)
            return lambda: self._missed(condition.text, found)

        self._screen.scans.run("Looking for what came near", scan)

    def _missed(self, text: str, found: Sequence[NearMiss]) -> None:
        desk, showing = self._screen.desk, self._screen.showing
        ordered = sorted(found, key=lambda miss: miss.seq)
        desk.list_hits([Found(miss.seq, _seen(miss)) for miss in ordered], text)
        showing.searched()
        showing.drawer.rebuild()
        showing.drawer.rules()
        if not found:
            showing.say(f"Nothing came near {text}", kind="warning")
            return
        self._screen.arrangement.open_drawer("hits")
        best = found[0]
        slips = (failed.hint for failed in best.failed if failed.hint)
        where = "Here" if best.seq == desk.position.seq else f"At {best.seq:,}"
        showing.say(f"{where}: {best.told}", why=next(slips, ""))

    def explain(self, text: str) -> None:
        """How the hits of a condition are found. Raises ConditionError, UsageError."""
        from ttdebug.replay.hits import HitIndex

        condition = self._condition(text)
        desk = self._screen.desk
        position, began = desk.position, time.perf_counter()

        def scan(work: Work) -> Callable[[], None]:
            index = HitIndex(desk.trace, condition, position.timeline)
            count = len(index.all(work.cancelled, work.progress))
            took = time.perf_counter() - began
            told = [
                f"{condition.text}: {numbers.plural(count, 'hit')} in {took * 1000:.0f} ms",
                *index.explain(),
            ]
            return lambda: self._explained(told)

        self._screen.scans.run(f"Looking for {condition.text}", scan)

    def _explained(self, told: Sequence[str]) -> None:
        desk = self._screen.desk
        desk.log += [(desk.position.seq, line) for line in told]
        self._screen.arrangement.open_drawer("log")
        self._screen.showing.drawer.rebuild()
        self._screen.showing.drawer.rules()
        self._screen.showing.say(told[0], why=told[-1])

    def _condition(self, text: str) -> AnyCondition:
        """The one that was typed, else that of the drawer's breakpoint, else the newest one."""
        if text:
            from ttdebug.replay import conditions

            return conditions.compile(text)
        points = [point for point in self._screen.desk.points if point.condition is not None]
        number = self._screen.showing.drawer.breakpoint
        chosen = [point for point in points if point.number == number] or points[-1:]
        for point in chosen:
            if point.condition is not None:
                return point.condition
        raise UsageError("There is no breakpoint to ask about; give a condition")


def _seen(miss: NearMiss) -> str:
    """What the failed terms met, for a row that may be narrow."""
    return ", ".join(failed.seen or failed.term for failed in miss.failed) or miss.told
