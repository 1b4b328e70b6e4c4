"""Which agents have an open span at each row of a window of the timeline."""

from __future__ import annotations

from collections.abc import Sequence

from ttdebug.model import Event
from ttdebug.store.trace import Lineage, Trace


def open_agents(
    trace: Trace, lineage: Lineage, events: Sequence[Event], agents: Sequence[str]
) -> list[frozenset[str]]:
    """For each event of a contiguous window, the agents with a span open just after it.

    Costs the window itself plus one index look-up per agent.
    """
    raise NotImplementedError
