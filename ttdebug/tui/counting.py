"""Counts the hits of breakpoints behind the screen, and tells as each is done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from textual.message import Message
from textual.worker import get_current_worker

from ttdebug.analyze import history
from ttdebug.errors import Cancelled, TtdebugError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ttdebug.replay.hits import Hit
    from ttdebug.replay.points import AnyPoint
    from ttdebug.tui.desk import Desk
    from ttdebug.tui.screens.main import MainScreen


_PAUSES: Final = 10
"""A growing recording is counted again after so many times as long as counting took."""


class HitsCounted(Message):
    """All hits of a breakpoint on a timeline are known, or why they cannot be.

    `doubts` tell what its condition reads and the recording never had.
    """

    def __init__(
        self,
        point: AnyPoint,
        timeline: int,
        hits: Sequence[Hit],
        fault: str = "",
        doubts: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.point = point
        self.timeline = timeline
        self.hits = hits
        self.fault = fault
        self.doubts = doubts


class Counting:
    """One worker at a time; starting it again replaces what ran."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._running = False
        self._began = self._took = 0.0

    def again(self) -> None:
        """Count a recording that grew, unless that would take much of the time."""
        if not self._running and time.monotonic() - self._began > _PAUSES * self._took:
            self.start()

    def start(self) -> None:
        """Count what is not known on the timeline we are on."""
        desk = self._screen.desk
        timeline = desk.position.timeline
        missing = desk.counted.missing(timeline)
        if missing:
            self._running, self._began = True, time.monotonic()
            self._screen.run_worker(
                lambda: self._count(desk, missing, timeline),
                group="count",
                exclusive=True,
                thread=True,
            )

    def _count(self, desk: Desk, missing: Sequence[AnyPoint], timeline: int) -> None:
        worker = get_current_worker()
        for point in missing:
            hits: Sequence[Hit] = ()
            fault = ""
            doubts: Sequence[str] = ()
            try:
                if point.condition is not None and not desk.trace.live:
                    doubts = list(history.doubts(desk.trace, point.condition, agent=point.agent))
                hits = desk.points.hits(point.number, timeline).all(lambda: worker.is_cancelled)
            except Cancelled:
                return  # replaced by another
            except TtdebugError as error:
                fault = str(error)
            self._screen.post_message(HitsCounted(point, timeline, hits, fault, doubts))
        self._running, self._took = False, time.monotonic() - self._began

    def take(self, message: HitsCounted) -> None:
        """Keep what was counted and show it."""
        desk = self._screen.desk
        desk.counted.put(message.point, message.timeline, message.hits)
        desk.marks_version += 1
        self._screen.showing.marks_changed()
        if message.fault:
            told = f"Breakpoint {message.point.number} was not counted: {message.fault}"
            self._screen.showing.say(told, kind="warning")
        for doubt in message.doubts[:1]:
            near = doubt.partition(". ")[2]
            brief = f"Never recorded. {near}" if near else ""
            self._screen.showing.say(doubt, kind="warning", brief=brief)
