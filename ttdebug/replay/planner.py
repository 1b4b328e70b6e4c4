"""How the hits of a condition are looked for: from which index, or along which fold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ttdebug.replay.conditions import Condition
from ttdebug.replay.spells import PathTest, Survey, indexed, survey, tests_of
from ttdebug.store.schema import STATUSES
from ttdebug.store.trace import Trace

PlanName: TypeAlias = Literal[
    "nothing", "kinds", "events", "touches", "spells", "within", "writes", "seeks", "walk"
]

_ABOUT: Final[dict[PlanName, str]] = {
    "nothing": "no event of this recording can fit",
    "kinds": "lists the events from the index, without reading them",
    "events": "reads the events that the index lists",
    "touches": "reads the writes of one path from the index",
    "spells": "reads from the index where each path fits, and leaps to where all do",
    "within": "reads from the index where the paths fit, and looks at the events there",
    "writes": "folds the changes and looks where they reach what is read",
    "seeks": "reads the events that the index lists, and the state at each",
    "walk": "reads the events that the index lists and folds the changes between them",
}
_FEW: Final = 200
_SHARE: Final = 100
_NARROW: Final = 0.1  # of the events, from where on folding all changes costs less
_PACE: Final = 20  # events passed by each question to the index, below which folding costs less
_MANY: Final = 16  # timelines, too many to sample


@dataclass(frozen=True, slots=True)
class Plan:
    """A way to find hits; the filters say which events the index has to list (None: any)."""

    name: PlanName
    types: Collection[str] | None = None
    agent: str | None = None
    statuses: Collection[str] | None = None
    names: Collection[str] | None = None

    def explain(self) -> list[str]:
        """The plan in plain words."""
        lines = [f"{self.name}: {_ABOUT[self.name]}"]
        if self.types is not None:
            lines.append("event types: " + (", ".join(sorted(self.types)) or "none"))
        if self.agent is not None:
            lines.append(f"agent: {self.agent}")
        if self.statuses is not None:
            lines.append("statuses: " + ", ".join(sorted(self.statuses)))
        if self.names is not None:
            lines.append("names: " + ", ".join(sorted(self.names)))
        if self.everything:
            lines.append("no index answers this condition: every event is looked at")
        return lines

    @property
    def everything(self) -> bool:
        """Whether every event has to be looked at."""
        listed = (self.types, self.agent, self.statuses, self.names)
        return self.name in ("events", "walk") and all(part is None for part in listed)


def choose(trace: Trace, condition: Condition, timeline: int | None) -> Plan:
    """The cheapest way to find every hit of a condition on a timeline, or in the whole file."""
    if condition.constant and not condition.true_without_state:
        return Plan("nothing")
    if only_at_writes(condition):
        if len(condition.reads.operands) == 1:
            return Plan("touches")
        return Plan("spells" if _leaps(trace, condition, timeline) else "writes")
    types, expected = _types(trace, condition, timeline)
    agents = _agents(trace, condition)
    statuses = _statuses(condition)
    names = condition.names
    if types == set() or statuses == set() or agents == [] or names == frozenset():
        return Plan("nothing")
    agent = agents[0] if agents is not None and len(agents) == 1 else None
    few = expected <= max(_FEW, trace.last_seq // _SHARE)
    if few or statuses is not None:
        names = None
    if condition.by_kind:
        return Plan("kinds", types, agent)
    if not condition.reads.operands:
        return Plan("events", types, agent, statuses, names)
    if few and types is not None and not condition.edge:
        return Plan("seeks", types, agent, statuses)
    if not condition.edge and _narrow(trace, condition, timeline):
        return Plan("within", types, agent, statuses, names)
    if condition.changed_tests:
        return Plan("writes")
    if few and not condition.edge:
        return Plan("seeks", types, agent, statuses)
    return Plan("walk", types, agent, statuses, names)


def only_at_writes(condition: Condition) -> bool:
    """Whether a condition on states alone can hit only where an operand's path was written.

    Not so for one that holds where nothing was written yet, or that compares an agent's own state
    with that of another, which may have been written in between.
    """
    own = {operand.agent is None for operand in condition.reads.operands}
    return condition.edge and len(own) == 1 and not condition.true_without_state


def _leaps(trace: Trace, condition: Condition, timeline: int | None) -> bool:
    """Whether every term is a test of one path, and the index soon tells where each holds."""
    tests = tests_of(condition)
    if len(tests) < len(condition.terms):
        return False
    found = _surveys(trace, tests, timeline)
    return found is not None and all(one.pace >= _PACE for one in found)


def _narrow(trace: Trace, condition: Condition, timeline: int | None) -> bool:
    """Whether tests of single paths leave only a few stretches in which it may hit."""
    found = _surveys(trace, tests_of(condition), timeline)
    return found is not None and all(one.pace >= _PACE and one.share <= _NARROW for one in found)


def _surveys(trace: Trace, tests: Sequence[PathTest], timeline: int | None) -> list[Survey] | None:
    """What it takes to find where tests hold, on each timeline; None if the index cannot tell."""
    lines = list(trace.timelines) if timeline is None else [timeline]
    if len(lines) > _MANY or not all(indexed(trace, line, tests) for line in lines):
        return None
    return [survey(trace, line, tests) for line in lines]


def _types(trace: Trace, condition: Condition, timeline: int | None) -> tuple[set[str] | None, int]:
    """The event types that may hit, None if any may, and how many events there are of them."""
    counts = trace.count_types(timeline)
    fitting = {name: count for name, count in counts.items() if condition.admits("type", name)}
    tested = "type" in condition.field_tests
    return (set(fitting) if tested else None), sum(fitting.values())


def _agents(trace: Trace, condition: Condition) -> list[str] | None:
    """The agents whose events may hit; None if any may, also events without an agent."""
    if "agent" not in condition.field_tests or condition.admits("agent", None):
        return None
    known = dict.fromkeys(agent for run in trace.runs for agent in run.agents)
    return [agent for agent in known if condition.admits("agent", agent)]


def _statuses(condition: Condition) -> set[str] | None:
    if "status" not in condition.field_tests or condition.admits("status", None):
        return None
    return {status for status in STATUSES if condition.admits("status", status)}
