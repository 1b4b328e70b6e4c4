"""Events without what they hold: who acted where, and which have a certain name."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple, cast

from ttdebug.store.catalog import Catalog
from ttdebug.store.lineage import Lineage
from ttdebug.store.reading import Query

_WINDOW: Final = 4096
_BRIEF: Final = "SELECT seq, timeline, agent FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq"
_NAMED: Final = (
    "SELECT seq FROM events WHERE seq BETWEEN ? AND ?"
    " AND name IN (SELECT value FROM json_each(?)) ORDER BY seq"
)


class Brief(NamedTuple):
    """What is told of an event before it is read."""

    seq: int
    timeline: int
    agent: str | None


def briefs(
    query: Query, catalog: Catalog, lineage: Lineage | None, first: int, last: int
) -> Iterator[Brief]:
    """Events first <= seq <= last of a lineage, or of the whole file."""
    for low, high in _stretches(lineage, first, last):
        for seq, timeline, agent in cast(
            "list[tuple[int, int, int | None]]", query(_BRIEF, (low, high))
        ):
            yield Brief(seq, timeline, catalog.agent_name(agent))


def named(
    query: Query,
    catalog: Catalog,
    names: Collection[str],
    lineage: Lineage | None,
    first: int,
    last: int,
) -> Iterator[int]:
    """Seqs of events that have one of some names."""
    numbers = [catalog.numbers[name] for name in names if name in catalog.numbers]
    wanted = json.dumps([*numbers, *names])  # a name is stored as a word or, if rare, as it is
    for low, high in _stretches(lineage, first, last):
        for row in query(_NAMED, (low, high, wanted)):
            yield cast(int, row[0])


def _stretches(lineage: Lineage | None, first: int, last: int) -> Iterator[tuple[int, int]]:
    if lineage is None:
        found = [(first, last)]
    else:
        start, stop = lineage.index_of(first - 1) + 1, lineage.index_of(last) + 1
        found = lineage.stretches(start, stop)
    for low, high in found:
        for at in range(low, high + 1, _WINDOW):
            yield at, min(at + _WINDOW - 1, high)
