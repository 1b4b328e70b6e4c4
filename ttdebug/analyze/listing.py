"""What of a recording is listed: which events or hits, from where to where, in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final, NamedTuple, cast

from ttdebug.analyze import history
from ttdebug.analyze.matching import Sought
from ttdebug.analyze.search import Hit as Match
from ttdebug.analyze.search import Scan
from ttdebug.delta import apply
from ttdebug.model import JSON, MISSING, Event, Run, Value
from ttdebug.paths import Path
from ttdebug.replay import hits
from ttdebug.replay.ancestry import Ancestry
from ttdebug.replay.conditions import AnyCondition
from ttdebug.replay.work import Work
from ttdebug.store.stream import Written
from ttdebug.store.trace import Trace

_WINDOW: Final = 2048  # events read at once


class Wanted(NamedTuple):
    """Events first <= seq <= last of a run, or on a timeline (its id) with the prefix it shares.

    Without either all of the file, each event once, on the timeline that recorded it.
    """

    first: int
    last: int
    run: Run | None = None
    timeline: int | None = None
    agent: str | None = None
    reverse: bool = False

    def shown_on(self, home: int) -> int:
        """The timeline, by its id, on which something that timeline `home` recorded is listed."""
        return home if self.timeline is None else self.timeline


def events(
    trace: Trace,
    wanted: Wanted,
    *,
    condition: AnyCondition | None = None,
    type_glob: str | None = None,
) -> Iterator[Event]:
    """Events, in the order asked for; with a condition, those at which it is true."""
    if condition is not None:
        return events_of(trace, wanted, find(trace, condition.everywhere(), wanted), type_glob)
    found = trace.events(
        wanted.first, wanted.last, timeline=wanted.timeline,
        types=_types(trace, wanted, type_glob), agent=wanted.agent, reverse=wanted.reverse,
    )  # fmt: skip
    return (event for event in found if wanted.run is None or event.run == wanted.run.id)


def events_of(
    trace: Trace, wanted: Wanted, found: Iterable[hits.Hit], type_glob: str | None = None
) -> Iterator[Event]:
    """The events of some hits, as the timeline that was asked about knows them."""
    types = _types(trace, wanted, type_glob)
    event = trace.event
    if wanted.timeline is not None:
        event = Ancestry(trace, wanted.timeline).event
    of_hits = (event(hit.seq) for hit in found)
    return (event for event in of_hits if types is None or event.type in types)


def find(trace: Trace, condition: AnyCondition, wanted: Wanted) -> Iterator[hits.Hit]:
    """Hits, in the order asked for; backwards they are all found first."""
    return ordered(trace, wanted, search(trace, condition, wanted))


def search(
    trace: Trace, condition: AnyCondition, wanted: Wanted, work: Work | None = None
) -> hits.AnySearch:
    """The search behind `find`, which can explain itself."""
    work = work or Work()
    return hits.find(
        trace, condition, timeline=wanted.timeline, agent=wanted.agent, first=wanted.first,
        last=wanted.last, progress=work.progress, cancelled=work.cancelled,
    )  # fmt: skip


def ordered(trace: Trace, wanted: Wanted, found: Iterable[hits.Hit]) -> Iterator[hits.Hit]:
    """What a search finds, in the order asked for."""
    run = wanted.run
    of_run = (hit for hit in found if run is None or trace.timelines[hit.timeline].run == run.id)
    return reversed(list(of_run)) if wanted.reverse else of_run


def _types(trace: Trace, wanted: Wanted, glob: str | None) -> Collection[str] | None:
    if glob is None:
        return None
    return [name for name in trace.count_types(wanted.timeline) if fnmatchcase(name, glob)]


class Stated(NamedTuple):
    """An agent's state just after an event that changed it; shared with others, never change it."""

    seq: int
    timeline: int
    agent: str
    state: JSON


def states(trace: Trace, wanted: Wanted) -> Iterator[Stated]:
    """Every state there was, in the order asked for: one for each event that changed one.

    Forwards each is made of the one before by its change; backwards they are looked up.
    """
    agents = None if wanted.agent is None else {wanted.agent}
    lines = None if wanted.run is None else {line.id for line in wanted.run.timelines}
    known: dict[tuple[int, str], JSON] = {}

    def changes(first: int, last: int) -> Iterator[Written]:
        found = trace.deltas(first, last, timeline=wanted.timeline, agents=agents)
        return (written for written in found if lines is None or written.timeline in lines)

    if wanted.reverse:
        steps = range(max(wanted.first, 1), min(wanted.last, trace.last_seq) + 1, _WINDOW)
        for low in reversed(steps):
            for written in reversed(list(changes(low, min(low + _WINDOW - 1, wanted.last)))):
                line = wanted.shown_on(written.timeline)
                state = trace.state(written.seq, written.agent, line)
                yield Stated(written.seq, line, written.agent, cast(JSON, state))
        return
    for written in changes(wanted.first, wanted.last):
        line = wanted.shown_on(written.timeline)
        key = (line, written.agent)
        before: Value = known.get(key, MISSING)
        if before is MISSING:
            before = trace.before(written.seq, written.agent, line)
        state = known[key] = apply(before, written.ops)
        yield Stated(written.seq, line, written.agent, state)


def writes(trace: Trace, wanted: Wanted, path: Path) -> Iterator[history.Write]:
    """Every write of a state path, in the order asked for."""
    return history.history(
        trace, path, timeline=wanted.timeline, agent=wanted.agent,
        run=wanted.run.id if wanted.run else None, first=wanted.first, last=wanted.last,
        reverse=wanted.reverse,
    )  # fmt: skip


def scan_of(
    trace: Trace, wanted: Wanted, what: Sought, *, states: bool = False, work: Work | None = None
) -> Scan:
    """The scan behind `matches`, of the run and the agent asked for; its reader sets the bounds."""
    lines = None if wanted.run is None else {line.id for line in wanted.run.timelines}
    return Scan(trace, what, states=states, timelines=lines, agent=wanted.agent, work=work)


def matches(trace: Trace, wanted: Wanted, what: Sought, *, states: bool = False) -> Iterator[Match]:
    """Events in whose text something is found, in the order asked for."""
    lineage = None if wanted.timeline is None else trace.lineage(wanted.timeline)
    scan = scan_of(trace, wanted, what, states=states)
    steps = range(max(wanted.first, 1), min(wanted.last, trace.last_seq) + 1, _WINDOW)
    for low in reversed(steps) if wanted.reverse else steps:
        found = scan.between(low, min(low + _WINDOW - 1, wanted.last))
        for hit in reversed(found) if wanted.reverse else found:
            if lineage is None or lineage.contains(hit.seq):
                yield hit
