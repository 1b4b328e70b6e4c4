"""Two positions, of one recording or of two, and how the states there differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from ttdebug.analyze.compare import EXACT, Options, compare
from ttdebug.analyze.touched import touched
from ttdebug.errors import NotFoundError, UsageError
from ttdebug.model import MISSING, Change, Position, Value
from ttdebug.replay.names import timeline_name
from ttdebug.store.trace import Trace

COUNTED: Final = 100
"""Differences of one agent that was not asked for."""

_NAMED: Final = 4
_LOOKED_AT: Final = 8


class Side(NamedTuple):
    """One end of a comparison: an opened recording, as its `file`, and a place in it."""

    trace: Trace
    position: Position
    file: str

    @property
    def seq(self) -> int:
        """The event at whose end we stand."""
        return self.position.seq

    @property
    def timeline(self) -> int:
        """The timeline's id."""
        return self.position.timeline

    @property
    def timeline_name(self) -> str:
        """The timeline's name, with its run's where the name alone means another."""
        return timeline_name(self.trace, self.timeline)

    @property
    def owner(self) -> str | None:
        """Whose state the event there shows."""
        return self.trace.owner(self.seq, self.timeline) if self.seq else None

    @property
    def agents(self) -> Sequence[str]:
        """Agents with a state on the timeline."""
        return self.trace.agents_with_state(self.timeline)


class Sides(NamedTuple):
    """Both ends."""

    a: Side
    b: Side

    @property
    def names(self) -> tuple[str, str]:
        """What tells the two apart: their files, else their timelines, else their positions."""
        a, b = self
        if a.file != b.file:
            return _shortest(Path(a.file).parts, Path(b.file).parts)
        if a.timeline != b.timeline:
            return a.timeline_name, b.timeline_name
        return _number(a.seq), _number(b.seq)

    def owners(self, agent: str | None = None) -> tuple[str, str]:
        """Whose states are compared: `agent`'s, else at both ends that of B.

        Where A's timeline does not know B's agent, each side shows its own. Raises UsageError for
        an agent neither side knows, NotFoundError where no state was recorded at B.
        """
        a, b = self
        if agent is not None:
            known = {name for side in self for run in side.trace.runs for name in run.agents}
            if agent not in known:
                raise UsageError(
                    f"No agent {agent!r} in what is compared. There are: {', '.join(sorted(known))}"
                )
            return agent, agent
        mine = b.owner
        if mine is None:
            where = f"{b.seq:,} of" if b.seq else "the start of"
            raise NotFoundError(
                f"No state was recorded at {where} {b.timeline_name},"
                " so there is nothing to compare"
            )
        return (mine if mine in a.agents else a.owner or mine), mine


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two states differ; `touched` are JSON Pointers written in between that are as before."""

    sides: Sides
    owners: tuple[str, str]
    old: Value
    new: Value
    changes: Sequence[Change]
    touched: Sequence[str] = ()

    def nothing_common(self) -> str | None:
        """A sentence where the two states share no path at all; None where they do."""
        old, new, names = self.old, self.new, self.sides.names
        if old is MISSING or new is MISSING:
            there, missing = (names[1], names[0]) if old is MISSING else names
            both = old is new
            return None if both else f"There is a state only in {there}, none in {missing}"
        if not isinstance(old, dict) or not isinstance(new, dict):
            return None
        if not old or not new or old.keys() & new.keys():
            return None
        return (
            "The two states have no path in common:"
            f" {names[0]} has {_some(old)}; {names[1]} has {_some(new)}"
        )


class Differing(NamedTuple):
    """An agent whose states differ, and in how many paths, at most `COUNTED`."""

    agent: str
    paths: int


def compare_sides(
    sides: Sides,
    options: Options = EXACT,
    *,
    agent: str | None = None,
    limit: int | None = None,
) -> Comparison:
    """Compare the states of an agent at two positions, at most `limit` differences of them.

    Raises what `Sides.owners` does, and UsageError where states are too large for the options.
    """
    a, b = sides
    owners = sides.owners(agent)
    old = a.trace.state(a.seq, owners[0], a.timeline)
    new = b.trace.state(b.seq, owners[1], b.timeline)
    changes = compare(old, new, options, limit=limit)
    same: Sequence[str] = ()
    if a.trace is b.trace and owners[0] == owners[1]:
        same = touched(a.trace, a.position, b.position, owners[1], old, new)
    return Comparison(sides, owners, old, new, changes, same)


def also_differ(found: Comparison, options: Options = EXACT) -> list[Differing]:
    """The other agents whose states differ between the two positions, those that do most first.

    Looks at a few agents only, and counts no further than `COUNTED`.
    """
    a, b = found.sides
    agents = [name for name in dict.fromkeys([*b.agents, *a.agents]) if name not in found.owners]
    differing = []
    for agent in agents[:_LOOKED_AT]:
        old = a.trace.state(a.seq, agent, a.timeline)
        new = b.trace.state(b.seq, agent, b.timeline)
        if old is MISSING or new is MISSING:
            continue
        try:
            count = len(compare(old, new, options, limit=COUNTED))
        except UsageError:  # too large for the options, and nobody asked for it
            continue
        if count:
            differing.append(Differing(agent, count))
    return sorted(differing, key=lambda one: -one.paths)


def _shortest(a: Sequence[str], b: Sequence[str]) -> tuple[str, str]:
    """The ends of two different paths, as long as it takes to tell them apart."""
    depth = 1
    while a[-depth:] == b[-depth:]:
        depth += 1
    return str(Path(*a[-depth:])), str(Path(*b[-depth:]))


def _number(seq: int) -> str:
    return f"{seq:,}" if seq else "start"


def _some(keys: Iterable[str]) -> str:
    listed = list(keys)
    more = f" and {len(listed) - _NAMED:,} more" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more
