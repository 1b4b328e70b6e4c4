"""What an event led to, as a person means it: a result also leads to what its call led to."""

from __future__ import annotations

from ttdebug.model import Edge, Event
from ttdebug.store.trace import Trace


def outcomes(trace: Trace, event: Event) -> list[Edge]:
    """The effects of an event, by seq; of a closing event also later ones of its opening.

    Whoever names a span as a cause means what came out of it, and the edge is on the opening.
    """
    found = {edge.seq: edge for edge in trace.effects(event.seq)}
    if event.opening is not None:
        for edge in trace.effects(event.opening):
            if edge.seq > event.seq:
                found.setdefault(edge.seq, edge)
    return [found[seq] for seq in sorted(found)]
