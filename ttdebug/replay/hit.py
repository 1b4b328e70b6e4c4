"""Where a condition hit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ttdebug.model import Position


@dataclass(frozen=True, slots=True)
class Hit:
    """An event at which a condition hits; `hits` is its ordinal from the timeline's start.

    `agent` is the event's.
    """

    seq: int
    timeline: int
    agent: str | None
    hits: int
    why: str | Callable[[], str] = field(repr=False, compare=False)

    @property
    def reason(self) -> str:
        """What it looked at, and from what that changed; worked out when it is asked for."""
        return self.why if isinstance(self.why, str) else self.why()

    @property
    def position(self) -> Position:
        """Just after the event."""
        return Position(self.timeline, self.seq)
