"""What a condition is evaluated on: one event, its states, and its ancestors."""

from __future__ import annotations

from typing import Protocol

from ttdebug.model import Event, Value


class Frame(Protocol):
    """One event of a recording as conditions see it; everything but the event comes lazily."""

    @property
    def event(self) -> Event:
        """The event itself."""

    def state(self, agent: str | None) -> Value:
        """The state after the event; None asks for the one that belongs to the event."""

    def before(self, agent: str | None) -> Value:
        """The state before the event."""

    def parent(self, event: Event) -> Event | None:
        """The event that opened the span around `event`."""

    def depth(self, event: Event) -> int:
        """How many spans enclose `event`."""

    def cause_depth(self, event: Event) -> int:
        """The length of the longest chain of causes that led to `event`."""
