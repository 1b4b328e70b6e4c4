"""How events spread over a timeline, for the minimap."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of a timeline: events by type, and how many of them failed."""

    first_seq: int
    last_seq: int
    counts: dict[str, int] = field(default_factory=dict)
    errors: int = 0

    @property
    def total(self) -> int:
        """All events of the cell."""
        return sum(self.counts.values())
