"""Motions along the events of a timeline, each in both directions; none of them moves anything.

`direction` is 1 (forwards) or -1. A motion answers where it leads, or why it leads nowhere.
"""

from __future__ import annotations

from collections.abc import Collection

from ttdebug.model import Edge, Event, Position, Status
from ttdebug.replay import positions
from ttdebug.replay.consequence import origins, outcomes
from ttdebug.replay.outcome import Moved, Outcome, Stayed, spoken
from ttdebug.replay.spans import Spans
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace


def step(trace: Trace, at: Position, direction: int, count: int = 1) -> Outcome:
    """So many events on or back, at most to the ends; the start counts as one position."""
    there = positions.step(trace, at, direction * count)
    if there != at:
        return Moved(there)
    if direction < 0:
        return Stayed(at, "This is the start", "next-event", "goes to the first event")
    return Stayed(at, f"{_number(at)} is the last event", "previous-event", "goes back")


def over(trace: Trace, at: Position, direction: int, work: Work) -> Outcome:
    """From one end of a span to the other, else to the next event that is not deeper."""
    if not at.seq:
        return step(trace, at, direction)
    event = trace.event(at.seq)
    spans = Spans(trace, at.timeline)
    if direction > 0:
        end = spans.closing(event) or spans.next_no_deeper(event, work)
    else:
        end = event.opening or spans.previous_no_deeper(event, work)
    if end is not None:
        return Moved(Position(at.timeline, end))
    if direction < 0:
        return Moved(Position(at.timeline, 0))
    if at == positions.parse(trace, "end", timeline=at.timeline):
        return step(trace, at, direction)
    if event.opens:
        return Stayed(
            at, f"The span opened at {_number(at)} was never closed", "next-event", "goes in"
        )
    fact = f"Everything after {_number(at)} lies deeper"
    return Stayed(at, fact, "next-event", "goes to the next event")


def into(trace: Trace, at: Position, direction: int, work: Work) -> Outcome:
    """From one end of a span to the nearest event inside it, else one event on."""
    if not at.seq:
        return step(trace, at, direction)
    event = trace.event(at.seq)
    spans = Spans(trace, at.timeline)
    inner = None
    if direction > 0 and event.opens:
        inner = spans.first_inside(event, work)
    elif direction < 0 and event.opening is not None:
        inner = spans.last_inside(event, work)
    return step(trace, at, direction) if inner is None else Moved(Position(at.timeline, inner))


def out(trace: Trace, at: Position, direction: int) -> Outcome:
    """To the end (or back to the opening) of the span around this event."""
    if not at.seq:
        return Stayed(at, "The start lies in no span", "next-event", "goes to the first event")
    spans = Spans(trace, at.timeline)
    opening = spans.enclosing(trace.event(at.seq))
    if opening is None:
        return Stayed(at, f"{_number(at)} lies in no span")
    if direction < 0:
        return Moved(Position(at.timeline, opening))
    end = spans.closing(trace.event(opening))
    if end is None:
        fact = f"The span opened at {spoken(opening)} was never closed"
        return Stayed(at, fact, "parent", "goes to where it opened")
    if end <= at.seq:
        fact = f"The span around {_number(at)} had ended before, at {spoken(end)}"
        return Stayed(at, fact, "parent", "goes to where it opened")
    return Moved(Position(at.timeline, end))


def parent(trace: Trace, at: Position) -> Outcome:
    """To the opening of the span this event lies in or closes."""
    opening = trace.event(at.seq).parent if at.seq else None
    if opening is None:
        return Stayed(at, f"{_number(at).capitalize()} lies in no span")
    return Moved(Position(at.timeline, opening))


def change(
    trace: Trace, at: Position, direction: int, work: Work, agent: str | None = None
) -> Outcome:
    """To the nearest event that changed the state of any agent, or of one."""
    lineage = trace.lineage(at.timeline)
    found: int | None = at.seq
    while found is not None:
        work.tick()
        found = trace.next_delta(lineage, found, agent=agent, reverse=direction < 0)
        if found is not None and trace.event(found).changes:
            break
    whose = f" of {agent}" if agent else ""
    return _found(at, found, direction, f"state change{whose}", "change")


