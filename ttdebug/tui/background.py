"""Long work of a screen other than the main one: in a worker, told as it goes, and stoppable."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, get_current_worker

from ttdebug.errors import Cancelled, TtdebugError
from ttdebug.replay.work import Work

Show = Callable[[], None]

_AT_ONCE: Final = 0.03
"""Seconds of work done on the spot before it goes to a worker."""
_TELL_EVERY: Final = 0.1


class Progressed(Message):
    """Work tells how far it is; a total of 0 is unknown."""

    def __init__(self, what: str, done: int, total: int) -> None:
        super().__init__()
        self.what = what
        self.done = done
        self.total = total


class Finished(Message):
    """Work is over: `show` what came of it, or say the `fault`."""

    def __init__(self, background: Background, ticket: int, show: Show | None, fault: str) -> None:
        super().__init__()
        self.background = background
        self.ticket = ticket
        self.show = show
        self.fault = fault


def at_once(work: Callable[[Work], Show]) -> Show | None:
    """What quick work returns; None for work that has to be begun again in a worker."""
    deadline = time.perf_counter() + _AT_ONCE
    try:
        return work(Work(lambda: time.perf_counter() > deadline))
    except Cancelled:
        return None


class Background:
    """The one piece of work that runs for a widget; a new one takes the place of the one before."""

    def __init__(self, owner: Widget, name: str) -> None:
        self._owner = owner
        self._name = name
        self._ticket = 0
        self._worker: Worker[None] | None = None
        self.running = False

    def run(self, what: str, work: Callable[[Work], Show]) -> None:
        """Do the work and show what it returns; `what` names it while it runs."""
        self.stop()
        self._ticket += 1
        ticket = self._ticket
        self.running = True
        self._worker = self._owner.run_worker(
            lambda: self._do(what, ticket, work), group=self._name, exclusive=True, thread=True
        )

    def soon(self, what: str, work: Callable[[Work], Show]) -> None:
        """The same, but quick work is done and shown on the spot. Raises what the work raises."""
        self.stop()
        show = at_once(work)
        if show is None:
            self.run(what, work)
        else:
            show()

    def stop(self) -> bool:
        """Stop what runs; False if nothing does."""
        running, self.running = self.running, False
        if self._worker is not None:
            self._worker.cancel()
        return running

    def take(self, message: Finished) -> bool:
        """Whether a message is the answer that is waited for."""
        wanted = self.running and message.ticket == self._ticket
        if wanted:
            self.running = False
        return wanted

    def _do(self, what: str, ticket: int, work: Callable[[Work], Show]) -> None:
        worker = get_current_worker()
        told = time.perf_counter()

        def tell(done: int, total: int) -> None:
            nonlocal told
            if time.perf_counter() - told > _TELL_EVERY:
                told = time.perf_counter()
                self._owner.post_message(Progressed(what, done, total))

        show, fault = None, ""
        try:
            show = work(Work(lambda: worker.is_cancelled, tell))
        except Cancelled:
            return
        except TtdebugError as error:
            fault = str(error)
        self._owner.post_message(Finished(self, ticket, show, fault))
