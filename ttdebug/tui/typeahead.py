"""Keys wait for the key before them: what it opens must be there to take what is typed next.

A terminal hands over `:break x⏎c` at once. Without this, the letters would reach the page before
the line they were typed for is open.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from textual.events import Callback, Key, Paste
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from textual.app import App

_ROUNDS: Final = 3
"""A key bubbles, what it asks for bubbles, and an answer comes back to the page."""
_REST: Final = 0.02
"""Seconds after a key in which what it asked for is painted, unless the next key comes first."""
_PATIENCE: Final = 1.0
"""Seconds for one part of the screen to take what it was sent, in case it is being closed."""


class Typeahead:
    """Lets one key at a time into an app, in order."""

    def __init__(self, app: App[object]) -> None:
        self._app = app
        self._waiting: deque[Key | Paste] = deque()
        self._turn: Key | Paste | None = None
        self._feeding: asyncio.Task[None] | None = None
        self._more = asyncio.Event()

    def holds(self, event: Key | Paste) -> bool:
        """Whether a key has to wait; it comes again by itself when it is its turn."""
        if event is self._turn:
            return False
        busy = self._feeding is not None
        if busy:
            self._waiting.append(event)
            self._more.set()
        else:
            self._turn = event
            self._more.clear()
            self._feeding = asyncio.create_task(self._feed())
        return busy

    async def _feed(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_REST):
                await self._more.wait()
        await self._settled()
        while self._waiting:
            self._turn = self._waiting.popleft()
            self._app.post_message(self._turn)
            await self._settled()
        self._feeding = None

    async def _settled(self) -> None:
        """Wait until all that stand between the focus and the app have done what they were sent."""
        await _done(self._app)
        for _ in range(_ROUNDS):
            pump: MessagePump | None = self._app.focused or self._app.screen
            while pump is not None:
                await _done(pump)
                pump = pump._parent  # noqa: SLF001 - there is no public way up from a pump


async def _done(pump: MessagePump) -> None:
    done = asyncio.Event()
    # what `call_later` makes of it would have its signature looked up each time
    if pump.post_message(Callback(callback=done.set)):
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await done.wait()
