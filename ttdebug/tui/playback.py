"""Plays recorded time on the screen: asks the player what is due, stops at breakpoints."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from ttdebug.model import Position
from ttdebug.replay.outcome import Moved
from ttdebug.replay.player import Player

if TYPE_CHECKING:
    from ttdebug.tui.screens.main import MainScreen

_FRAME: Final = 1 / 30


class Playback:
    """The screen's player; one timer, thirty frames per second at most."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._player: Player | None = None
        self._timer: Timer | None = None
        self.speed = 1.0

    @property
    def playing(self) -> bool:
        """Whether time runs."""
        return self._player is not None

    def start(self) -> None:
        """Play from the desk's position."""
        desk = self._screen.desk
        trace, lineage = desk.trace, desk.lineage

        def time_at(row: int) -> int | None:
            return trace.event(lineage.seq_at(row)).time

        row = lineage.index_of(desk.position.seq) if desk.position.seq else -1
        self._player = Player(time_at, len(lineage), row, time.monotonic(), speed=self.speed)
        self._timer = self._screen.set_interval(_FRAME, self._tick)

    def stop(self) -> bool:
        """Pause; False if it did not play."""
        if self._timer is not None:
            self._timer.stop()
        was, self._player, self._timer = self._player, None, None
        return was is not None

    def set_speed(self, speed: float) -> None:
        """Play at another speed."""
        self.speed = speed
        if self._player is not None:
            self._player.set_speed(speed, time.monotonic())

    def _tick(self) -> None:
        player, desk = self._player, self._screen.desk
        if player is None:
            return
        now, before = time.monotonic(), player.row
        lineage = desk.lineage
        stop = None
        while stop is None and player.step_due(now):
            stop = desk.stops_at(lineage.seq_at(player.row))
        if player.row != before:
            there = Position(desk.position.timeline, lineage.seq_at(player.row))
            desk.navigator.follow(Moved(there), jump=False)
            self._screen.showing.position(stop)
        if stop is not None or player.finished:
            self.stop()
            self._screen.showing.footer()
