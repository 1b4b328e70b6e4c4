"""Why a condition did not hit: the events that came nearest, and which terms failed there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, combinations, islice
from typing import Final

from ttdebug import paths
from ttdebug.analyze.history import doubts
from ttdebug.analyze.misses import Failed, NearMiss
from ttdebug.analyze.suggest import suggest_paths, suggest_values
from ttdebug.model import Position, Value
from ttdebug.replay import hits
from ttdebug.replay.conditions import AnyCondition, Condition, Operand, Temporal
from ttdebug.replay.conditions.making import exists, field_is, renamed, together
from ttdebug.replay.conditions.nodes import EventField, walk
from ttdebug.replay.following import Line
from ttdebug.replay.frames import SeekFrame
from ttdebug.replay.hits import Hit
from ttdebug.replay.work import Work
from ttdebug.replay.writes import ever_written, writes
from ttdebug.store.trace import Trace

MOST: Final = 10
"""Events that are named unless more are asked for."""

_SUBSETS: Final = 64
"""Ways of leaving out terms that are tried."""


def why_not(
    trace: Trace,
    condition: AnyCondition,
    *,
    at: Position | None = None,
    agent: str | None = None,
    limit: int = MOST,
    work: Work | None = None,
) -> list[NearMiss]:
    """The events that came nearest: those where the fewest terms failed, the nearest first.

    With a position its event comes first, and its timeline is looked at; without one the newest
    events of the whole file count as nearest. Raises Cancelled.
    """
    work = work or Work()
    if not isinstance(condition, Temporal):
        return _Terms(trace, condition, at, agent, limit, work).found()
    alone = _Terms(trace, condition.subject, at, agent, limit, work)
    found = _Followed(trace, condition, at, agent, limit, work).found()
    if not found:
        return alone.found()
    if at is None or not at.seq or found[0].seq == at.seq:
        return found
    return [alone.asked(at), *found][:limit]


class _Search:
    """What both kinds share: where is looked, and how near an event is."""

    def __init__(
        self, trace: Trace, at: Position | None, agent: str | None, limit: int, work: Work
    ) -> None:
        self._trace = trace
        self._at = at
        self._agent = agent
        self._limit = limit
        self._work = work
        self._near = trace.last_seq if at is None else at.seq
        self._timeline = None if at is None else at.timeline
        self._frames: dict[int, SeekFrame] = {}

    def nearest(self, condition: Condition) -> list[Hit]:
        """The hits of a condition around the position, as many as may be needed."""
        before: deque[Hit] = deque(maxlen=2 * self._limit)
        after: list[Hit] = []
        for hit in hits.find(
            self._trace, condition, timeline=self._timeline, agent=self._agent,
            progress=self._work.progress, cancelled=self._work.cancelled,
        ):  # fmt: skip
            if hit.seq <= self._near:
                before.append(hit)
                continue
            after.append(hit)
            if len(after) == 2 * self._limit:
                break
        return sorted((*before, *after), key=lambda hit: self.distance(hit.seq))

    def distance(self, seq: int) -> tuple[int, int]:
        """How far an event is; of two that are as far the later comes first."""
        return abs(seq - self._near), -seq

    def frame(self, seq: int, timeline: int) -> SeekFrame:
        """An event on a timeline, to evaluate terms on."""
        frame = self._frames.get(timeline)
        if frame is None:
            frame = self._frames[timeline] = SeekFrame(self._trace, timeline)
        frame.stand_at(seq)
        return frame


class _Followed(_Search):
    """Where A of a temporal condition hit, and what spoke against the whole."""

    def __init__(
        self,
        trace: Trace,
        condition: Temporal,
        at: Position | None,
        agent: str | None,
        limit: int,
        work: Work,
    ) -> None:
        super().__init__(trace, at, agent, limit, work)
        self._condition = condition
        self._lines: dict[int, Line] = {}

    def found(self) -> list[NearMiss]:
        """The nearest hits of A that are none of the condition."""
        return list(islice(self._misses(), self._limit))

    def _misses(self) -> Iterator[NearMiss]:
        condition = self._condition
        for hit in self.nearest(condition.subject):
            line = self._line(hit.timeline)
            verdict = line.verdict(hit)
            if verdict.hit:
                continue
            values: dict[str, Value] = {condition.label: verdict.other}
            failed = Failed(condition.rest, values, line.evidence(hit, verdict))
            held = tuple(term.text for term in condition.subject.terms)
            event = self.frame(hit.seq, hit.timeline).event
            yield NearMiss(event, hit.timeline, (failed,), held)

    def _line(self, timeline: int) -> Line:
        if timeline not in self._lines:
            others = hits.Search(
                self._trace, self._condition.other, timeline=timeline,
                cancelled=self._work.cancelled,
            )  # fmt: skip
            self._lines[timeline] = Line(self._trace, self._condition, timeline, others)
        return self._lines[timeline]


class _Terms(_Search):
    """Where all terms of a condition but a few held."""

    def __init__(
        self,
        trace: Trace,
        condition: Condition,
        at: Position | None,
        agent: str | None,
        limit: int,
        work: Work,
    ) -> None:
        super().__init__(trace, at, agent, limit, work)
        self._condition = condition
        self._terms = condition.terms
        self._found: dict[int, NearMiss] = {}
        self._hints: dict[str, str] = {}
        self._mended: dict[str, Condition] = {}

    def found(self) -> list[NearMiss]:
        """The event that was asked about, then the others."""
        first = [] if self._at is None or not self._at.seq else [self.asked(self._at)]
        for count in range(1, len(self._terms)):
            if len(self._found) >= self._limit:
                break
            for missing in islice(combinations(self._terms, count), _SUBSETS):
                rest = together(term for term in self._terms if term not in missing)
                self._look((hit.seq, hit.timeline) for hit in self.nearest(rest))
        if not self._found:
            self._look(chain.from_iterable(map(self._attempts, self._terms)))
        ranked = sorted(self._found.values(), key=self._rank)
        others = [miss for miss in ranked if not first or miss.seq != first[0].seq]
        return [*first, *others][: self._limit]

    def _rank(self, miss: NearMiss) -> tuple[int, tuple[int, int]]:
        """By the terms that failed, without those that hold as they may be meant."""
        frame = self.frame(miss.seq, miss.timeline)
        texts = {failed.term for failed in miss.failed}
        failing = [self._meant(term) for term in self._terms if term.text in texts]
        count = sum(not term.evaluate(frame) for term in failing)
        return count, self.distance(miss.seq)

    def _look(self, events: Iterable[tuple[int, int]]) -> None:
        for seq, timeline in events:
            if seq not in self._found:
                miss = self._miss(seq, timeline)
                if miss.failed:
                    self._found[seq] = miss

    def _miss(self, seq: int, timeline: int) -> NearMiss:
        frame = self.frame(seq, timeline)
        held = [term.evaluate(frame) for term in self._terms]
        failed = tuple(
            Failed(
                term.text,
                term.values(frame) | self._meant(term).values(frame),
                hint=self._hint(term),
            )
            for term, good in zip(self._terms, held, strict=True)
            if not good
        )
        good_ones = (term.text for term, good in zip(self._terms, held, strict=True) if good)
        return NearMiss(frame.event, timeline, failed, tuple(good_ones))

    def asked(self, at: Position) -> NearMiss:
        """The event at a position, even if most terms failed there or none did."""
        miss = self._miss(at.seq, at.timeline)
        if miss.failed or not self._condition.edge:
            return miss
        owner = self._trace.owner(at.seq, at.timeline) if self._condition.reads.own else None
        index = hits.HitIndex(self._trace, self._condition, at.timeline, owner)
        since = index.previous(at.seq + 1, self._work.cancelled, self._work.progress)
        if since is None or since.seq == at.seq:
            return miss
        told = f"it has been true since event {since.seq:,}"
        return replace(miss, failed=(Failed("becomes true", {}, told),))

    def _attempts(self, term: Condition) -> Iterator[tuple[int, int]]:
        """(seq, timeline) of events at which a term might have held, if only its value fitted."""
        meant = self._meant(term)
        if meant is not term:
            yield from ((hit.seq, hit.timeline) for hit in self.nearest(meant))
        for operand in meant.operands:
            yield from self._writes(operand)
        wanted = [
            field_is(field, near)
            for field, text in term.literals
            for near in (suggest_values(self._trace, field, text) or ())[:1]
        ]
        if not (wanted or term.operands):
            wanted = [exists(leaf) for leaf in walk(term.tree) if isinstance(leaf, EventField)]
        for condition in wanted:
            yield from ((hit.seq, hit.timeline) for hit in self.nearest(condition))

    def _writes(self, operand: Operand) -> Iterator[tuple[int, int]]:
        """The writes of a path in a state around the position."""
        trace, near, most = self._trace, self._near, self._limit
        for line in trace.timelines if self._timeline is None else [self._timeline]:
            start = 1 if self._timeline else trace.timelines[line].fork_seq + 1
            for owner in trace.agents_with_state(line):
                if operand.agent not in (None, owner) or self._agent not in (None, owner):
                    continue
                around = partial(writes, trace, line, owner, operand.path, work=self._work)
                back = around(first=start, last=near, reverse=True)
                ahead = around(first=max(start, near + 1))
                for write in chain(islice(back, most), islice(ahead, most)):
                    yield write.seq, line

    def _meant(self, term: Condition) -> Condition:
        """The term with the nearest existing path for each that nobody ever wrote."""
        if term.text not in self._mended:
            meant = term
            for operand in term.operands:
                if operand.path and not ever_written(self._trace, operand.path, operand.agent):
                    near = suggest_paths(self._trace, operand.path, agent=operand.agent, count=1)
                    if near:
                        meant = renamed(meant, operand, paths.parse(near[0].path))
            self._mended[term.text] = meant
        return self._mended[term.text]

    def _hint(self, term: Condition) -> str:
        """What may be wrong with a term: a path or a value that never occurred."""
        if term.text not in self._hints:
            self._hints[term.text] = next(doubts(self._trace, term), "")
        return self._hints[term.text]
