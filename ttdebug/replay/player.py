"""Replay at a speed: which event is due when. Pure timing; whoever shows it supplies the clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
LONGEST_WAIT: Final = 2.0
"""Seconds a viewer waits at most between two events, whatever gap was recorded."""
UNTIMED: Final = 100_000_000
"""Nanoseconds between two events where the time of either is unknown."""

TimeAt = Callable[[int], int | None]


class Player:
    """Plays rows of a timeline in recorded time, from `row` (-1 is the start) to `count` - 1.

    `time_at(row)` is a row's recorded time in nanoseconds. `now` is the viewer's clock in seconds,
    which never goes back. Events out of order in time follow their predecessor at once.
    """

    def __init__(
        self,
        time_at: TimeAt,
        count: int,
        row: int,
        now: float,
        *,
        speed: float = 1.0,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._time_at = time_at
        self._count = count
        self._longest = longest_wait
        self.row = row
        self.speed = _checked(speed)
        self._due = now + self._wait()

    @property
    def finished(self) -> bool:
        """Whether the last row is reached."""
        return self.row >= self._count - 1

    def step_due(self, now: float) -> bool:
        """Advance by one row if it is due; a caller that looks at each row stops where it likes."""
        if self.finished or now < self._due:
            return False
        self.row += 1
        self._due += self._wait()
        return True

    def set_speed(self, speed: float, now: float) -> None:
        """Play at another speed from now on; what remains of the current gap shrinks or grows."""
        factor = self.speed / _checked(speed)
        self.speed = speed
        self._due = now + min(max(self._due - now, 0.0) * factor, self._longest)

    def _wait(self) -> float:
        """Seconds between this row and the next."""
        if self.finished or self.row < 0:
            return 0.0
        here, there = self._time_at(self.row), self._time_at(self.row + 1)
        gap = UNTIMED if here is None or there is None else max(there - here, 0)
        return min(gap / 1e9 / self.speed, self._longest)


def faster(speed: float) -> float:
    """The next higher of the offered speeds."""
    return next((offered for offered in SPEEDS if offered > speed), SPEEDS[-1])


def slower(speed: float) -> float:
    """The next lower of the offered speeds."""
    return next((offered for offered in reversed(SPEEDS) if offered < speed), SPEEDS[0])


def _checked(speed: float) -> float:
    if not SPEEDS[0] <= speed <= SPEEDS[-1]:
        raise ValueError(f"speed {speed} is outside {SPEEDS[0]} to {SPEEDS[-1]:g}")
    return speed
