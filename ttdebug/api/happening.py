"""A position as one event: what happened there, and when, and who did it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from ttdebug.api.own import own, own_event
from ttdebug.errors import NotFoundError
from ttdebug.model import EPOCH, Event, Object, Position, Status, seconds
from ttdebug.replay.ancestry import Ancestry
from ttdebug.store.trace import Trace
from ttdebug.view import numbers, places, records, summary
from ttdebug.view.gate import safe

if TYPE_CHECKING:
    from ttdebug.api.recording import Recording


class Happening:
    """The part of a Moment that is read from its event."""

    def __init__(
        self, recording: Recording, position: Position, event: Event | None = None
    ) -> None:
        """`event` is the one at the position, if it was read already."""
        self.recording = recording
        self.position = position
        self._read = event

    # Where it is

    @property
    def seq(self) -> int:
        """The number of the event; 0 at the start."""
        return self.position.seq

    @property
    def timeline(self) -> str:
        """The name of the timeline."""
        return self._trace.timelines[self.position.timeline].name

    @property
    def run(self) -> str:
        """The id of the run."""
        return self._trace.timelines[self.position.timeline].run

    @property
    def command(self) -> str:
        """The command that opens the debugger here."""
        return places.command(self._trace, self.position)

    # What happened

    @cached_property
    def event(self) -> Event | None:
        """The event, as this timeline knows it; None at the start."""
        if not self.seq:
            return None
        known = self._read or Ancestry(self._trace, self.position.timeline).event(self.seq)
        return own_event(known)

    @property
    def type(self) -> str | None:
        """The event's type, such as `tool.call`."""
        return self.event.type if self.event else None

    @property
    def name(self) -> str | None:
        """The event's name, such as that of a tool."""
        return self.event.name if self.event else None

    @property
    def agent(self) -> str | None:
        """Who acted."""
        return self.event.agent if self.event else None

    @property
    def data(self) -> Object:
        """What was recorded with the event."""
        return self.event.data if self.event else {}

    @property
    def source(self) -> Object:
        """Where the event stands in a file of another format, in its own terms."""
        return self.event.source if self.event else {}

    @property
    def status(self) -> Status | None:
        """How the event's span ended: ok, error, open, cancelled; None for no span."""
        return self.event.status if self.event else None

    @property
    def time(self) -> datetime | None:
        """When it happened, UTC, to the microsecond."""
        time = self.event.time if self.event else None
        try:
            return None if time is None else EPOCH + timedelta(microseconds=time // 1000)
        except OverflowError:
            return None

    @property
    def elapsed(self) -> float | None:
        """Seconds since the run began."""
        return self.event.elapsed if self.event else None

    @property
    def duration(self) -> float | None:
        """Seconds the event's span took."""
        return seconds(self.event.duration) if self.event else None

    # As data

    def to_dict(self) -> dict[str, object]:
        """The event as `ttdebug events --json` prints it; NotFoundError at the start."""
        if self.event is None:
            raise NotFoundError("Nothing happened before the start, so that there is no event")
        return own(records.event_record(self._trace, self.event))

    def cells(self) -> dict[str, object]:
        """What a row of a table shows."""
        event = self.event
        if event is None:
            return {"seq": 0, "timeline": self.timeline}
        told = summary.summary(event)
        line = {"timeline": self.timeline} if len(self._trace.timelines) > 1 else {}
        return {
            "seq": event.seq,
            "elapsed": numbers.elapsed(event.elapsed),
            **line,
            "agent": event.agent,
            "type": event.type,
            "event": f"{told.name}  {told.text}".strip(),
            "status": event.status,
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Happening):
            return NotImplemented
        return self.recording is other.recording and self.position == other.position

    def __hash__(self) -> int:
        return hash((id(self.recording), self.position))

    def __repr__(self) -> str:
        words = [f"{self.seq:,} on {self.timeline}:"]
        words += [self.type or "", self.name or ""] if self.event else ["the start"]
        words += [f"by {self.agent}"] if self.agent else []
        return f"<{type(self).__name__} {safe(' '.join(word for word in words if word))}>"

    @property
    def _trace(self) -> Trace:
        return self.recording.trace
