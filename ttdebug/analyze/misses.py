"""Events at which a condition did not hit, and what spoke against it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ttdebug.model import Event, Value
from ttdebug.replay.reasons import short


@dataclass(frozen=True, slots=True)
class Failed:
    """A term that did not hold, and the values it read.

    `evidence` says in words what spoke against it where values do not; `hint` what may be wrong
    with the term itself.
    """

    term: str
    values: Mapping[str, Value]
    evidence: str = ""
    hint: str = ""

    @property
    def told(self) -> str:
        """The term and what it met, such as `state.x == 1 (it is 4)`; values are raw."""
        seen = self.seen
        if not self.evidence and len(self.values) == 1:
            seen = "".join(f"it is {short(value)}" for value in self.values.values())
        return f"{self.term} ({seen})" if seen else self.term

    @property
    def seen(self) -> str:
        """What it met alone, such as `state.x is 4`."""
        values = (f"{label} is {short(value)}" for label, value in self.values.items())
        return self.evidence or ", ".join(values)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An event at which a condition did not hit: the terms that failed there, and those that held.

    `timeline` is the one on which it was looked at.
    """

    event: Event
    timeline: int
    failed: tuple[Failed, ...]
    held: tuple[str, ...]

    @property
    def seq(self) -> int:
        """The number of the event."""
        return self.event.seq

    @property
    def told(self) -> str:
        """What failed, in a line; where nothing did, the condition hits."""
        return " and ".join(failed.told for failed in self.failed) or "it hits here"
