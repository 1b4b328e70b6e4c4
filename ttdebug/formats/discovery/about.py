"""What a list of recordings tells of each: from its index, from a conversion, or from its ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ttdebug.errors import TtdebugError
from ttdebug.formats.cache import Cache
from ttdebug.formats.discovery import ends
from ttdebug.formats.discovery.places import Found
from ttdebug.formats.heads import read_head
from ttdebug.formats.opening import OWN, Opening
from ttdebug.formats.registry import by_name, detect
from ttdebug.store.schema import SUFFIX
from ttdebug.store.trace import Cell, Trace

CELLS: Final = 20
"""Stretches of a run in the list's picture of its activity."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a recording; None is not known without reading all of it.

    `format` is the name its reader goes by, `indexed` where what is indexed of it stands.
    `title` is what the run was about in its own words, `project` the folder it worked in. `took` is
    seconds. `activity` and `errors` count events and faults per stretch of the run.
    """

    format: str
    title: str | None = None
    project: str | None = None
    agents: int | None = None
    events: int | None = None
    took: float | None = None
    activity: Sequence[int] = ()
    errors: Sequence[int] = ()
    failed: bool = False
    live: bool = False
    closed: bool = True
    indexed: Found | None = None

    @property
    def faults(self) -> int:
        """How many events failed, as far as that is known."""
        return sum(self.errors)


def read_about(found: Found, cache: Cache | None = None) -> About | None:
    """What can be told of a file at once; None if it is no recording.

    A file that was opened before is told from its conversion in the `cache`, any other from its
    first and last kilobytes.
    """
    try:
        if found.path.suffix == SUFFIX:
            return _indexed(found)
        known = _converted(found, cache) if cache is not None else None
        if known is not None:
            return known
        return _from_ends(found)
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
            "ttdebug" if name == OWN else name,
            title=run.name or None if run is not None else None,
            agents=len(agents),
            events=trace.last_seq,
            took=took,
            activity=[sum(cell.counts.values()) for cell in stretches],
            errors=[cell.errors for cell in stretches],
            failed=last is not None and last.status == "error",
            live=trace.live,
            closed=trace.live or trace.sealed,
            indexed=found,
        )


def _converted(found: Found, cache: Cache) -> About | None:
    opening = Opening(found.path, found.format, None, None)
    known = cache.find(opening.key())
    if known is None:
        return None
    path, name = known
    told = _indexed(replace(found, path=path), name)
    return replace(told, closed=True, **ends.words(found.path, name))


def _from_ends(found: Found) -> About:
    if found.format is None:
        reader = detect(read_head(found.path, found.path))
    else:
        reader = by_name(found.format)
    return About(reader.name, took=ends.took(found.path), **ends.words(found.path, reader.name))
