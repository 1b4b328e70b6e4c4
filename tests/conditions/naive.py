"""Hits by the book: every event in order, every state looked up, no index, nothing remembered."""

from __future__ import annotations

from ttdebug.model import MISSING, Event, Value
from ttdebug.replay.conditions import Condition
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
    trace: Trace, condition: Condition, timeline: int, agent: str | None = None
) -> list[tuple[int, int]]:
    """(seq, ordinal) of each hit on a timeline, its prefix included."""
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
    trace: Trace, condition: Condition, agent: str | None = None
) -> list[tuple[int, int]]:
    """(seq, ordinal) of each hit, every event on the timeline that recorded it."""
    return sorted(
        (seq, ordinal)
        for timeline in trace.timelines
        for seq, ordinal in hits_on(trace, condition, timeline, agent)
        if trace.event(seq).timeline_id == timeline
    )
