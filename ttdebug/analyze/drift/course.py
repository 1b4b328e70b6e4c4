"""How a timeline went, seen from afar: what the rules need of every event, read in one pass."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ttdebug.errors import TraceError
from ttdebug.model import JSON, Object, Timeline
from ttdebug.replay.work import Work
from ttdebug.store import codec
from ttdebug.store.questions.outlines import Outline, Spot
from ttdebug.store.trace import Trace

UNKNOWN: Final = -(2**63)
"""A time that was not recorded."""

ASKED: Final = ("args", "arguments", "input", "messages", "prompt")
_TOKENS: Final = (
    "input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "prompt_tokens",
)  # fmt: skip


class Call(NamedTuple):
    """A call of a tool or a model; two with the same `what` asked the same of the same."""

    seq: int
    agent: int | None
    what: int


class Failure(NamedTuple):
    """An event that failed, at a row of the course."""

    row: int
    seq: int
    agent: int | None
    parent: int | None


class Spent(NamedTuple):
    """What a model was given at an event: tokens of its input, and what it cost."""

    seq: int
    tokens: float
    cost: float


@dataclass(slots=True)
class Course:
    """One timeline's own events in order; `agents` are words by number, -1 is nobody."""

    timeline: Timeline
    seqs: array[int] = field(default_factory=lambda: array("q"))
    times: array[int] = field(default_factory=lambda: array("q"))
    agents: array[int] = field(default_factory=lambda: array("q"))
    changed: bytearray = field(default_factory=bytearray)
    calls: list[Call] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    spent: dict[int | None, list[Spent]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rules look at: the timelines of a recording, each with its course."""

    trace: Trace
    courses: tuple[Course, ...]
    work: Work

    def name(self, agent: int | None) -> str | None:
        """An agent by its number."""
        return None if agent is None or agent < 0 else self.trace.word(agent)

    def own(self, spots: Iterable[Spot]) -> Iterator[Spot]:
        """Those on its timelines; at each it is asked whether to go on."""
        wanted = {course.timeline.id for course in self.courses}
        for spot in spots:
            self.work.look()
            if spot.timeline in wanted:
                yield spot


def survey(trace: Trace, timelines: list[Timeline], work: Work) -> Ground:
    """Read the outlines of some timelines. Raises Cancelled when stopped."""
    return Ground(trace, tuple(_course(trace, line, work) for line in timelines), work)


def _course(trace: Trace, timeline: Timeline, work: Work) -> Course:
    course = Course(timeline)
    calls = [text for text in trace.words.values() if text.endswith("call")]
    called = {number for number, text in trace.words.items() if text in calls}
    error = {number for number, text in trace.words.items() if text == "error"}
    closed: set[int | None] = set()
    known: dict[tuple[int, int | str | None, bytes], int] = {}
    for page in trace.outlines(timeline.id, [*calls, "llm.result"]):
        for row in page:
            at = len(course.seqs)
            course.seqs.append(row.seq)
            course.times.append(UNKNOWN if row.time is None else row.time)
            course.agents.append(-1 if row.agent is None else row.agent)
            course.changed.append(bool(row.changes))
            if row.failed or row.type in error:
                course.failures.append(Failure(at, row.seq, row.agent, row.parent))
                closed.add(row.closes)
            if row.data is not None:
                _read(trace, course, row, known, call=row.type in called)
        work.done += len(page)
        work.look()
    failures = course.failures  # a span that failed and the error inside it are one failure
    course.failures = [one for one in failures if one.parent is None or one.parent not in closed]
    return course


def _read(
    trace: Trace,
    course: Course,
    row: Outline,
    known: dict[tuple[int, int | str | None, bytes], int],
    *,
    call: bool,
) -> None:
    """Take from an event's data what was asked, or what it cost."""
    try:
        data = trace.value(row.data)
    except TraceError:  # one damaged event does not hide what the others tell
        return
    if not isinstance(data, dict):
        return
    if call:
        asked = asked_of(data)
        if asked:
            key = (row.type, row.name, codec.digest(codec.encode(asked)))
            course.calls.append(Call(row.seq, row.agent, known.setdefault(key, len(known))))
    spent = _spent(row.seq, data)
    if spent is not None and not row.opens:
        course.spent.setdefault(row.agent, []).append(spent)


def asked_of(data: Object) -> Object:
    """What a call asked for, without what names this one call."""
    return {key: data[key] for key in ASKED if key in data}


def _spent(seq: int, data: Object) -> Spent | None:
    usage = data.get("usage")
    tokens = sum(_number(usage.get(key)) for key in _TOKENS) if isinstance(usage, dict) else 0.0
    cost = _number(data.get("cost_usd"))
    return Spent(seq, tokens, cost) if tokens or cost else None


def _number(value: JSON) -> float:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and abs(value) < 1e15 else 0.0  # type: ignore[arg-type]  # a number by then


def agents_of(course: Course) -> Iterator[int]:
    """The agents that act in a course, in order of appearance."""
    return iter(dict.fromkeys(agent for agent in course.agents if agent >= 0))
