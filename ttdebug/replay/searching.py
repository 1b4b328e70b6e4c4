"""The work behind a search for hits: one generator per plan, merged over timelines."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, NamedTuple

from ttdebug.errors import Cancelled
from ttdebug.model import Event
from ttdebug.replay.conditions import Condition, Operand
from ttdebug.replay.folding import Certain, Judge, Judges, Walker
from ttdebug.replay.hit import Hit
from ttdebug.replay.operands import OperandValues, changes
from ttdebug.replay.planner import PlanName, choose
from ttdebug.replay.reasons import reason_at
from ttdebug.replay.spells import Spell, groups, spells, tests_of
from ttdebug.store.stream import Written
from ttdebug.store.trace import Trace

_EVERY: Final = 2048
_GLANCES: Final = 64
_BY_INDEX: Final = frozenset({"touches", "spells", "within"})
_JUDGES: Final[dict[PlanName, type[Judge]]] = {
    "kinds": Certain, "seeks": Judge, "within": Judge, "events": Judge,
}  # fmt: skip
_DIFFERS_BY_TIMELINE: Final = frozenset({"status", "duration", "parent"})


class _Look(NamedTuple):
    """An event to judge; `event` is None where the condition may not need it."""

    seq: int
    timeline: int
    agent: str | None
    event: Event | None


class Search:
    """Hits in order, found while they are asked for; see `hits.find`.

    `plan` says how they are found, `candidates` how many events were looked at. When iterating was
    stopped by Cancelled, it cannot go on.
    """

    def __init__(
        self,
        trace: Trace,
        condition: Condition,
        *,
        timeline: int | None = None,
        agent: str | None = None,
        first: int = 1,
        last: int | None = None,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self.plan = choose(trace, condition, timeline)
        self.candidates = 0
        self.progress = progress
        self.cancelled = cancelled
        self._trace = trace
        self._condition = condition
        self._timeline = timeline
        self._agent = agent
        self._first = first
        self._last = trace.last_seq if last is None else min(last, trace.last_seq)
        self._glances = 0
        self._found = self._hits()

    def __iter__(self) -> Iterator[Hit]:
        return self

    def __next__(self) -> Hit:
        return next(self._found)

    def explain(self) -> list[str]:
        """How hits are found, and how many events were looked at so far."""
        trace, line = self._trace, self._timeline
        events = trace.last_seq if line is None else len(trace.lineage(line))
        looked = f"looked at {self.candidates:,} of {events:,} events"
        return [*self.plan.explain(), looked]

    def _hits(self) -> Iterator[Hit]:
        if self.plan.name == "nothing":
            return
        self._look(0)
        found = self._in_file() if self._timeline is None else self._on(self._timeline)
        for hit in found:
            if hit.seq >= self._first:
                yield hit

    def _in_file(self) -> Iterator[Hit]:
        """Each event on the timeline that recorded it."""
        if len(self._trace.timelines) == 1:
            return self._on(next(iter(self._trace.timelines)))
        alone = [
            line
            for line in self._trace.timelines
            if self.plan.name in _BY_INDEX or not self._shares(line)
        ]
        streams = [self._own(line) for line in alone]
        if len(alone) < len(self._trace.timelines):
            streams.append(self._together(frozenset(alone)))
        return heapq.merge(*streams, key=_seq) if len(streams) != 1 else streams[0]

    def _own(self, timeline: int) -> Iterator[Hit]:
        """The hits on a timeline without those of its prefix."""
        line = self._trace.timelines[timeline]
        for hit in self._on(timeline):
            if line.parent is None or hit.seq > line.fork_seq:
                yield hit

    def _shares(self, timeline: int) -> bool:
        """Whether what a fork sees in its prefix is what its parent sees there."""
        line = self._trace.timelines[timeline]
        if line.parent is None:
            return True
        reads = self._condition.reads
        if reads.event & _DIFFERS_BY_TIMELINE or not self._shares(line.parent):
            return False
        agents = self._trace.agents_with_state
        return not reads.own or set(agents(timeline)) == set(agents(line.parent))

    def _on(self, timeline: int) -> Iterator[Hit]:
        """Every hit on a timeline, its prefix included."""
        if self.plan.name == "touches":
            return self._by_touches(timeline)
        if self.plan.name == "spells":
            return self._by_spells(timeline)
        judge = self._judge(timeline)
        return self._judged(timeline, lambda _, __: judge, named=timeline)

    def _together(self, without: frozenset[int]) -> Iterator[Hit]:
        """The hits on all other timelines, in one pass over the file."""
        judges = Judges(self._trace, self._judge)

        def at(timeline: int, seq: int) -> Judge | None:
            return None if timeline in without else judges.at(timeline, seq)

        return self._judged(None, at)

    def _judge(self, timeline: int) -> Judge:
        kind = _JUDGES.get(self.plan.name, Walker)
        return kind(self._trace, self._condition, timeline)

    def _judged(
        self,
        timeline: int | None,
        judge_at: Callable[[int, int], Judge | None],
        named: int | None = None,
    ) -> Iterator[Hit]:
        for look, due in self._looks(timeline):
            for written in due:
                if writer := judge_at(written.timeline, written.seq):
                    writer.write(written)
            judge = judge_at(look.timeline, look.seq)
            if judge is None:
                continue
            self._tick(look.seq)
            hit = judge.hits(look.seq, look.agent, look.event)
            if hit and (self._agent is None or look.agent == self._agent):
                judge.count += 1
                why = judge.why(look.seq)
                yield Hit(look.seq, named or look.timeline, look.agent, judge.count, why)

    def _looks(self, timeline: int | None) -> Iterator[tuple[_Look, Iterable[Written]]]:
        """The events to judge, each with the changes since the one before, its own included."""
        if self.plan.name == "writes":
            for written in self._changes(timeline):
                yield _Look(written.seq, written.timeline, written.agent, None), (written,)
            return
        coming = self._changes(timeline) if self.plan.name == "walk" else iter(())
        ahead = next(coming, None)
        for look in self._candidates(timeline):
            due: list[Written] = []
            while ahead is not None and ahead.seq <= look.seq:
                due.append(ahead)
                ahead = next(coming, None)
            yield look, due

    def _candidates(self, timeline: int | None) -> Iterator[_Look]:
        if self.plan.name == "within" and timeline is not None:
            for first, last in self._stretches(timeline):
                yield from self._between(timeline, first, last)
            return
        yield from self._between(timeline, 1, self._last)

    def _between(self, timeline: int | None, first: int, last: int) -> Iterator[_Look]:
        if self.plan.name == "kinds":
            admits = self._condition.admits
            listed = self._trace.listed(
                lambda type_, agent: admits("type", type_) and admits("agent", agent),
                first, last, timeline=timeline,
            )  # fmt: skip
            for seq, line, agent in listed:
                yield _Look(seq, line, agent, None)
            return
        if self._condition.reads.event or self._condition.constant:
            for event in self._events(timeline, first, last):
                yield _Look(event.seq, event.timeline_id, event.agent, event)
            return
        for seq, line, agent in self._trace.briefs(first, last, timeline=timeline):
            yield _Look(seq, line, agent, None)

    def _stretches(self, timeline: int) -> Iterator[Spell]:
        """Where the tests of single paths hold, whoever's state they are about; none twice."""
        done = 0
        for spell in heapq.merge(*self._spells(timeline)):
            if spell.last > done:
                yield Spell(max(spell.first, done + 1), spell.last)
                done = spell.last

    def _spells(self, timeline: int) -> list[Iterator[Spell]]:
        found = groups(self._trace, timeline, tests_of(self._condition))
        return [spells(self._trace, timeline, group, self._last, self._glance) for group in found]

    def _events(self, timeline: int | None, first: int, last: int) -> Iterator[Event]:
        plan = self.plan
        if plan.names is not None:
            return self._trace.named(plan.names, first, last, timeline=timeline)
        agent = plan.agent
        if agent is None and not self._condition.edge:
            agent = self._agent
        return self._trace.events(
            first, last, timeline=timeline, types=plan.types, agent=agent, statuses=plan.statuses
        )

    def _changes(self, timeline: int | None) -> Iterator[Written]:
        operands = self._condition.reads.operands
        return changes(self._trace, operands, self._look, timeline=timeline, last=self._last)

    def _by_touches(self, timeline: int) -> Iterator[Hit]:
        """For one operand: where its writes made the condition become true."""
        operand = self._condition.reads.operands[0]
        agents = self._trace.agents_with_state(timeline)
        if operand.agent is not None:
            agents = tuple(agent for agent in agents if agent == operand.agent)
        if self._agent is not None:
            agents = tuple(agent for agent in agents if agent == self._agent)
        streams = [self._edges(timeline, agent, operand) for agent in agents]
        for count, (seq, agent) in enumerate(heapq.merge(*streams), 1):
            yield Hit(seq, timeline, agent, count, self._why(timeline, seq))

    def _by_spells(self, timeline: int) -> Iterator[Hit]:
        """For several tests: where the last of them begins to hold."""
        count = 0
        for spell in heapq.merge(*self._spells(timeline)):
            self._tick(spell.first)
            agent = self._trace.event(spell.first).agent
            if self._agent in (None, agent):
                count += 1
                yield Hit(spell.first, timeline, agent, count, self._why(timeline, spell.first))

    def _edges(self, timeline: int, agent: str, operand: Operand) -> Iterator[tuple[int, str]]:
        """(seq, agent) wherever a test of one operand becomes true."""
        holds = self._condition.on_value()
        was = False
        along = OperandValues(self._trace, timeline, agent, operand, self._last, self._look)
        for seq, value in along.crossing(self._condition.single_test):
            self._tick(seq)
            now = holds(value)
            if now and not was:
                yield seq, agent
            was = now

    def _why(self, timeline: int, seq: int) -> Callable[[], str]:
        return partial(reason_at, self._trace, self._condition, timeline, seq)

    def _tick(self, seq: int) -> None:
        self.candidates += 1
        if self.candidates % _EVERY == 0:
            self._look(seq)

    def _glance(self, seq: int) -> None:
        """As `_look`, for those that ask at each step."""
        self._glances += 1
        if self._glances % _GLANCES == 0:
            self._look(seq)

    def _look(self, seq: int) -> None:
        if self.progress is not None:
            self.progress(seq, self._last)
        if self.cancelled is not None and self.cancelled():
            raise Cancelled(f"Stopped at event {seq:,} of {self._last:,}")


def _seq(hit: Hit) -> int:
    return hit.seq
