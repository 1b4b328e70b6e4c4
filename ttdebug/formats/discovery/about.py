"""What a list of recordings tells of each: from its index, from a conversion, or from its ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ttdebug.errors import TtdebugError
from ttdebug.formats.cache import Cache
from ttdebug.formats.compressed import beginning
from ttdebug.formats.discovery import ends
from ttdebug.formats.discovery.places import Found
from ttdebug.formats.heads import HEAD_SIZE, head_of
from ttdebug.formats.opening import OWN, Opening, begins_ours
from ttdebug.formats.registry import detect
from ttdebug.store.schema import SUFFIX
from ttdebug.store.trace import Cell, Trace

_FASTEST: Final = 1000
_OURS: Final = "ttdebug"
CELLS: Final = 20
"""Stretches of a run in the list's picture of its activity."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a recording; None is not known without reading all of it.

    `format` is the name its reader goes by, `indexed` where what is indexed of it stands.
    `title` is what the run was about in its own words, `project` the folder it worked in. `took` is
    seconds. `activity` is how fast events came in each stretch of the run, in no unit; `errors`
    counts faults there, `faults` those of all runs and timelines.
    """

    format: str
    title: str | None = None
    project: str | None = None
    agents: int | None = None
    events: int | None = None
    took: float | None = None
    activity: Sequence[int] = ()
    errors: Sequence[int] = ()
    faults: int = 0
    failed: bool = False
    live: bool = False
    closed: bool = True
    indexed: Found | None = None


def read_about(found: Found, cache: Cache | None = None) -> About | None:
    """What can be told of a file at once; None if it is no recording.

    A file that was opened before is told from its conversion in the `cache`, any other from its
    first and last kilobytes.
    """
    try:
        if found.path.suffix == SUFFIX:
            return _indexed(found)
        opening = Opening(found.path, found.format, None, None)
        reader = opening.reader_at_once()
        kept = None if cache is None else cache.find(opening.key(reader))
        if kept is not None:
            return _converted(found, *kept)
        return _from_ends(found, _format_within(found) if reader is None else reader.name)
    except (TtdebugError, OSError, ValueError):
        return None


def cells(trace: Trace, count: int) -> list[Cell]:
    """The newest run's main timeline in at most `count` stretches."""
    lines = [line for line in trace.timelines.values() if line.parent is None]
    return trace.density(lines[-1].id, count) if lines else []


def _indexed(found: Found, name: str = OWN) -> About:
    with Trace.open(found.path) as trace:
        agents = {agent for run in trace.runs for agent in run.agents}
        stretches = cells(trace, CELLS)
        run = trace.runs[-1] if trace.runs else None
        took = None
        if run is not None and run.start is not None and run.end is not None:
            took = (run.end - run.start) / 1e9
        last = trace.event(trace.last_seq) if trace.last_seq else None
        return About(
            _OURS if name == OWN else name,
            title=run.name or None if run is not None else None,
            agents=len(agents),
            events=trace.last_seq,
            took=took,
            activity=_activity(trace, stretches),
            errors=[cell.errors for cell in stretches],
            faults=sum(trace.count_errors(run) for run in trace.runs),
            failed=last is not None and last.status == "error",
            live=trace.live,
            closed=trace.live or trace.sealed,
            indexed=found,
        )


def _activity(trace: Trace, stretches: Sequence[Cell]) -> list[int]:
    """How fast events came in each stretch, beside the fastest; all the same where no time says.

    A stretch holds about as many events as any other, so what tells is how long it took.
    """
    starts = [trace.event(cell.first_seq).time for cell in stretches]
    ends = [*starts[1:], trace.event(stretches[-1].last_seq).time if stretches else None]
    lengths = [
        None if start is None or end is None else max(end - start, 0)
        for start, end in zip(starts, ends, strict=True)
    ]
    known = sorted(length for length in lengths if length)
    if not known:
        return [sum(cell.counts.values()) for cell in stretches]
    least = known[len(known) // 8]  # a burst or two would leave nothing to see of the rest
    return [
        _FASTEST if length is None else max(1, min(_FASTEST, _FASTEST * least // max(length, 1)))
        for length in lengths
    ]


def _converted(found: Found, path: Path, name: str) -> About:
    told = _indexed(replace(found, path=path), name)
    return replace(told, closed=True, **ends.words(found.path, name))


def _format_within(found: Found) -> str:
    """The format of what is packed in a file, by the beginning of it."""
    if found.format is not None:
        return found.format
    data = beginning(found.path, HEAD_SIZE + 1)
    if begins_ours(data):
        return _OURS
    return detect(head_of(found.path, data[:HEAD_SIZE], len(data))).name


def _from_ends(found: Found, name: str) -> About:
    return About(name, took=ends.took(found.path), **ends.words(found.path, name))
