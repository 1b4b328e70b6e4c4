"""A clock that the program sets forward itself, so that a recording is the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

START = 1_795_422_600_000_000_000  # 2026-11-23T08:30:00Z


class Clock:
    """Simulated time in nanoseconds: work takes time, and so does looking at the clock."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._now = START

    def now(self) -> int:
        """The time; a few hundred microseconds pass."""
        self._now += self._random.randint(80_000, 900_000)
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self._now += int(seconds * 1e9)

    def work(self, least: float, most: float) -> float:
        """Let some time between `least` and `most` seconds pass; returns how much."""
        seconds = round(self._random.uniform(least, most), 3)
        self.sleep(seconds)
        return seconds

    @contextmanager
    def running(self) -> Iterator[None]:
        """Make this the clock of everything inside the block."""
        with mock.patch("time.time_ns", self.now), mock.patch("time.perf_counter_ns", self.now):
            yield
