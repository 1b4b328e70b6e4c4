"""Which agents have an open span at each row of a window of the timeline."""

from __future__ import annotations

from collections.abc import Sequence

from ttdebug.model import Event
from ttdebug.store.lineage import Lineage
from ttdebug.store.trace import Trace

_DEEPEST = 64
"""How many enclosing spans are followed above the window, per agent."""


def open_agents(
    trace: Trace, lineage: Lineage, events: Sequence[Event], agents: Sequence[str]
) -> list[frozenset[str]]:
    """For each event of a contiguous window, the agents with a span open just after it.

    Costs the window itself plus one index look-up per agent, and one event per enclosing span.
    """
    if not events:
        return []
    spans = _open_above(trace, lineage, events[0], agents)
    found = []
    for event in events:
        spans = {seq: span for seq, span in spans.items() if not _over(span, event.seq)}
        if event.opens and not _over(event, event.seq):
            spans[event.seq] = event
        found.append(frozenset(span.agent for span in spans.values() if span.agent))
    return found


def _over(span: Event, seq: int) -> bool:
    return span.closing is not None and span.closing <= seq


def _open_above(
    trace: Trace, lineage: Lineage, first: Event, agents: Sequence[str]
) -> dict[int, Event]:
    """Spans that were opened before the first row and are not over there.

    An agent's last event before the window stands inside, or opens, every span of its own that is
    still open, so its chain of parents has them all.
    """
    spans: dict[int, Event] = {}
    starts = [trace.next(lineage, first.seq, agent=agent, reverse=True) for agent in agents]
    for start in [first.parent, *starts]:
        seq = start
        for _ in range(_DEEPEST):
            if seq is None or seq in spans:
                break
            event = trace.event(seq)
            if event.opens and event.seq < first.seq and not _over(event, first.seq - 1):
                spans[seq] = event
            seq = event.parent
    return spans