def of_agent(trace: Trace, at: Position, direction: int, agent: str | None = None) -> Outcome:
    """To the nearest event of one agent; default: of the agent that acts here."""
    if agent is None and at.seq:
        agent = trace.event(at.seq).agent
    if agent is None:
        return Stayed(at, f"No agent acts at {_number(at)}")
    lineage = trace.lineage(at.timeline)
    found = trace.next(lineage, at.seq, agent=agent, reverse=direction < 0)
    if found is not None:
        return Moved(Position(at.timeline, found))
    return Stayed(at, f"No event of {agent} {_beyond(at, direction)}")


def error(trace: Trace, at: Position, direction: int, work: Work) -> Outcome:
    """To the nearest event of type `error` or status `error`; a failed span counts at its end."""
    by_type = _next(trace, at, direction, types={"error"})
    by_status: int | None = at.seq
    while by_status is not None:
        work.tick()
        by_status = _next(trace, Position(at.timeline, by_status), direction, statuses={"error"})
        if by_status is not None and not _fails_later(trace.event(by_status)):
            break
    found = [seq for seq in (by_type, by_status) if seq is not None]
    nearest = (min(found) if direction > 0 else max(found)) if found else None
    return _found(at, nearest, direction, "error", "error")


def cause(trace: Trace, at: Position, choice: int = 0) -> Outcome:
    """Along a causal edge to what led here; the first recorded one unless another is chosen."""
    edges = tuple(origins(trace, trace.event(at.seq))) if at.seq else ()
    if not edges:
        fact = "No cause is known"
        if at.seq and trace.event(at.seq).parent is not None:
            return Stayed(at, fact, "parent", "goes to the enclosing span")
        return Stayed(at, fact)
    return _along(trace, at, edges, choice)


def effect(trace: Trace, at: Position, choice: int = 0) -> Outcome:
    """Along a causal edge to what this event led to, on this timeline where there is such."""
    edges = tuple(outcomes(trace, trace.event(at.seq))) if at.seq else ()
    if not edges:
        return Stayed(at, "No effect is known")
    return _along(trace, at, edges, choice)


def switch(trace: Trace, at: Position, timeline: int) -> Outcome:
    """To the nearest position that is also on another timeline: here, or where the two part."""
    if timeline == at.timeline:
        return Stayed(at, f"This is {trace.timelines[timeline].name} already")
    here, there = trace.lineage(at.timeline), trace.lineage(timeline)
    low, high = 0, min(here.index_of(at.seq) + 1 if at.seq else 0, len(there))
    while low < high:
        middle = (low + high + 1) // 2
        if here.seq_at(middle - 1) == there.seq_at(middle - 1):
            low = middle
        else:
            high = middle - 1
    position = positions.at_count(trace, timeline, low)
    note = "" if position.seq == at.seq else f"The two part after {spoken(position.seq)}"
    return Moved(position, note=note)


def _along(trace: Trace, at: Position, edges: tuple[Edge, ...], choice: int) -> Outcome:
    lineage = trace.lineage(at.timeline)
    ordered = tuple(
        sorted(edges, key=lambda edge: (not lineage.contains(edge.seq), edge.kind == "inferred"))
    )
    taken = ordered[choice % len(ordered)]
    if lineage.contains(taken.seq):
        return Moved(Position(at.timeline, taken.seq), ordered)
    there = trace.event(taken.seq)
    position = Position(there.timeline_id, there.seq)
    return Moved(position, ordered, f"On timeline {there.timeline}")


def _next(
    trace: Trace,
    at: Position,
    direction: int,
    *,
    types: Collection[str] | None = None,
    statuses: Collection[Status] | None = None,
) -> int | None:
    lineage = trace.lineage(at.timeline)
    return trace.next(lineage, at.seq, types=types, statuses=statuses, reverse=direction < 0)


def _fails_later(event: Event) -> bool:
    """Whether the status is one the event's span ended with, later than here."""
    return event.opens and event.closing is not None


def _found(at: Position, seq: int | None, direction: int, what: str, action: str) -> Outcome:
    if seq is not None:
        return Moved(Position(at.timeline, seq))
    fact = f"No {what} {_beyond(at, direction)}"
    if direction > 0:
        return Stayed(at, fact, f"previous-{action}", "searches back")
    return Stayed(at, fact, f"next-{action}", "searches forward")


def _beyond(at: Position, direction: int) -> str:
    return f"{'after' if direction > 0 else 'before'} {_number(at)}"


def _number(at: Position) -> str:
    return spoken(at.seq)
