"""Searches the text of all events in a worker; results come as they are found, nearest first."""

from __future__ import annotations

import time
from bisect import insort
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from ttdebug.errors import Cancelled
from ttdebug.model import Position
from ttdebug.replay.work import Work

if TYPE_CHECKING:
    from ttdebug.analyze.drift import Finding
    from ttdebug.analyze.search import Hit
    from ttdebug.tui.screens.main import MainScreen

_MOST: Final = 5_000
_TELL_EVERY: Final = 0.2
_LEAD: Final = 10
"""Characters before a match in the list, where there is room for little."""


class Found(NamedTuple):
    """An event in the list of hits, and why it is there; both raw. Drift brings its `finding`."""

    seq: int
    reason: str
    finding: Finding | None = None


class Searching:
    """The last search; its results are the desk's hit list."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def search(self, text: str) -> None:
        """Look for a text in all events. Raises UsageError for one that cannot be used."""
        from ttdebug.analyze.matching import sought
        from ttdebug.analyze.search import search

        screen, desk = self._screen, self._screen.desk
        desk.list_hits((), text, sought(text))
        screen.showing.searched()
        position, began = desk.position, time.perf_counter()

        def scan(work: Work) -> Callable[[], None]:
            found: list[Found] = []
            stopped = False
            work.total = len(desk.trace.lineage(position.timeline))
            telling = _telling(work, lambda: self._tell(found))
            try:
                for hit in search(desk.trace, text, position, states=True, work=telling):
                    insort(found, _found(hit), key=lambda one: one.seq)
                    if len(found) >= _MOST:
                        break
            except Cancelled:
                if work.progress is None:  # not stopped by anybody: it goes to a worker
                    raise
                stopped = True
            took = time.perf_counter() - began
            return lambda: self._finish(text, position, found, took, stopped=stopped)

        screen.scans.run(f"Searching for {text}", scan)

    def checkpoints(self, text: str) -> None:
        """List the checkpoints of this timeline: all, or those of a kind, a name or a tag."""
        from ttdebug.analyze import checkpoints
        from ttdebug.analyze.listing import Wanted

        screen, desk = self._screen, self._screen.desk
        timeline = desk.position.timeline

        def scan(work: Work) -> Callable[[], None]:
            found: list[Found] = []
            work.total = len(desk.trace.lineage(timeline))
            for one in checkpoints.find(
                desk.trace, Wanted(1, desk.trace.last_seq, timeline=timeline)
            ):
                work.tick()
                if not text or checkpoints.said_of(one, text):
                    found.append(Found(one.seq, ""))
            return lambda: self._list_checkpoints(text, found)

        screen.scans.run("Looking for checkpoints", scan)

    def _list_checkpoints(self, text: str, found: list[Found]) -> None:
        screen = self._screen
        screen.desk.list_hits(found, f"checkpoints {text}".rstrip())
        screen.showing.searched()
        screen.arrangement.open_drawer("hits")
        keys = " ".join(map(screen.showing.key_of, ("previous-hit", "next-hit")))
        count = "1 checkpoint" if len(found) == 1 else f"{len(found):,} checkpoints"
        if found:
            screen.showing.say(f"{count} on {screen.desk.timeline.name}", why=f"{keys} walk them")
        else:
            told = f"No checkpoint is of kind, name or tag {text}" if text else "No checkpoint"
            screen.showing.say(f"{told} on {screen.desk.timeline.name}", kind="warning")

    def _tell(self, found: list[Found]) -> None:
        """What was found so far can be used at once; called from the worker."""
        if len(found) > len(self._screen.desk.hit_list):
            partial = tuple(found)
            self._screen.app.call_from_thread(lambda: self._keep(partial, first=True))

    def _keep(self, found: tuple[Found, ...], *, first: bool = False) -> None:
        desk, screen = self._screen.desk, self._screen
        desk.list_hits(found, desk.searched, desk.sought)
        if first and screen.arrangement.drawer != "hits":
            screen.arrangement.open_drawer("hits")
        screen.showing.drawer.rebuild()
        screen.showing.drawer.rules()

    def _finish(
        self, text: str, position: Position, found: list[Found], took: float, *, stopped: bool
    ) -> None:
        self._keep(tuple(found))
        showing = self._screen.showing
        if not found:
            none = "Stopped before any event matched" if stopped else "No event matches"
            showing.say(f"{none} {text}", kind="warning")
            return
        self._screen.arrangement.open_drawer("hits")
        at_least = "at least " if stopped or len(found) >= _MOST else ""
        count = "1 hit" if len(found) == 1 else f"{len(found):,} hits"
        told = f"{at_least}{count} of {text} in {took * 1000:.0f} ms"
        nearest = min(found, key=lambda one: (abs(one.seq - position.seq), -one.seq))
        if stopped or nearest.seq == position.seq:
            showing.say(f"Stopped: {told}" if stopped else told)
        else:
            showing.go(self._screen.desk.at(nearest.seq), told=told)


def _telling(work: Work, tell: Callable[[], None]) -> Work:
    """Work that also tells now and then what was found, if it tells anything."""
    progress, told = work.progress, time.perf_counter()
    if progress is None:
        return work

    def progressed(done: int, total: int) -> None:
        nonlocal told
        progress(done, total)
        if time.perf_counter() - told > _TELL_EVERY:
            told = time.perf_counter()
            tell()

    return Work(work.cancelled, progressed, work.total)


def _found(hit: Hit) -> Found:
    start = max(hit.start - _LEAD, 0)
    cut = "…" if start else ""
    return Found(hit.seq, f"{hit.where}  {cut}{hit.excerpt[start:]}")
