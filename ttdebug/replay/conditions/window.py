"""How far a temporal condition looks: so many events of the timeline, or so much recorded time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SECOND: Final = 10**9
UNITS: Final = {
    "ms": _SECOND // 1000,
    "s": _SECOND, "sec": _SECOND, "second": _SECOND, "seconds": _SECOND,
    "m": 60 * _SECOND, "min": 60 * _SECOND, "minute": 60 * _SECOND, "minutes": 60 * _SECOND,
    "h": 3600 * _SECOND, "hour": 3600 * _SECOND, "hours": 3600 * _SECOND,
}  # fmt: skip
"""Nanoseconds in each unit of time."""
_LONGEST: Final = 100 * 366 * 24 * UNITS["h"]
COUNTED: Final = frozenset({"event", "events"})
"""Words that may follow a number of events."""


@dataclass(frozen=True, slots=True)
class Window:
    """The next `events` events of the timeline, whoever acts; or the next `nanoseconds`."""

    events: int = 0
    nanoseconds: int = 0

    def __str__(self) -> str:
        if not self.nanoseconds:
            return f"{self.events:,} event{'s' if self.events != 1 else ''}"
        return elapsed(self.nanoseconds)


def nanoseconds(amount: float, unit: str) -> int:
    """A stretch of time; a hundred years at most, which ends any window."""
    return round(min(amount * UNITS[unit], _LONGEST))


def elapsed(time: int) -> str:
    """Nanoseconds in seconds, such as `2.5s`, or `10ms` where that is less than one."""
    unit = "ms" if 0 < time < _SECOND else "s"
    return f"{time / UNITS[unit]:.3f}".rstrip("0").rstrip(".") + unit
