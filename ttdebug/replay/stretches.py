"""Where a condition on states holds or fails, and for how long: found by its turns."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator
from typing import Final, NamedTuple

from ttdebug.delta import apply
from ttdebug.errors import Cancelled
from ttdebug.model import MISSING, Value
from ttdebug.replay.ancestry import Ancestry
from ttdebug.replay.conditions import Condition
from ttdebug.replay.folding import Projection
from ttdebug.replay.frames import FoldedFrame
from ttdebug.replay.operands import OperandValues, changes
from ttdebug.store.trace import Trace

_EVERY: Final = 2048


class Stretch(NamedTuple):
    """Neighbouring events of a timeline, `first` to `last`; `agent` is whose state was judged.

    It is None where a condition names several agents, or was judged on events.
    """

    timeline: int
    agent: str | None
    first: int
    last: int


class Turn(NamedTuple):
    """From this event on a condition holds, or fails."""

    seq: int
    holds: bool


def stretches(
    trace: Trace,
    condition: Condition,
    *,
    holding: bool = True,
    timelines: Collection[int] | None = None,
    agents: Collection[str] | None = None,
    first: int = 1,
    last: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[Stretch]:
    """Where a condition on states alone (`condition.edge`) holds, or does not; ordered by `first`.

    It is judged for each agent that has a state (and is one of `agents`), from its first snapshot
    on; a condition that names the agents it reads, once for a timeline, from the first snapshot of
    any of them. Each event counts once, on the timeline that recorded it: what a fork inherits
    begins anew there.
    """

    def look(seq: int) -> None:
        if progress is not None:
            progress(seq, end)
        if cancelled is not None and cancelled():
            raise Cancelled(f"Stopped at event {seq:,} of {end:,}")

    end = trace.last_seq if last is None else min(last, trace.last_seq)
    found = [
        course.stretches(holding)
        for line in trace.timelines.values()
        if timelines is None or line.id in timelines
        for owner in _owners(trace, condition, line.id, agents)
        if (course := _Course(trace, condition, line.id, owner, look)).begin(first, end)
    ]
    return heapq.merge(*found, key=lambda stretch: stretch.first)


def frame_at(
    trace: Trace, condition: Condition, timeline: int, owner: str | None, seq: int
) -> FoldedFrame:
    """An event as a condition on states sees it for `owner`, who need not be its agent."""
    frame = FoldedFrame(Ancestry(trace, timeline))
    frame.stand_at(seq)
    frame.owner, frame.agent = owner, frame.event.agent
    for agent in _read(condition, owner):
        frame.states[agent] = trace.state(seq, agent, timeline)
    if frame.agent is not None and frame.agent in frame.states:
        frame.old = trace.before(seq, frame.agent, timeline)
    return frame


def _read(condition: Condition, owner: str | None) -> list[str]:
    """The agents whose states a condition reads, when it is judged for one of them."""
    named = dict.fromkeys([owner, *(operand.agent for operand in condition.reads.operands)])
    return [agent for agent in named if agent is not None]


def _owners(
    trace: Trace, condition: Condition, timeline: int, agents: Collection[str] | None
) -> Collection[str | None]:
    """Whose states are judged on a timeline; [None] for one judgement of named agents' states."""
    with_state = trace.agents_with_state(timeline)
    if condition.reads.own:
        return [owner for owner in with_state if agents is None or owner in agents]
    named = {operand.agent for operand in condition.reads.operands}
    if not named.intersection(with_state):
        return []
    return named if len(named) == 1 else [None]


class _Course:
    """How a condition fares along one timeline, as one agent sees it."""

    def __init__(
        self,
        trace: Trace,
        condition: Condition,
        timeline: int,
        owner: str | None,
        look: Callable[[int], None],
    ) -> None:
        self._trace = trace
        self._condition = condition
        self._timeline = timeline
        self._owner = owner
        self._look = look
        self._lineage = trace.lineage(timeline)
        self._agents = _read(condition, owner)
        self._subjects = [owner] if owner is not None else self._agents

    def begin(self, first: int, last: int) -> bool:
        """Narrow it to the timeline's own events in a range; False if there is none."""
        fork = self._trace.timelines[self._timeline].fork_seq
        start = self._lineage.index_of(max(first, fork + 1) - 1) + 1
        stop = self._lineage.index_of(last)
        if start > stop:
            return False
        self._first, self._last = self._lineage.seq_at(start), self._lineage.seq_at(stop)
        return True

    def stretches(self, holding: bool) -> Iterator[Stretch]:
        """Where it holds, or where it fails."""
        since: int | None = None
        for seq, holds in self._turns():
            if holds == holding and since is None:
                since = seq
            elif holds != holding and since is not None:
                yield self._stretch(since, self._before(seq))
                since = None
        if since is not None:
            yield self._stretch(since, self._last)

    def _stretch(self, first: int, last: int) -> Stretch:
        return Stretch(self._timeline, self._owner, first, last)

    def _before(self, seq: int) -> int:
        return self._lineage.seq_at(self._lineage.index_of(seq) - 1)

    def _turns(self) -> Iterator[Turn]:
        """Every event from which the answer may be another, the first one looked at included."""
        start = self._snapshot()
        if start is None:
            return
        states = {agent: self._state(start, agent) for agent in self._agents}
        if len(self._condition.reads.operands) == 1:
            yield from self._by_index(start, states)
        else:
            yield from self._folded(start, states)

    def _snapshot(self) -> int | None:
        """The first event with a state to judge."""
        if any(self._state(self._first, agent) is not MISSING for agent in self._subjects):
            return self._first
        found = [
            self._trace.next_delta(self._lineage, self._first, agent=agent)
            for agent in self._subjects
        ]
        seqs = [seq for seq in found if seq is not None and seq <= self._last]
        return min(seqs, default=None)

    def _by_index(self, start: int, states: dict[str, Value]) -> Iterator[Turn]:
        """For one operand: by its writes in the index."""
        operand, (agent,) = self._condition.reads.operands[0], self._agents
        holds = self._condition.on_value()
        yield Turn(start, holds(operand.value_in(states[agent])))
        along = OperandValues(
            self._trace, self._timeline, agent, operand, self._last, self._look, start + 1
        )
        for count, (seq, value) in enumerate(along.crossing(self._condition.single_test)):
            if count % _EVERY == 0:
                self._look(seq)
            yield Turn(seq, holds(value))

    def _folded(self, start: int, states: dict[str, Value]) -> Iterator[Turn]:
        """For several operands: along the changes that reach them."""
        operands = self._condition.reads.operands
        projection, holds = Projection(operands), self._condition.runner()
        frame = FoldedFrame(Ancestry(self._trace, self._timeline))
        frame.owner = self._owner
        frame.states.update(states)
        frame.stand_at(start)
        yield Turn(start, holds(frame))
        for written in changes(
            self._trace,
            operands,
            self._look,
            timeline=self._timeline,
            first=start + 1,
            last=self._last,
            agents=self._agents,
        ):
            if ops := projection.part(written.ops):
                before = frame.states.get(written.agent, MISSING)
                frame.states[written.agent] = apply(before, ops)
                frame.stand_at(written.seq)
                yield Turn(written.seq, holds(frame))

    def _state(self, seq: int, agent: str) -> Value:
        return self._trace.state(seq, agent, self._timeline)
