"""What of a recording is listed: which events or hits, from where to where, in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from ttdebug.model import Event, Run
from ttdebug.replay import hits
from ttdebug.replay.ancestry import Ancestry
from ttdebug.replay.conditions import AnyCondition
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace


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
