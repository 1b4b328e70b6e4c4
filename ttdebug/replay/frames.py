"""What a condition is evaluated on: one event of a recording, its states and its ancestors."""

from __future__ import annotations

from collections.abc import Sequence

from ttdebug.model import MISSING, Event, Object, Value
from ttdebug.replay.ancestry import Ancestry
from ttdebug.replay.conditions import Operand
from ttdebug.replay.lookups import value_at
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


class IndexedFrame(SeekFrame):
    """The same with states that hold nothing but the operands of a condition, from the index.

    Good for operands that are keys of objects (see `fits`). A state that does not exist yet is
    an empty one here, which differs only for what asks for a state as a whole.
    """

    __slots__ = ("_operands",)

    def __init__(
        self,
        trace: Trace,
        timeline: int,
        operands: Sequence[Operand],
        ancestry: Ancestry | None = None,
    ) -> None:
        super().__init__(trace, timeline, ancestry)
        self._operands = operands

    @staticmethod
    def fits(operands: Sequence[Operand]) -> bool:
        """Whether paths are keys of objects all the way, and none leads through another."""
        paths = [(operand.agent, *operand.prefix) for operand in operands]
        fixed = all(
            operand.path and len(operand.prefix) == len(operand.path) for operand in operands
        )
        return fixed and not any(
            one != other and one == other[: len(one)] for one in paths for other in paths
        )

    def state(self, agent: str | None) -> Value:
        """The operands after the event."""
        return self._reduced(agent, self.seq)

    def before(self, agent: str | None) -> Value:
        """The operands before the event."""
        return self._reduced(agent, self.seq - 1)

    def _reduced(self, agent: str | None, seq: int) -> Value:
        whose = self._whose(agent)
        if whose is None:
            return MISSING
        state: Object = {}
        for operand in self._operands:
            if operand.agent != agent:
                continue
            value = value_at(self._trace, self._timeline, whose, operand.path, seq)
            if value is not MISSING:
                *above, last = operand.prefix
                inner = state
                for key in above:
                    inner = inner.setdefault(key, {})  # type: ignore[assignment]  # made here
                inner[last] = value
        return state


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
