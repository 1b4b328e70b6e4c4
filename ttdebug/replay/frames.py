"""What a condition is evaluated on: one event of a recording, its states and its ancestors."""

from __future__ import annotations

from ttdebug.model import MISSING, Event, Value
from ttdebug.replay.ancestry import Ancestry
from ttdebug.store.trace import Trace


class _Frame:
    """The event at hand, read only if somebody asks for it, and its ancestors."""

    __slots__ = ("_ancestry", "_event", "seq")

    def __init__(self, ancestry: Ancestry) -> None:
        self._ancestry = ancestry
        self._event: Event | None = None
        self.seq = 0

    def stand_at(self, seq: int, event: Event | None = None) -> None:
        """Move to another event."""
        self.seq = seq
        self._event = event

    @property
    def event(self) -> Event:
        """The event at hand."""
        if self._event is None:
            self._event = self._ancestry.event(self.seq)
        return self._event

    def parent(self, event: Event) -> Event | None:
        """The opening of the enclosing span."""
        return self._ancestry.parent(event)

    def depth(self, event: Event) -> int:
        """The number of parents."""
        return self._ancestry.depth(event)

    def cause_depth(self, event: Event) -> int:
        """The length of the longest chain of causes."""
        return self._ancestry.cause_depth(event)


class SeekFrame(_Frame):
    """Any event of a timeline; its states are looked up when they are asked for."""

    __slots__ = ("_timeline", "_trace")

    def __init__(self, trace: Trace, timeline: int, ancestry: Ancestry | None = None) -> None:
        super().__init__(ancestry or Ancestry(trace, timeline))
        self._trace = trace
        self._timeline = timeline

    def state(self, agent: str | None) -> Value:
        """The state after the event."""
        whose = self._whose(agent)
        return MISSING if whose is None else self._trace.state(self.seq, whose, self._timeline)

    def before(self, agent: str | None) -> Value:
        """The state before the event."""
        whose = self._whose(agent)
        return MISSING if whose is None else self._trace.before(self.seq, whose, self._timeline)

    def _whose(self, agent: str | None) -> str | None:
        return self._ancestry.owner(self.event) if agent is None else agent


class FoldedFrame(_Frame):
    """The event at hand while states are folded along one timeline.

    `states` are by agent after the event, `old` is the one of `agent`, who acted, before it;
    `owner` is whose state the event shows.
    """

    __slots__ = ("agent", "old", "owner", "states")

    def __init__(self, ancestry: Ancestry) -> None:
        super().__init__(ancestry)
        self.owner: str | None = None
        self.agent: str | None = None
        self.old: Value = MISSING
        self.states: dict[str | None, Value] = {}

    def state(self, agent: str | None) -> Value:
        """The state after the event."""
        return self.states.get(self.owner if agent is None else agent, MISSING)

    def before(self, agent: str | None) -> Value:
        """The state before the event: only its own agent's can have been another."""
        wanted = self.owner if agent is None else agent
        return self.old if wanted == self.agent else self.states.get(wanted, MISSING)
