"""Rules that a recording has to keep, and where it breaks them, as stretches of events."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

from ttdebug.analyze import history
from ttdebug.analyze.rules import Rule
from ttdebug.errors import NotFoundError, UsageError
from ttdebug.model import Event, Position, Run
from ttdebug.replay import hits, names
from ttdebug.replay.conditions import Condition, Temporal
from ttdebug.replay.conditions.nodes import Call, Node, StatePath, children
from ttdebug.replay.folding import Judge
from ttdebug.replay.frames import SeekFrame
from ttdebug.replay.reasons import reason
from ttdebug.replay.stretches import Stretch, frame_at, stretches
from ttdebug.replay.writes import ever_written
from ttdebug.store.trace import Trace

_FEW: Final = 1000  # events up to which looking at each is cheaper than a search


@dataclass(frozen=True)
class Violation:
    """Events `first` to `last` of a timeline (its id) that break a rule; the whole, if eventually.

    What is told about it is read when it is asked for, while the recording is open.
    """

    trace: Trace = field(repr=False, compare=False)
    rule: Rule
    timeline: int
    first: int
    last: int
    owner: str | None = None  # whose state it is
    said: str | None = None  # the reason, where it was told with the hit

    @property
    def position(self) -> Position:
        """Where to look: where it begins, or where a run ended without what had to come."""
        return Position(self.timeline, self.last if self.rule.kind == "eventually" else self.first)

    @property
    def run(self) -> str:
        """The id of the run."""
        return self.trace.timelines[self.timeline].run

    @cached_property
    def event(self) -> Event:
        """The event at its position."""
        return self.trace.event(self.position.seq)

    @property
    def agent(self) -> str | None:
        """Whose state it is, else who acted first; for `eventually` the one the rule names."""
        if self.rule.kind == "eventually":
            return self.rule.agent
        return self.owner if self.rule.of_states else self.event.agent

    @property
    def until(self) -> int | None:
        """The event that ended it; None if it lasts to the end of its timeline."""
        lineage = self.trace.lineage(self.timeline)
        row = lineage.index_of(self.last) + 1
        return lineage.seq_at(row) if row < len(lineage) else None

    @property
    def reason(self) -> str:
        """The values that were looked at, raw from the trace."""
        rule, trace = self.rule, self.trace
        if self.said is not None:
            return self.said
        if rule.kind == "eventually":
            lineage = trace.lineage(self.timeline)
            events = lineage.index_of(self.last) - lineage.index_of(self.first) + 1
            return f"not once in {events:,} events"
        if rule.of_states:
            seen = frame_at(trace, rule.of_states, self.timeline, self.owner, self.first)
            return reason(rule.of_states, seen)
        frame = SeekFrame(trace, self.timeline)
        frame.stand_at(self.first, self.event)
        return ", ".join(reason(part, frame) for part in rule.condition.parts)


class Part(NamedTuple):
    """The part of a recording that is judged, and who is told how far it is and may stop it.

    A `last` beyond the newest event means that one. `growing` expects of runs, paths and events
    that are not there that they may come.
    """

    first: int = 1
    last: int = sys.maxsize
    growing: bool = False
    progress: Callable[[int, int], None] | None = None
    cancelled: Callable[[], bool] | None = None


WHOLE: Final = Part()


def check(trace: Trace, rule: Rule, part: Part = WHOLE) -> Iterator[Violation]:
    """Where a recording breaks a rule, lazily, ordered by `first`.

    A rule on states alone is judged for each agent that ever had one of the paths it reads (if
    nobody had, for each that has a state), at all of the timeline's events from its first snapshot
    on; any other rule at each event. What does not exist equals nothing and is not less than
    anything, so that `always state.a > 0` is broken while there is no `a`. Where nothing is found,
    `unjudged` tells whether that means anything.
    Raises UsageError for a run or an agent that is not there, ConditionError where one event has
    too much to look at, Cancelled when stopped.
    """
    if not part.growing:
        refuse_unknown(trace, rule)
    part = part._replace(last=min(part.last, trace.last_seq))
    runs = _runs(trace, rule, growing=part.growing)
    if rule.kind == "eventually":
        return _unfulfilled(trace, rule, runs, part)
    lines = {line.id for run in runs for line in run.timelines}
    if rule.of_states:
        found = _of_states(trace, rule, lines, part, holding=rule.kind == "never")
        return (
            Violation(trace, rule, stretch.timeline, stretch.first, stretch.last, stretch.agent)
            for stretch in found
        )
    if isinstance(rule.sought, Temporal):
        since = part._replace(first=1) if part.growing else part  # may be decided by now
        return (
            Violation(trace, rule, hit.timeline, hit.seq, hit.seq, said=hit.reason)
            for hit in _search(trace, rule, since)
            if hit.timeline in lines
        )
    return (
        Violation(trace, rule, stretch.timeline, stretch.first, stretch.last)
        for stretch in _neighbours(trace, _hits(trace, rule, rule.sought, lines, part))
    )


def _runs(trace: Trace, rule: Rule, *, growing: bool) -> tuple[Run, ...]:
    if rule.run is None:
        return trace.runs
    try:
        return (names.find_run(trace, rule.run),)
    except (NotFoundError, UsageError):
        if growing:
            return ()
        raise


class _Hit(NamedTuple):
    """An event that breaks a rule."""

    seq: int
    timeline: int


def _search(trace: Trace, rule: Rule, part: Part, timeline: int | None = None) -> hits.AnySearch:
    """The hits of what a rule seeks; while the recording grows only those that are decided."""
    return hits.find(
        trace,
        rule.sought,
        timeline=timeline,
        agent=rule.agent,
        first=part.first,
        last=part.last,
        decided=part.growing,
        progress=part.progress,
        cancelled=part.cancelled,
    )


def _hits(
    trace: Trace, rule: Rule, sought: Condition, lines: Collection[int], part: Part
) -> Iterator[_Hit]:
    if part.last - part.first < _FEW:
        found = _one_by_one(trace, sought, rule.agent, part.first, part.last)
    else:
        found = (_Hit(hit.seq, hit.timeline) for hit in _search(trace, rule, part))
    return (hit for hit in found if hit.timeline in lines)


def _one_by_one(
    trace: Trace, condition: Condition, agent: str | None, first: int, last: int
) -> Iterator[_Hit]:
    """The same for a few events, without a look at those before them."""
    judges: dict[int, Judge] = {}
    for event in trace.events(first, last, agent=agent):
        line = event.timeline_id
        if line not in judges:
            judges[line] = Judge(trace, condition, line)
        if judges[line].hits(event.seq, event.agent, event):
            yield _Hit(event.seq, line)


def _of_states(
    trace: Trace, rule: Rule, lines: Collection[int], part: Part, *, holding: bool
) -> Iterator[Stretch]:
    assert rule.of_states is not None
    return stretches(
        trace,
        rule.of_states,
        holding=holding,
        timelines=lines,
        agents=_judged(trace, rule, growing=part.growing),
        first=part.first,
        last=part.last,
        progress=part.progress,
        cancelled=part.cancelled,
    )


def _judged(trace: Trace, rule: Rule, *, growing: bool) -> list[str] | None:
    """The agents whose states a rule is about; None where it names them itself."""
    if rule.of_states is None or not rule.of_states.reads.own:
        return None
    if rule.agent is not None:
        return [rule.agent]
    paths = [operand.path for operand in rule.of_states.operands if operand.agent is None]
    agents = sorted(history.with_state(trace))
    about = [
        agent
        for agent in agents
        if any(not path or ever_written(trace, path, agent) for path in paths)
    ]
    return about or ([] if growing else agents)


def refuse_unknown(trace: Trace, rule: Rule) -> None:
    """Raise UsageError for an agent or a run that the recording does not know."""
    if rule.agent is not None:
        names.check_agent(trace, rule.agent)
    if rule.run is not None:
        names.find_run(trace, rule.run)


def doubts(trace: Trace, rule: Rule) -> Iterator[str]:
    """What makes one doubt that a rule means what it says: paths and values nobody recorded."""
    return history.doubts(trace, rule.condition, agent=rule.agent if rule.of_states else None)


def unjudged(trace: Trace, rule: Rule) -> str | None:
    """Why a rule that nothing breaks is not kept either: it reads a path that nobody ever wrote.

    None if it can be judged. In `exists(path)` it is the question whether the path is there.
    """
    if rule.missing_ok:
        return None
    agent = rule.agent if rule.of_states else None
    for path in chain.from_iterable(_taken_as_there(part.tree) for part in rule.condition.parts):
        owner = path.agent or agent
        if path.path and not ever_written(trace, path.path, owner):
            return history.nothing_written(trace, path.path, agent=owner)
    return None


def _taken_as_there(node: Node) -> Iterator[StatePath]:
    """The state paths in a condition, but those it only asks for."""
    if isinstance(node, StatePath):
        yield node
    elif not (isinstance(node, Call) and node.function == "exists"):
        for child in children(node):
            yield from _taken_as_there(child)


def _neighbours(trace: Trace, found: Iterable[_Hit]) -> Iterator[Stretch]:
    """Hits that follow each other on their timeline, as one; ordered by their first."""
    running: dict[int, Stretch] = {}
    ended: list[tuple[int, Stretch]] = []
    for seq, line in found:
        lineage, current = trace.lineage(line), running.get(line)
        if current and lineage.index_of(current.last) + 1 == lineage.index_of(seq):
            running[line] = current._replace(last=seq)
            continue
        if current:
            heapq.heappush(ended, (current.first, current))
        running[line] = Stretch(line, None, seq, seq)
        oldest = min(stretch.first for stretch in running.values())
        while ended and ended[0][0] < oldest:
            yield heapq.heappop(ended)[1]
    rest = [*(stretch for _, stretch in ended), *running.values()]
    yield from sorted(rest, key=lambda stretch: stretch.first)


def _unfulfilled(
    trace: Trace, rule: Rule, runs: Collection[Run], part: Part
) -> Iterator[Violation]:
    """The runs in which it never came about, on the timelines on which they ended."""
    for run in runs:
        line = names.newest_timeline(trace, run).id
        lineage = trace.lineage(line)
        start = lineage.index_of(part.first - 1) + 1
        stop = lineage.index_of(part.last)
        if start > stop:
            continue
        within = part._replace(first=lineage.seq_at(start), last=lineage.seq_at(stop))
        if not _comes_about(trace, rule, line, within):
            yield Violation(trace, rule, line, lineage.seq_at(start), lineage.seq_at(stop))


def _comes_about(trace: Trace, rule: Rule, timeline: int, part: Part) -> bool:
    """Whether a condition holds anywhere on a timeline, its shared prefix included."""
    if rule.of_states:
        for reach in trace.lineage(timeline).reaches:
            shared = part._replace(last=min(part.last, reach.last))
            if any(_of_states(trace, rule, {reach.timeline}, shared, holding=True)):
                return True
        return False
    return any(True for _ in _search(trace, rule, part, timeline))
