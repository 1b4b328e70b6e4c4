"""What to say where an event sees no state: whether there is any, and whose."""

from __future__ import annotations

from itertools import islice

from ttdebug.model import Event
from ttdebug.store.trace import Trace
from ttdebug.view.gate import Safe, lit, safe

_NAMED = 3


def no_state(trace: Trace, event: Event, timeline: int) -> Safe:
    """One sentence."""
    agents = trace.agents_with_state(timeline)
    if not agents:
        return lit("No state was recorded in this run")
    named = ", ".join(safe(agent, 40) for agent in islice(agents, _NAMED))
    more = f" and {len(agents) - _NAMED} more" if len(agents) > _NAMED else ""
    who = safe(event.agent, 40) if event.agent else lit("This event")
    return lit(f"{who} has no state. There is one of {named}{more}")
