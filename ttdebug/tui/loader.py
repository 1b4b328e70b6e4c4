"""Loads what a pane shows: at once while that is quick, in a worker once it is not.

The last request wins; a screen never waits for one that was overtaken.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from textual.message import Message
from textual.widget import Widget

from ttdebug.errors import TtdebugError

Show = Callable[[], None]

_QUICK: Final = 0.03
"""Seconds of work between a key and its paint; what takes longer would be felt in the next key."""


class Loaded(Message):
    """A worker has an answer ready to be shown."""

    def __init__(self, loader: Loader, ticket: int, show: Show) -> None:
        super().__init__()
        self.loader = loader
        self.ticket = ticket
        self.show = show


class LoadFailed(Message):
    """What a pane asked for cannot be read; the sentence says why."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault = fault


class Loader:
    """One pane's loading, measured: what took long the last time goes to a worker the next time.

    `slow` sends everything to a worker from the beginning.
    """

    def __init__(self, owner: Widget, name: str, *, slow: bool = False) -> None:
        self._owner = owner
        self._name = name
        self._ticket = 0
        self._always = slow
        self._slow = slow

    def load(self, work: Callable[[], Show]) -> None:
        """Do the work, then show what it returns; forget the requests before."""
        self._ticket += 1
        if not self._slow:
            self._shown(self._timed(work))
            return
        ticket = self._ticket
        self._owner.run_worker(
            lambda: self._in_background(work, ticket),
            name=self._name,
            group=self._name,
            exclusive=True,
            thread=True,
        )

    def cancel(self) -> None:
        """Nothing that is on its way will be shown."""
        self._ticket += 1

    def take(self, message: Loaded) -> None:
        """Show a worker's answer unless it was overtaken."""
        if message.ticket == self._ticket:
            self._shown(message.show)

    def _shown(self, show: Show) -> None:
        """Show an answer; rows are drawn now, and that may meet damage as well."""
        try:
            show()
        except TtdebugError as error:
            self._tell(LoadFailed(str(error)))

    def _tell(self, fault: LoadFailed) -> None:
        self._owner.post_message(fault)

    def _timed(self, work: Callable[[], Show]) -> Show:
        began = time.thread_time()
        try:
            show = work()
        except TtdebugError as error:
            fault = LoadFailed(str(error))
            return lambda: self._tell(fault)
        self._slow = self._always or time.thread_time() - began > _QUICK
        return show

    def _in_background(self, work: Callable[[], Show], ticket: int) -> None:
        if ticket == self._ticket:
            self._owner.post_message(Loaded(self, ticket, self._timed(work)))
