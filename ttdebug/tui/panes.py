"""What a position means for each pane: reads the trace and returns a function that lays it out.

Loading touches states and indexes and may take long; laying out is quick and knows the width.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, NamedTuple

from ttdebug.delta import Delta
from ttdebug.model import MISSING, Position
from ttdebug.tui.last_writes import LastWrites
from ttdebug.view import cells, diff, line, stateless
from ttdebug.view.event_detail import event_tree
from ttdebug.view.line import NOWHERE, FixedRows, Rows, span
from ttdebug.view.matches import Matches
from ttdebug.view.state_tree import StateTree

if TYPE_CHECKING:
    from ttdebug.model import Event, Value
    from ttdebug.store.trace import Trace

Layout = Callable[[int], Rows]


class Seen(NamedTuple):
    """An event and the state it sees; `owner` is None where there is no state at all."""

    position: Position
    event: Event
    owner: str | None
    before: Value = MISSING
    after: Value = MISSING
    delta: Delta | None = None


def look(trace: Trace, position: Position) -> Seen | None:
    """The event at a position with its owner's states; None at the start."""
    if not position.seq:
        return None
    event = trace.event(position.seq)
    owner = trace.owner(position.seq, position.timeline)
    if owner is None:
        return Seen(position, event, None)
    after = trace.state(position.seq, owner, position.timeline)
    if not event.has_state or event.agent != owner:
        return Seen(position, event, owner, after, after)
    before = trace.before(position.seq, owner, position.timeline)
    return Seen(position, event, owner, before, after, trace.delta(position.seq))


def message(*sentences: str) -> Layout:
    """A pane that has only something to say, in our own words."""

    def lay_out(width: int) -> Rows:
        parts = [part for text in sentences for part in cells.wrap(text, width - 2)]
        return FixedRows([((span(" "), span(part, "dim")), NOWHERE) for part in parts], width)

    return lay_out


def no_state(trace: Trace, seen: Seen) -> Layout:
    """A pane of an event without a state: still what went wrong at it."""
    why = stateless.no_state(trace, seen.event, seen.position.timeline)

    def lay_out(width: int) -> Rows:
        told = line.fit((span(" "), span(why, "dim")), width)
        lines = [*diff.fault_lines(seen.event, width), told]
        return FixedRows([(text, NOWHERE) for text in lines], width)

    return lay_out


def step_of(trace: Trace, seen: Seen) -> diff.Step | None:
    """What an event did to its owner's state, as the diff shows it."""
    if seen.owner is None:
        return None
    position = seen.position
    lineage = trace.lineage(position.timeline)
    index = lineage.index_of(position.seq)
    last = None
    if seen.delta is None:
        last = trace.next(lineage, position.seq, agent=seen.owner, with_state=True, reverse=True)
    agents = trace.agents_with_state(position.timeline)
    return diff.Step(
        event=seen.event,
        owner=seen.owner,
        before=seen.before,
        after=seen.after,
        delta=seen.delta,
        previous=lineage.seq_at(index - 1) if index > 0 else 0,
        others=[agent for agent in agents if agent != seen.owner],
        last_snapshot=last,
    )


def state_layout(
    trace: Trace,
    seen: Seen,
    unfolded: Collection[str],
    watched: Collection[str],
    matches: Matches | None = None,
) -> Layout:
    """The state tree of an event's owner."""
    owner, position = seen.owner, seen.position
    assert owner is not None

    last_write = LastWrites(trace, position, owner, seen.after)

    def lay_out(width: int) -> StateTree:
        return StateTree(
            seen.after,
            width,
            before=seen.before,
            delta=seen.delta,
            unfolded=unfolded,
            last_write=last_write,
            watched=watched,
            matches=matches,
        )

    return lay_out


def event_layout(
    trace: Trace, seen: Seen, unfolded: Collection[str], matches: Matches | None = None
) -> Layout:
    """All there is to know about an event."""
    causes = trace.causes(seen.event.seq)

    def lay_out(width: int) -> StateTree:
        return event_tree(seen.event, causes, width, unfolded, matches)

    return lay_out
