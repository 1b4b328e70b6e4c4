"""Takes in what is recorded while one looks, and stays at the end for who stands there.

Looks are short and a worker's; between two of them no file is open, so that the recorder can close
its own.
"""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Final

from textual.message import Message

from ttdebug.errors import GoneError, OverwrittenError, TtdebugError
from ttdebug.model import Position
from ttdebug.replay.names import newest_timeline
from ttdebug.replay.outcome import Moved
from ttdebug.tui.fate import OVERWRITTEN

if TYPE_CHECKING:
    from textual.timer import Timer

    from ttdebug.formats.streaming import StreamedTrace
    from ttdebug.tui.screens.main import MainScreen
    from ttdebug.tui.showing import Kind

_LOOK: Final = 0.1
"""Seconds between two looks."""
_REST: Final = 0.04
"""Seconds after a look until the file is let go again; what it brought is drawn by then."""
_EVERYTHING: Final = 0.5
"""Seconds between two drawings of what is read from all of the recording, such as the map."""

_OURS: Final = "ttd"
_CLOSED: Final = "The recording was closed"
_LEFT: Final = "Its writer is gone: not closed, complete to event {:,}"


class Grown(Message):
    """A look is over: whether there was anything new, and what went wrong if it failed."""

    def __init__(self, *, grew: bool, fault: TtdebugError | None = None) -> None:
        super().__init__()
        self.grew = grew
        self.fault = fault


class Following:
    """The looks at a growing recording; `tailing` keeps the position at the end.

    Who goes elsewhere is left in peace, and finds a mark at the last event there was when they
    left. Back at the end, they follow again.
    """

    def __init__(self, screen: MainScreen, *, tailing: bool = False) -> None:
        self._screen = screen
        self._desk = screen.desk
        self._timer: Timer | None = None
        self._looking = False
        self._shown_all = 0.0
        self._owed = False
        self._known = Position(self._desk.position.timeline, self._desk.last_seq)
        self._fate = screen.fate
        self.tailing = tailing

    @property
    def word(self) -> str:
        """What the header says of it."""
        if self._timer is None:
            return self._fate.word
        if self._read_so_far is not None:
            return f"reading {self._read_so_far:.0%}"
        return "following" if self.tailing and self._at_end else "live"

    @property
    def _at_end(self) -> bool:
        """Whether we stand at the end, as far as it was shown or beyond."""
        position = self._desk.position
        return position.timeline == self._known.timeline and position.seq >= self._known.seq

    def moved(self) -> None:
        """Another position is shown; on another timeline the end is another."""
        timeline = self._desk.position.timeline
        if timeline != self._known.timeline:
            self._known = Position(timeline, self._desk.last_seq)

    @cached_property
    def _streamed(self) -> StreamedTrace | None:
        """The recording, if it is made of another file meanwhile."""
        trace = self._desk.trace
        if not trace.live or trace.format == _OURS:
            return None
        from ttdebug.formats.streaming import StreamedTrace

        return trace if isinstance(trace, StreamedTrace) else None

    @property
    def _read_so_far(self) -> float | None:
        return None if self._streamed is None else self._streamed.share

    @property
    def reading(self) -> bool:
        """Whether it grows because a file is being read, which can be stopped."""
        return self._read_so_far is not None

    def stop_reading(self) -> None:
        """Read the file no further."""
        if self._streamed is not None:
            self._streamed.stop_reading()

    def start(self) -> None:
        """Look from now on, often as long as somebody writes."""
        if not self._desk.trace.live:
            self._fate.start()
        elif self._timer is None:
            self._timer = self._screen.set_interval(_LOOK, self._look)

    def resume(self) -> None:
        """Somebody recorded to the file again."""
        self.start()
        self.take(Grown(grew=True))

    def tail(self) -> str:
        """Go to the end and stay there, or no longer; returns what to say of it."""
        if self._timer is None:
            return "Nobody writes this recording now, so there is nothing to follow"
        if self.tailing:
            self.tailing = False
            return "Not following any more"
        self.tailing = True
        self._to_end()
        return "Following. Motions back leave you there, the end follows again"

    def _look(self) -> None:
        if not self._looking:
            self._looking = True
            self._screen.run_worker(self._refresh, group="follow", thread=True)

    def _refresh(self) -> None:
        try:
            grown = Grown(grew=self._desk.trace.refresh())
        except TtdebugError as error:
            grown = Grown(grew=False, fault=error)
        self._screen.post_message(grown)

    def take(self, message: Grown) -> None:
        """Show what is new."""
        self._looking = False
        if isinstance(message.fault, OverwrittenError):
            self._screen.reopen(OVERWRITTEN)
            return
        if message.grew:
            self._show()
        elif self._owed:
            self._show_all()
        else:
            self._screen.counting.again()
        if message.fault or not self._desk.trace.live:
            self._end(message.fault)
            return
        self._screen.set_timer(_REST, self._desk.trace.rest)
        if not message.grew and self.reading:
            self._screen.showing.header()

    def _show(self) -> None:
        desk, at_end = self._desk, self._at_end
        desk.grown(seen=None if at_end else self._known.seq)
        self._known = Position(desk.position.timeline, desk.last_seq)
        self._owed = True
        self._show_all()
        if self.tailing and at_end:
            self._to_end()
            self._to_new_run()

    def _show_all(self) -> None:
        """Draw what is new; what is read from all of the recording only so often."""
        now = time.monotonic()
        self._owed = self._owed and now - self._shown_all < _EVERYTHING
        if not self._owed:
            self._shown_all = now
        self._screen.showing.grown(slowly=self._owed)

    def _end(self, fault: TtdebugError | None) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._show()
        self._screen.showing.grown(slowly=False)
        self._fate.start()
        if isinstance(fault, GoneError):
            self._fate.tell_gone()
            return
        told = str(fault or "")
        kind: Kind = "warning" if fault else "plain"
        trace, streamed = self._desk.trace, self._streamed
        if streamed is not None and not told:
            told = streamed.fault or f"Read to its end: {trace.last_seq:,} events"
            kind = "warning" if streamed.fault else "plain"
        elif not told and not trace.sealed:
            told, kind = _LEFT.format(trace.last_seq), "warning"
        self._screen.showing.say(told or _CLOSED, kind=kind)

    def _to_new_run(self) -> None:
        """Go on with a run that was begun after ours."""
        desk = self._desk
        newest = newest_timeline(desk.trace)
        runs = [run.id for run in desk.trace.runs]
        if runs.index(newest.run) > runs.index(desk.run.id):
            desk.navigator.follow(Moved(Position(newest.id, desk.trace.lineage(newest.id).last)))
            self._screen.showing.position()

    def _to_end(self) -> None:
        desk = self._desk
        there = Position(desk.position.timeline, desk.last_seq)
        if desk.position != there:
            desk.navigator.follow(Moved(there), jump=False)
        self._screen.showing.position()
