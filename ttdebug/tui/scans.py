"""Long work off the screen's thread: travelling, searching, counting. One at a time; esc stops it.

Quick work is done on the spot. What passes the first milliseconds is begun again in a worker that
only posts messages, and the screen shows how far it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual.message import Message
from textual.worker import Worker, get_current_worker

from ttdebug.errors import TtdebugError
from ttdebug.replay.navigator import Navigator
from ttdebug.replay.work import Work
from ttdebug.tui.background import at_once

if TYPE_CHECKING:
    from ttdebug.replay.outcome import Outcome
    from ttdebug.tui.screens.main import MainScreen

_TELL_EVERY: Final = 0.1


class ScanProgressed(Message):
    """A scan tells how far it is."""

    def __init__(self, what: str, done: int, total: int) -> None:
        super().__init__()
        self.what = what
        self.done = done
        self.total = total


class ScanEnded(Message):
    """A scan is over; `finish` shows its result on the screen's thread."""

    def __init__(self, ticket: int, finish: Callable[[], None]) -> None:
        super().__init__()
        self.ticket = ticket
        self.finish = finish


class Scans:
    """The one scan that may run for a screen."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._ticket = 0
        self._worker: Worker[None] | None = None
        self.running = ""

    def travel(self, move: Callable[[Navigator, Work], Outcome]) -> None:
        """Move the desk's navigator, however far that is."""
        navigator = self._screen.desk.navigator

        def go(work: Work) -> Callable[[], None]:
            outcome = move(Navigator(navigator.trace, navigator.position), work)
            return lambda: self._screen.showing.follow(navigator.follow(outcome))

        self.run("Travelling", go)

    def run(self, what: str, scan: Callable[[Work], Callable[[], None]]) -> None:
        """Run a scan and show what it returns; `what` names it while it runs."""
        self.stop()
        finish = at_once(scan)
        if finish is None:
            self._in_worker(what, scan)
        else:
            finish()

    def _in_worker(self, what: str, scan: Callable[[Work], Callable[[], None]]) -> None:
        self._ticket += 1
        ticket = self._ticket
        self.running = what
        self._screen.showing.scanning(what, 0, 0)
        self._worker = self._screen.run_worker(
            lambda: self._scan(what, ticket, scan), group="scan", exclusive=True, thread=True
        )

    def _scan(self, what: str, ticket: int, scan: Callable[[Work], Callable[[], None]]) -> None:
        worker = get_current_worker()
        told = 0.0

        def tell(done: int, total: int) -> None:
            nonlocal told
            if time.perf_counter() - told > _TELL_EVERY:
                told = time.perf_counter()
                self._screen.post_message(ScanProgressed(what, done, total))

        try:
            finish = scan(Work(lambda: worker.is_cancelled, tell))
        except TtdebugError as error:
            sentence = str(error)

            def finish() -> None:
                self._screen.showing.say(sentence, kind="warning")

        self._screen.post_message(ScanEnded(ticket, finish))

    def stop(self) -> bool:
        """Stop the scan that runs; False if none does."""
        if not self.running:
            return False
        self.running = ""
        if self._worker is not None:
            self._worker.cancel()
        return True

    def end(self, message: ScanEnded) -> None:
        """Show a scan's result, if it is still the one that is wanted."""
        if message.ticket == self._ticket:
            self.running = ""
            message.finish()
