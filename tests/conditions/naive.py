"""Hits by the book: every event in order, every state looked up, no index, nothing remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ttdebug.model import MISSING, Event, Value
from ttdebug.replay.conditions import AnyCondition, Condition, Temporal
from ttdebug.replay.conditions.checker import check
from ttdebug.replay.conditions.evaluate import Scope, evaluator
from ttdebug.replay.conditions.nodes import Sequence
from ttdebug.replay.conditions.pairing import reads_that
from ttdebug.replay.conditions.parser import parse
from ttdebug.store.trace import Trace


class NaiveFrame:
    """One event of a timeline."""

    def __init__(self, trace: Trace, timeline: int, event: Event) -> None:
        self.trace = trace
        self.timeline = timeline
        self.event = event
        self.owner = trace.owner(event.seq, timeline)

    def state(self, agent: str | None) -> Value:
        whose = agent or self.owner
        return MISSING if whose is None else self.trace.state(self.event.seq, whose, self.timeline)

    def before(self, agent: str | None) -> Value:
        whose = agent or self.owner
        return MISSING if whose is None else self.trace.before(self.event.seq, whose, self.timeline)

    def parent(self, event: Event) -> Event | None:
        if event.parent is None:
            return None
        found = self.trace.events(event.parent, event.parent, timeline=self.timeline)
        return next(found, None) or self.trace.event(event.parent)

    def depth(self, event: Event) -> int:
        above = self.parent(event)
        return 0 if above is None else self.depth(above) + 1

    def cause_depth(self, event: Event) -> int:
        causes = [self.trace.event(edge.seq) for edge in self.trace.causes(event.seq)]
        return max((self.cause_depth(cause) + 1 for cause in causes), default=0)


def hits_on(
    trace: Trace, condition: AnyCondition, timeline: int, agent: str | None = None
) -> list[tuple[int, int]]:
    """(seq, ordinal) of each hit on a timeline, its prefix included."""
    if not isinstance(condition, Temporal):
        return single_hits_on(trace, condition, timeline, agent)
    found = sequence_hits_on(trace, condition, timeline, agent)
    return [(seq, count) for count, seq in enumerate(found, 1)]


def sequence_hits_on(
    trace: Trace, condition: Temporal, timeline: int, agent: str | None
) -> Iterator[int]:
    """The events of A for which the definition holds, each compared with every event of B."""
    events = list(trace.events(timeline=timeline))
    rows = {event.seq: row for row, event in enumerate(events)}
    belongs = _belonging(trace, condition, timeline)
    alone = {seq for seq, _ in single_hits_on(trace, condition.other, timeline)}
    for seq, _ in single_hits_on(trace, condition.subject, timeline, agent):
        row = rows[seq]
        that = events[row]
        window = condition.window
        span = events[:row] if condition.link == "without" else events[row + 1 :]
        if window is not None and window.events:
            span = span[: window.events]
        elif window is not None:
            if that.time is None:
                continue
            limit = that.time + window.nanoseconds
            past = [at for at, event in enumerate(span) if (event.time or 0) > limit]
            span = span[: past[0]] if past else span
        there = any(
            event.agent == that.agent and event.seq in alone and belongs(event, that)
            for event in span
        )
        if there is (condition.link == "then"):
            yield seq


def _belonging(trace: Trace, condition: Temporal, timeline: int) -> Callable[[Event, Event], bool]:
    """Whether all of B holds at an event, `that` being another."""
    tree = parse(condition.text)
    assert isinstance(tree, Sequence)
    other = check(tree.other, condition.text, after_that=True)
    holds = evaluator(other)

    def belongs(event: Event, that: Event) -> bool:
        if not reads_that(other):
            return True
        scope = Scope(condition.text)
        scope.frame = NaiveFrame(trace, timeline, event)
        scope.that = that
        return bool(holds(scope))

    return belongs


def single_hits_on(
    trace: Trace, condition: Condition, timeline: int, agent: str | None = None
) -> list[tuple[int, int]]:
    """The same for a condition on single events."""
    last: dict[str | None, bool] = {}
    found: list[tuple[int, int]] = []
    reads = condition.reads
    for event in trace.events(timeline=timeline):
        frame = NaiveFrame(trace, timeline, event)
        now = condition.evaluate(frame)
        hit = now
        if reads.state and not (reads.event or reads.before or reads.changed):
            own = any(operand.agent is None for operand in reads.state)
            key = (frame.owner or event.agent) if own else "the timeline"
            hit = now and not last.get(key, False)
            last[key] = now
        if hit and agent in (None, event.agent):
            found.append((event.seq, len(found) + 1))
    return found


def hits_in_file(
    trace: Trace, condition: AnyCondition, agent: str | None = None
) -> list[tuple[int, int]]:
    """(seq, ordinal) of each hit, every event on the timeline that recorded it."""
    return sorted(
        (seq, ordinal)
        for timeline in trace.timelines
        for seq, ordinal in hits_on(trace, condition, timeline, agent)
        if trace.event(seq).timeline_id == timeline
    )
