"""Looks for drift behind the screen once the first frame is there; keys and scans come first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from textual.message import Message
from textual.worker import Worker, get_current_worker

from ttdebug.errors import Cancelled, TtdebugError
from ttdebug.replay.work import Work
from ttdebug.tui.searching import Found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ttdebug.analyze.drift import Finding
    from ttdebug.tui.screens.main import MainScreen

_QUIET: Final = 0.5
"""Seconds without a key after which the rules go on."""

_NAP: Final = 0.05


class DriftFound(Message):
    """What the rules found, or why they could not be applied."""

    def __init__(self, found: Sequence[Finding], fault: str = "") -> None:
        super().__init__()
        self.found = found
        self.fault = fault


class Drifting:
    """One look at the whole recording; its findings are marks, and the hit list on demand."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._wanted = False
        self._looked_at = 0
        self._worker: Worker[None] | None = None

    def start(self) -> None:
        """Apply the rules, unless the recording is still growing."""
        if not self._screen.desk.trace.live:
            self._look()

    def list(self) -> None:
        """Put what was found into the hit list, as soon as it is known."""
        desk = self._screen.desk
        if desk.drift is not None and self._looked_at == desk.trace.last_seq:
            self._listed(desk.drift)
            return
        self._wanted = True
        self._screen.showing.say("Looking for drift")
        if self._worker is None:
            self._look()

    def _look(self) -> None:
        self._looked_at = self._screen.desk.trace.last_seq
        self._worker = self._screen.run_worker(self._find, group="drift", thread=True)

    def _find(self) -> None:
        from ttdebug.analyze import drift

        worker = get_current_worker()

        def cancelled() -> bool:
            while not worker.is_cancelled and self._busy:
                time.sleep(_NAP)
            return worker.is_cancelled

        lost: list[TtdebugError] = []
        try:
            trace = self._screen.desk.trace
            findings = drift.find(trace, work=Work(cancelled), lost=lost.append)
            found = DriftFound(findings, str(lost[0]) if lost else "")
        except Cancelled:
            return
        except TtdebugError as error:
            found = DriftFound((), str(error))
        self._screen.post_message(found)

    @property
    def _busy(self) -> bool:
        """Whether somebody waits for something else."""
        screen = self._screen
        return bool(screen.scans.running) or screen.since_key < _QUIET

    def take(self, message: DriftFound) -> None:
        """Mark what was found, and list it if somebody waits for it."""
        desk = self._screen.desk
        self._worker = None
        desk.drift = message.found
        desk.marks_version += 1
        self._screen.showing.marks_changed()
        if self._wanted:
            self._wanted = False
            self._listed(message.found)
            if message.fault:
                self._screen.showing.say(message.fault, kind="warning")

    def _listed(self, found: Sequence[Finding]) -> None:
        screen, desk = self._screen, self._screen.desk
        ordered = sorted(found, key=lambda one: one.first)
        desk.list_hits([Found(one.first, one.rule, one) for one in ordered], "drift")
        screen.showing.searched()
        screen.arrangement.open_drawer("hits")
        if found:
            what = "1 finding" if len(found) == 1 else f"{len(found):,} findings"
            keys = " ".join(map(screen.showing.key_of, ("previous-hit", "next-hit")))
            screen.showing.say(f"{what} of drift", why=f"{keys} walk them")
        else:
            screen.showing.say("No rule of drift found anything")
