"""Causal edges as a person means them: whoever names a span as a cause means what came out of it.

The edge is stored on the opening. Where the span had ended by then, it is told as one from its
closing event, which in turn leads back to the opening.
"""

from __future__ import annotations

from dataclasses import replace

from ttdebug.model import Edge, Event
from ttdebug.store.trace import Trace


def origins(trace: Trace, event: Event) -> list[Edge]:
    """The causes of an event, by seq; a span that had ended is its closing event."""
    found: dict[int, Edge] = {}
    for edge in trace.causes(event.seq):
        end = _end(trace, edge.seq, event)
        found.setdefault(end or edge.seq, edge if end is None else replace(edge, seq=end))
    return [found[seq] for seq in sorted(found)]


def outcomes(trace: Trace, event: Event) -> list[Edge]:
    """The effects of an event, by seq; those of a span that had ended are its closing event's."""
    found: dict[int, Edge] = {}
    if event.opening is not None:
        for edge in trace.effects(event.opening):
            if _end(trace, event.opening, trace.event(edge.seq)) == event.seq:
                found[edge.seq] = edge
    for edge in trace.effects(event.seq):
        if not event.opens or _end(trace, event.seq, trace.event(edge.seq)) is None:
            found[edge.seq] = edge
    return [found[seq] for seq in sorted(found)]


def _end(trace: Trace, cause: int, effect: Event) -> int | None:
    """The closing event of a span that had ended, as the timeline of the effect knows it."""
    span = trace.event(cause)
    if not span.opens or effect.opening == cause:
        return None
    if span.timeline_id != effect.timeline_id:
        lineage = trace.lineage(effect.timeline_id)
        if not lineage.contains(cause):
            return None
        row = lineage.index_of(cause)
        span = trace.window(lineage, row, row + 1)[0]
    return span.closing if span.closing is not None and span.closing < effect.seq else None
