"""What led to an event, what it led to, and what lies inside what.

Containment and causation are different edges and are told apart: `relation` is "parent" or
"inside" for containment, else how the cause is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple

from ttdebug.analyze.history import Write, last_write, missing_path
from ttdebug.errors import NotFoundError
from ttdebug.model import Edge, EdgeKind, Event, Position
from ttdebug.paths import Path
from ttdebug.replay.consequence import origins, outcomes
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace

MOST: Final = 1000
"""Events followed from one, unless more are asked for."""


@dataclass(frozen=True, slots=True)
class Relative:
    """An event and how it hangs together with the one it was reached from.

    `relation` is "parent", "inside", "last write", or the rule of a causal edge ("cause" where it
    has none); `kind` tells a recorded edge from an inferred one. `depth` counts edges from the
    event asked about. `hidden` is how many further relatives lie directly behind it, not listed.
    """

    event: Event
    relation: str
    kind: EdgeKind = "recorded"
    depth: int = 1
    hidden: int = 0

    @property
    def seq(self) -> int:
        """The number of the event."""
        return self.event.seq


class _Link(NamedTuple):
    """The way from one event to a relative of it."""

    seq: int
    relation: str
    kind: EdgeKind = "recorded"


def ancestors(
    trace: Trace, seq: int, *, depth: int | None = None, limit: int = MOST
) -> list[Relative]:
    """Everything that led to an event: its causes and enclosing spans, and theirs, to the roots.

    The nearest in the recording first, each event once, at most `limit`, at most `depth` edges off.
    """
    found: list[Relative] = []
    seen = {seq}
    waiting = [(-link.seq, 1, link) for link in _origins(trace, trace.event(seq))]
    heapify(waiting)
    while waiting and len(found) < limit:
        _, steps, link = heappop(waiting)
        if link.seq in seen:
            continue
        seen.add(link.seq)
        event = trace.event(link.seq)
        further = [link for link in _origins(trace, event) if link.seq not in seen]
        hidden = 0
        if steps == depth:
            hidden = len(further)
        else:
            for origin in further:
                heappush(waiting, (-origin.seq, steps + 1, origin))
        found.append(Relative(event, link.relation, link.kind, steps, hidden))
    return found


def descendants(
    trace: Trace,
    seq: int,
    *,
    timeline: int | None = None,
    depth: int | None = None,
    limit: int = MOST,
) -> list[Relative]:
    """Everything an event led to, as a tree told from the top: a relative, then what it led to.

    Effects and the events inside a span it opens, each event once, where it is met first. With a
    `timeline` only what lies on it. `hidden` counts what `depth` or `limit` cut off, up to MOST.
    """
    most = max(limit, MOST)
    found: list[Relative] = []
    seen = {seq}
    waiting = [(link, 1) for link in reversed(_outcomes(trace, trace.event(seq), timeline, most))]
    while waiting and len(found) < limit:
        link, steps = waiting.pop()
        if link.seq in seen:
            continue
        seen.add(link.seq)
        event = trace.event(link.seq)
        further = [link for link in _outcomes(trace, event, timeline, most) if link.seq not in seen]
        cut = steps == depth or len(found) + 1 == limit
        if not cut:
            waiting += [(outcome, steps + 1) for outcome in reversed(further)]
        hidden = len(further) if cut else 0
        found.append(Relative(event, link.relation, link.kind, steps, hidden))
    return found


def roots(trace: Trace, run: str | None = None) -> Iterator[Event]:
    """The events that lie in no span, in seq order; of one run or of all."""
    lines = {line.id for line in trace.timelines.values() if run in (None, line.run)}
    for event in trace.events():
        if event.parent is None and event.timeline_id in lines:
            yield event


def inside(
    trace: Trace, opening: int, *, timeline: int | None = None, start: int = 0, limit: int = MOST
) -> list[Event]:
    """The events directly inside a span, its closing event too: `limit` of them, from `start` on.

    An event that `opens` may be asked in turn: the containment tree grows only where one looks.
    """
    seqs = trace.children(opening, timeline, limit=start + limit)
    return [trace.event(seq) for seq in seqs[start:]]


def inside_anywhere(trace: Trace, opening: Event) -> list[Event]:
    """The events directly inside a span on its own timeline and on every fork, in seq order."""
    lines = _lines(trace, opening.run)
    seqs = {seq for line in lines for seq in trace.children(opening.seq, line)}
    return [trace.event(seq) for seq in sorted(seqs)]


def why(
    trace: Trace, path: Path, position: Position, *, agent: str | None = None, limit: int = MOST
) -> list[Relative]:
    """Why a path has its value at a position: the last write, then what led to it, to the root.

    Whose state, and what it raises, is as with `deciding_write`.
    """
    return behind(trace, deciding_write(trace, path, position, agent=agent), limit=limit)


def deciding_write(
    trace: Trace,
    path: Path,
    position: Position,
    *,
    agent: str | None = None,
    work: Work | None = None,
) -> Write:
    """The last write of a path up to a position, equal ones left aside.

    Without an `agent` it is the state that the position shows, or if the path was never written
    there, the one in which it was written last. Raises NotFoundError where it never was.
    """
    owner = agent or trace.owner(position.seq, position.timeline)
    write = last_write(trace, path, position, owner, work=work) if owner else None
    if write is None and agent is None:
        others = (
            last_write(trace, path, position, other, work=work)
            for other in trace.agents_with_state(position.timeline)
        )
        write = max((found for found in others if found), key=lambda found: found.seq, default=None)
    if write is None:
        if owner is None:
            raise NotFoundError(f"No state was recorded at {position.seq:,}")
        at = position
        raise NotFoundError(missing_path(trace, at.timeline, owner, path, at.seq, work=work))
    return write


def behind(trace: Trace, write: Write, *, limit: int = MOST) -> list[Relative]:
    """A write, then what led to it, the nearest first, to the root."""
    first = Relative(write.event, "last write", depth=0)
    return [first, *ancestors(trace, write.seq, limit=limit)]


def _origins(trace: Trace, event: Event) -> list[_Link]:
    """What an event came from, its causes before the span around it."""
    links = [_link(edge) for edge in origins(trace, event)]
    if event.parent is not None and all(link.seq != event.parent for link in links):
        links.append(_Link(event.parent, "parent"))
    return links


def _outcomes(trace: Trace, event: Event, timeline: int | None, most: int) -> list[_Link]:
    """What came from an event, in seq order, at most so many."""
    links = {edge.seq: _link(edge) for edge in outcomes(trace, event)}
    if event.opens:
        lines = [timeline] if timeline is not None else _lines(trace, event.run)
        for line in lines:
            for child in trace.children(event.seq, line, limit=most):
                links.setdefault(child, _Link(child, "inside"))
    if timeline is not None:
        lineage = trace.lineage(timeline)
        links = {seq: link for seq, link in links.items() if lineage.contains(seq)}
    return [links[seq] for seq in sorted(links)[:most]]


def _lines(trace: Trace, run: str) -> list[int]:
    return [line.id for line in trace.timelines.values() if line.run == run]


def _link(edge: Edge) -> _Link:
    return _Link(edge.seq, edge.rule or "cause", edge.kind)
