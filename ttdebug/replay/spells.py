"""Where tests of single paths hold together: stretches of events, found by leaps in the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from ttdebug.model import JSON, Value
from ttdebug.replay.conditions import Condition, Operand
from ttdebug.replay.lookups import value_at
from ttdebug.replay.operands import Look, OperandValues
from ttdebug.store.crossings import Range
from ttdebug.store.trace import Trace

_SAMPLE: Final = 128  # questions of a survey


class Spell(NamedTuple):
    """Neighbouring events of a timeline, from `first` to `last`, at which all tests hold."""

    first: int
    last: int


class PathTest(NamedTuple):
    """A term that compares one path in a state with one scalar."""

    operand: Operand
    within: tuple[str, JSON]
    holds: Callable[[Value], bool]


Owned: TypeAlias = tuple[str, PathTest]
"""Whose state is tested, and how."""


def tests_of(condition: Condition) -> list[PathTest]:
    """The terms of a condition that are such tests; all of them must hold for it to hold."""
    return [
        PathTest(term.operands[0], within, term.on_value())
        for term in condition.terms
        if term.edge and (within := term.single_test) is not None
        if Range.of(*within) is not None
    ]


def groups(trace: Trace, timeline: int, tests: Sequence[PathTest]) -> list[list[Owned]]:
    """The tests for each agent whose events may fit; one group if every test names its agent."""
    agents = trace.agents_with_state(timeline)
    if all(test.operand.agent is not None for test in tests):
        agents = agents[:1]
    return [[(test.operand.agent or agent, test) for test in tests] for agent in agents]


def indexed(trace: Trace, timeline: int, tests: Sequence[PathTest]) -> bool:
    """Whether the index alone knows where each test begins and ends to hold."""
    for group in groups(trace, timeline, tests):
        for agent, test in group:
            within, path = Range.of(*test.within), test.operand.path
            if within is None or trace.crossings(timeline, agent, path, within) is None:
                return False
    return bool(tests)


class Survey(NamedTuple):
    """What the first stretches of a timeline tell of all.

    `share` is the part of its events that lies in stretches, `pace` how many events each question
    to the index passes.
    """

    share: float
    pace: float


def survey(trace: Trace, timeline: int, tests: Sequence[PathTest]) -> Survey:
    """What it would take to find all stretches, for the busiest agent."""
    share, pace = 0.0, float("inf")
    for group in groups(trace, timeline, tests):
        asked: list[int] = []

        def look(at: int, asked: list[int] = asked) -> None:
            asked.append(at)
            if len(asked) == _SAMPLE:
                raise _Enough

        covered, reached = 0, trace.last_seq
        try:
            for spell in spells(trace, timeline, group, trace.last_seq, look):
                covered += spell.last - spell.first + 1
        except _Enough:
            reached = asked[-1]
        share += covered / max(reached, covered)
        pace = min(pace, reached / max(len(asked), 1))
    return Survey(share, pace)


class _Enough(Exception):  # noqa: N818 - no error
    """A survey has seen enough."""


def spells(
    trace: Trace, timeline: int, tests: Sequence[Owned], last: int, look: Look
) -> Iterator[Spell]:
    """The stretches in which every test holds in the state of its agent, in order.

    Each test is asked only from where another begins to hold, so that the rarest sets the pace.
    `look` is told where, at every question to the index.
    """
    courses = [_Course(trace, timeline, agent, test, last, look) for agent, test in tests]
    at = 1
    while at <= last:
        end = last
        for course in courses:
            spell = course.spell(at)
            if spell is None:
                return
            if spell.first > at:
                at = spell.first
                break
            end = min(end, spell.last)
        else:
            yield Spell(at, end)
            at = end + 1


class _Course:
    """One test along one timeline."""

    def __init__(
        self, trace: Trace, timeline: int, agent: str, test: PathTest, last: int, look: Look
    ) -> None:
        self._trace = trace
        self._timeline = timeline
        self._agent = agent
        self._test = test
        self._last = last
        self._look = look
        self._known: Spell | None = None

    def spell(self, at: int) -> Spell | None:
        """What is left from event `at` on of the stretch around it, else the next stretch."""
        known = self._known
        if known is None or not known.first <= at <= known.last:
            known = self._known = self._find(at)
        return None if known is None else Spell(max(known.first, at), known.last)

    def _find(self, at: int) -> Spell | None:
        self._look(at)
        path = self._test.operand.path
        now = value_at(self._trace, self._timeline, self._agent, path, at)
        first = at if self._test.holds(now) else None
        along = OperandValues(
            self._trace, self._timeline, self._agent, self._test.operand, self._last, self._look,
            first=at + 1,
        )  # fmt: skip
        for seq, value in along.crossing(self._test.within):
            holds = self._test.holds(value)
            if holds and first is None:
                first = seq
            elif not holds and first is not None:
                return Spell(first, seq - 1)
        return None if first is None else Spell(first, self._last)
