"""Searches the text of all events in a worker; results come as they are found, nearest first."""

from __future__ import annotations

import time
from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ttdebug.analyze.matching import sought
from ttdebug.analyze.search import Hit, search
from ttdebug.model import Position

if TYPE_CHECKING:
    from ttdebug.replay.work import Work
    from ttdebug.tui.screens.main import MainScreen

_MOST: Final = 5_000
_TELL_EVERY: Final = 0.2


@dataclass(frozen=True, slots=True)
class Found:
    """An event in the list of hits, and why it is there; both raw."""

    seq: int
    reason: str


class Searching:
    """The last search; its results are the desk's hit list."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def search(self, text: str) -> None:
        """Look for a text in all events. Raises UsageError for one that cannot be used."""
        sought(text)
        screen, desk = self._screen, self._screen.desk
        desk.searched, desk.hit_list, desk.found = text, [], []
        position, began = desk.position, time.perf_counter()

        def scan(work: Work) -> Callable[[], None]:
            work.total = len(desk.trace.lineage(position.timeline))
            found: list[Found] = []
            told = began
            for hit in search(desk.trace, text, position, states=True, work=work):
                insort(found, _found(hit), key=lambda one: one.seq)
                if len(found) >= _MOST:
                    break
                if time.perf_counter() - told > _TELL_EVERY and work.progress is not None:
                    told = time.perf_counter()
                    partial = tuple(found)
                    screen.app.call_from_thread(lambda: self._keep(partial))  # noqa: B023 - at once
            took = time.perf_counter() - began
            return lambda: self._finish(text, position, found, took)

        screen.scans.run(f"Searching for {text}", scan)

    def _keep(self, found: tuple[Found, ...]) -> None:
        """What was found so far can be used at once."""
        desk = self._screen.desk
        desk.hit_list, desk.found = found, [one.seq for one in found]
        self._screen.showing.drawer.rebuild()
        self._screen.showing.drawer.rules()

    def _finish(self, text: str, position: Position, found: list[Found], took: float) -> None:
        self._keep(tuple(found))
        showing = self._screen.showing
        if not found:
            showing.say(f"No event matches {text}", kind="warning")
            return
        self._screen.open_drawer("hits")
        nearest = min(found, key=lambda one: (abs(one.seq - position.seq), -one.seq))
        at_least = "at least " if len(found) >= _MOST else ""
        told = f"{at_least}{len(found):,} hits of {text} in {took * 1000:.0f} ms"
        if nearest.seq == position.seq:
            showing.say(told)
        else:
            showing.go(self._screen.desk.at(nearest.seq), told=told)


def _found(hit: Hit) -> Found:
    return Found(hit.seq, f"{hit.where}  {hit.excerpt}")
