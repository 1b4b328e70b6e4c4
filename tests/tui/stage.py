"""The running app for tests: press keys, wait for workers, read the frame as text."""

from __future__ import annotations

from contextlib import suppress

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from ttdebug.tui.app import DebuggerApp
from ttdebug.tui.desk import Desk
from ttdebug.tui.screens.main import MainScreen


class Stage:
    """Drives one app."""

    def __init__(self, app: DebuggerApp, pilot: Pilot[object]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def page(self) -> MainScreen:
        """The screen of panes, also while a dialog is open."""
        page = self.app.screen_stack[0]
        assert isinstance(page, MainScreen)
        return page

    @property
    def desk(self) -> Desk:
        """The model under the screen."""
        return self.app.desk

    @property
    def seq(self) -> int:
        """The event we stand at."""
        return self.desk.position.seq

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, and wait for what they start."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.pilot.press(*("space" if char == " " else char for char in text))
        await self.settle()

    async def command(self, text: str) -> None:
        """Run a line of the command line."""
        await self.press("colon")
        await self.type(text)
        await self.press("enter")

    async def settle(self) -> None:
        """Wait until no worker runs and everything is painted."""
        await self.pilot.pause()
        while any(not worker.is_finished for worker in self.app.workers):
            with suppress(WorkerCancelled):  # another took its place
                await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        """The frame as text, without trailing spaces."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """The frame as one text."""
        return "\n".join(self.lines)

    @property
    def header(self) -> str:
        """The first line."""
        return self.lines[0]

    @property
    def footer(self) -> str:
        """The last line."""
        return self.lines[-1]
