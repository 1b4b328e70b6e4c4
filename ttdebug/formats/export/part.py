"""Which part of a recording is exported, and what is done to it on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias

from ttdebug.delta import Delta
from ttdebug.model import JSON, MISSING, Edge, Event, Object, Run, Timeline, Value
from ttdebug.store.trace import Trace

Cleaned: TypeAlias = Callable[[JSON], JSON]
Progress: TypeAlias = Callable[[int, int], None]

_IMPLIED: Final = frozenset({"result of call", "end of span"})
_TELL_EVERY: Final = 256


@dataclass
class Part:
    """Events first <= seq <= last of some runs, agents and tags; what is None leaves nothing out.

    `without` are ids of runs that are left out. `clean` is applied to every value and text that
    leaves, such as to hide secrets, `change` to every event. `progress` gets (done, total) events
    now and then, and may raise. `taken` counts the events that were given.
    """

    trace: Trace
    first: int = 1
    last: int | None = None
    run: str | None = None
    agents: Collection[str] | None = None
    tags: Collection[str] | None = None
    without: Collection[str] = ()
    clean: Cleaned | None = None
    change: Callable[[Event], Event] | None = None
    progress: Progress | None = None
    taken: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        bounds = self.first <= 1 and self.end >= self.trace.last_seq
        every = self.run is None and self.agents is None and self.tags is None
        return bounds and every and not self.without

    @property
    def end(self) -> int:
        """The last event that may be part of it."""
        last = self.trace.last_seq
        return last if self.last is None else min(self.last, last)

    @cached_property
    def runs(self) -> list[Run]:
        """The runs that are part of it."""
        chosen = [run for run in self.trace.runs if self.run in (None, run.id)]
        return [run for run in chosen if run.id not in self.without]

    @cached_property
    def timelines(self) -> list[Timeline]:
        """The timelines that are part of it, by id."""
        found = [timeline for run in self.runs for timeline in run.timelines]
        return sorted(found, key=lambda timeline: timeline.id)

    def events(self) -> Iterator[Event]:
        """The events, in order, cleaned."""
        own = {timeline.id for timeline in self.timelines}
        total = self.end - self.first + 1
        for done, event in enumerate(self.trace.events(self.first, self.end)):
            if self.progress is not None and done % _TELL_EVERY == 0:
                self.progress(done, total)
            if event.timeline_id in own and self._wanted(event):
                self.taken += 1
                cleaned = self._cleaned(event)
                yield cleaned if self.change is None else self.change(cleaned)

    def _wanted(self, event: Event) -> bool:
        if self.agents is not None and event.agent not in self.agents:
            return False
        if self.tags is None:
            return True
        tags = event.data.get("tags")
        return isinstance(tags, list) and any(tag in tags for tag in self.tags)

    def _cleaned(self, event: Event) -> Event:
        if self.clean is None:
            return event
        return replace(
            event,
            name=None if event.name is None else self._text(event.name),
            data=self._object(event.data),
            source=self._object(event.source),
        )

    def _text(self, text: str) -> str:
        found = self.value(text)
        return found if isinstance(found, str) else text

    def _object(self, value: Object) -> Object:
        found = self.value(value)
        return found if isinstance(found, dict) else value

    def value(self, value: JSON) -> JSON:
        """A value as it may leave."""
        return value if self.clean is None else self.clean(value)

    def causes(self, event: Event) -> list[Edge]:
        """The causes of an event, but for the one that a closing event has by being one."""
        return [
            edge
            for edge in self.trace.causes(event.seq)
            if not (edge.seq == event.opening and edge.rule in _IMPLIED)
        ]

    def delta(self, event: Event) -> Delta | None:
        """What an event changed in its agent's state, cleaned; None if no snapshot was taken."""
        ops = self.trace.delta(event.seq) if event.has_state else None
        if ops is None or self.clean is None:
            return ops
        return [{**op, "value": self.value(op["value"])} if "value" in op else op for op in ops]

    def state(self, event: Event) -> Value:
        """The state of an event's agent after it, cleaned; MISSING if it has none."""
        if event.agent is None:
            return MISSING
        state = self.trace.state(event.seq, event.agent, event.timeline_id)
        return state if state is MISSING else self.value(state)
