"""A value as it stands at a position, and what to tell somebody where there is none."""

from __future__ import annotations

from ttdebug.analyze.history import missing_path
from ttdebug.errors import NotFoundError
from ttdebug.model import JSON, MISSING, Position
from ttdebug.paths import Path, resolve
from ttdebug.store.trace import Trace


def value_at(trace: Trace, position: Position, path: Path, *, agent: str | None = None) -> JSON:
    """A value in the state of an agent, by default of the one whose state the position shows.

    It shares structure with other states: never change it. Raises NotFoundError that says where
    there is one.
    """
    seq, line = position.seq, position.timeline
    owner = agent or trace.owner(seq, line)
    state = MISSING if owner is None else trace.state(seq, owner, line)
    if owner is None or state is MISSING:
        raise NotFoundError(_no_state(trace, position, owner))
    value = resolve(state, path)
    if value is not MISSING:
        return value
    for other in [] if agent else trace.agents_with_state(line):
        if resolve(trace.state(seq, other, line), path) is not MISSING:
            raise NotFoundError(f"The state of {owner} has no such path. Try that of agent {other}")
    raise NotFoundError(missing_path(trace, line, owner, path, seq))


def _no_state(trace: Trace, position: Position, owner: str | None) -> str:
    whose = f"of {owner} " if owner else ""
    where = f"after event {position.seq}" if position.seq else "at the start"
    agents = trace.agents_with_state(position.timeline)
    if owner is None and len(agents) > 1:
        return f"Whose state {where}? Name an agent: {', '.join(agents)}"
    wanted = [owner] if owner in agents else agents
    lineage = trace.lineage(position.timeline)
    found = [trace.next_delta(lineage, 0, agent=agent) for agent in wanted]
    first = min((seq for seq in found if seq is not None), default=None)
    hint = f"The first is at event {first:,}" if first else "This timeline holds no state"
    return f"No state {whose}was recorded {where}. {hint}"
