"""What of a recording is listed: which events or hits, from where to where, in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from ttdebug.model import Event, Run
from ttdebug.replay import hits
from ttdebug.replay.ancestry import Ancestry
from ttdebug.replay.conditions import AnyCondition
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
    types = _types(trace, wanted, type_glob)
    if condition is None:
        found = trace.events(
            wanted.first, wanted.last, timeline=wanted.timeline, types=types,
            agent=wanted.agent, reverse=wanted.reverse,
        )  # fmt: skip
    else:
        seqs = (hit.seq for hit in find(trace, condition.everywhere(), wanted))
        if wanted.timeline is None:
            found = map(trace.event, seqs)
        else:
            found = map(Ancestry(trace, wanted.timeline).event, seqs)
    run = wanted.run
    return (
        event
        for event in found
        if (run is None or event.run == run.id) and (types is None or event.type in types)
    )


def find(trace: Trace, condition: AnyCondition, wanted: Wanted) -> Iterator[hits.Hit]:
    """Hits, in the order asked for; backwards they are all found first."""
    search = hits.find(
        trace, condition, timeline=wanted.timeline, agent=wanted.agent,
        first=wanted.first, last=wanted.last,
    )  # fmt: skip
    run = wanted.run
    found = (hit for hit in search if run is None or trace.timelines[hit.timeline].run == run.id)
    return reversed(list(found)) if wanted.reverse else found


def _types(trace: Trace, wanted: Wanted, glob: str | None) -> Collection[str] | None:
    if glob is None:
        return None
    return [name for name in trace.count_types(wanted.timeline) if fnmatchcase(name, glob)]
