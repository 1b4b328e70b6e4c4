"""A condition carried along a timeline: states folded from deltas, truth compared with before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from ttdebug.delta import Delta, apply
from ttdebug.model import MISSING, Event, Timeline
from ttdebug.paths import pointer
from ttdebug.replay.ancestry import Ancestry
from ttdebug.replay.conditions import Condition, Operand
from ttdebug.replay.frames import FoldedFrame, IndexedFrame, SeekFrame
from ttdebug.replay.reasons import reason, reason_at
from ttdebug.store.stream import Written
from ttdebug.store.trace import Trace

_REMEMBERED: Final = 4096


class Projection:
    """Which parts of a delta can reach the operands of a condition."""

    def __init__(self, operands: Iterable[Operand]) -> None:
        self._pointers = {pointer(operand.prefix) for operand in operands}
        self._below = tuple(path + "/" for path in self._pointers)
        self._known: dict[str, bool] = {}

    def part(self, ops: Delta) -> Delta:
        """The operations that write above, at or below an operand."""
        if "" in self._pointers:
            return ops
        known = self._known
        found = []
        for op in ops:
            path = str(op["path"])
            reaches = known.get(path)
            if reaches is None:
                if len(known) >= _REMEMBERED:
                    known.clear()
                reaches = known[path] = self._reaches(path)
            if reaches:
                found.append(op)
        return found

    def _reaches(self, path: str) -> bool:
        if path in self._pointers or path.startswith(self._below):
            return True
        above = path + "/"
        return any(pointer.startswith(above) for pointer in self._below)


class Judge:
    """Decides event by event, in order, whether a condition hits on one timeline.

    `count` is how many hits there were. This one looks states up at each event.
    """

    def __init__(self, trace: Trace, condition: Condition, timeline: int) -> None:
        self.trace = trace
        self.condition = condition
        self.timeline = timeline
        self.ancestry = Ancestry(trace, timeline)
        self.holds = condition.runner()
        self.count = 0
        self.frame: SeekFrame | FoldedFrame
        operands = condition.operands
        if operands and not condition.reads.changed and IndexedFrame.fits(operands):
            self.frame = IndexedFrame(trace, timeline, operands, self.ancestry)
        else:
            self.frame = SeekFrame(trace, timeline, self.ancestry)

    def branch(self, timeline: int) -> Judge:
        """One that goes on from here on a fork."""
        made = type(self)(self.trace, self.condition, timeline)
        made.count = self.count
        return made

    def write(self, written: Written) -> None:
        """Take over a change; must be called for each, up to and including the event judged."""

    def hits(self, seq: int, agent: str | None, event: Event | None) -> bool:
        """Whether the condition hits at an event; without `event`, `agent` must have a state."""
        del agent
        self.frame.stand_at(seq, event)
        return self.holds(self.frame)

    def why(self, seq: int) -> str | Callable[[], str]:
        """Why it hit at the event just judged, or how to find that out later."""
        return partial(reason_at, self.trace, self.condition, self.timeline, seq)


class Certain(Judge):
    """For events that the index lists only if the condition hits there."""

    def hits(self, seq: int, agent: str | None, event: Event | None) -> bool:
        """Always."""
        del seq, agent, event
        return True


class Walker(Judge):
    """A judge that folds the states it needs from the changes it is told."""

    def __init__(self, trace: Trace, condition: Condition, timeline: int) -> None:
        super().__init__(trace, condition, timeline)
        self.frame: FoldedFrame = FoldedFrame(self.ancestry)
        self._stateful = frozenset(trace.agents_with_state(timeline))
        self._projection = Projection(condition.reads.operands)
        self._own = condition.reads.own
        self._edge = condition.edge
        self._steady = not condition.reads.event
        self._last: dict[str | None, bool] = {}
        self._version = 0
        self._seen: dict[str | None, tuple[int, bool]] = {}

    def branch(self, timeline: int) -> Walker:
        """One that goes on from here on a fork."""
        made = Walker(self.trace, self.condition, timeline)
        made.count = self.count
        made.frame.states = dict(self.frame.states)
        made._last = dict(self._last)
        made._version = self._version
        made._seen = dict(self._seen)
        return made

    def write(self, written: Written) -> None:
        """Take over what an event changed in its agent's state, as far as it matters."""
        ops = self._projection.part(written.ops)
        if not ops:
            return
        frame, agent = self.frame, written.agent
        frame.seq, frame.agent = written.seq, agent
        frame.old = frame.states.get(agent, MISSING)
        frame.states[agent] = apply(frame.old, ops)
        self._version += 1

    def hits(self, seq: int, agent: str | None, event: Event | None) -> bool:
        """Whether the condition hits at an event; without `event`, `agent` must have a state."""
        frame = self.frame
        written = frame.seq == seq and frame.agent == agent
        if not written:
            frame.agent, frame.old = agent, frame.states.get(agent, MISSING)
        frame.stand_at(seq, event)
        key = self._place(agent)
        now = self._truth(key, written)
        if not self._edge:
            return now
        was, self._last[key] = self._last.get(key, False), now
        return now and not was

    def why(self, seq: int) -> str | Callable[[], str]:
        """Why it hit at the event just judged; the states at hand will soon be others."""
        del seq
        return reason(self.condition, self.frame)

    def _place(self, agent: str | None) -> str | None:
        """Set the owner of the state at hand, and say whose previous position counts."""
        if not self._own:
            return None
        owner = agent if agent in self._stateful else self.ancestry.owner(self.frame.event)
        self.frame.owner = owner
        return agent if owner is None else owner

    def _truth(self, key: str | None, written: bool) -> bool:
        """Where nothing was written since, a condition on states alone is as it was."""
        if not self._steady or (written and not self._edge):
            return self.holds(self.frame)
        seen = self._seen.get(key)
        if seen is None or seen[0] != self._version:
            seen = self._seen[key] = (self._version, self.holds(self.frame))
        return seen[1]


class Judges:
    """The judge of each timeline of a file; that of a fork starts as its parent stood there."""

    def __init__(self, trace: Trace, root: Callable[[int], Judge]) -> None:
        self._trace = trace
        self._root = root
        self._made: dict[int, Judge] = {}
        self._forks: dict[int, list[tuple[int, int]]] = {}
        for line in trace.timelines.values():
            if (stem := _stem(trace, line)) is not None:
                self._forks.setdefault(stem, []).append((line.fork_seq, line.id))
        for forks in self._forks.values():
            forks.sort(reverse=True)

    def at(self, timeline: int, seq: int) -> Judge:
        """The judge of a timeline, about to look at `seq`; events come in order."""
        judge = self._judge(timeline)
        forks = self._forks.get(timeline)
        while forks and forks[-1][0] < seq:
            fork = forks.pop()[1]
            self._made.setdefault(fork, judge.branch(fork))
        return judge

    def _judge(self, timeline: int) -> Judge:
        found = self._made.get(timeline)
        if found is None:
            stem = _stem(self._trace, self._trace.timelines[timeline])
            found = self._root(timeline) if stem is None else self._judge(stem).branch(timeline)
            self._made[timeline] = found
        return found


def _stem(trace: Trace, line: Timeline) -> int | None:
    """The timeline on whose own events a fork starts; None if it shares none."""
    parent = line.parent
    while parent is not None and line.fork_seq <= trace.timelines[parent].fork_seq:
        parent = trace.timelines[parent].parent
    return parent
