"""Events by type, agent and status, from the index."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from ttdebug.store import schema
from ttdebug.store.catalog import Catalog
from ttdebug.store.index import Kind
from ttdebug.store.lineage import Lineage
from ttdebug.store.lookup import Lookup

_FIRST_CHUNK: Final = 4
_CHUNK: Final = 1024


class Wanted(NamedTuple):
    """What events to list; None takes any."""

    types: Collection[str] | None = None
    agent: str | None = None
    statuses: Collection[str] | None = None
    with_state: bool = False


def matching(
    lookup: Lookup,
    catalog: Catalog,
    lineage: Lineage | None,
    first: int,
    last: int,
    wanted: Wanted,
    reverse: bool,
) -> Iterator[int]:
    """Seqs in order; with statuses, opening events may be among them that do not fit."""
    if lineage is None:
        limits = dict.fromkeys(catalog.timelines, last)
    else:
        limits = {reach.timeline: min(reach.last, last) for reach in lineage.reaches}
    streams = []
    for kind, number in list(lookup.kinds.items()):
        limit = limits.get(kind.timeline, 0)
        if first <= limit and _fits(kind, catalog, wanted):
            streams.append(_stream(lookup, number, first, limit, reverse))
    found = streams[0] if len(streams) == 1 else heapq.merge(*streams, reverse=reverse)
    previous = None
    for seq in found:
        if seq != previous:
            yield seq
        previous = seq


def count_types(lookup: Lookup, catalog: Catalog, timeline: int | None) -> dict[str, int]:
    """Events by type on a lineage or in the whole file, the most frequent first."""
    if timeline is None:
        limits = dict.fromkeys(catalog.timelines, lookup.last_seq)
    else:
        limits = {
            reach.timeline: reach.last for reach in catalog.reaches(timeline, lookup.last_seq)
        }
    stored = lookup.counts(0, lookup.full_buckets - 1)
    rest = lookup.full_buckets << schema.BUCKET
    found: Counter[str] = Counter()
    for kind, number in lookup.kinds.items():
        limit = limits.get(kind.timeline, 0)
        if kind.flags & schema.LATE or not limit:
            continue
        if limit == lookup.last_seq:
            count = stored.get(number, 0) + lookup.count(number, rest, limit)
        else:
            count = lookup.count(number, 1, limit)
        if count:
            found[catalog.word(kind.type)] += count
    return dict(found.most_common())


def count_run(
    lookup: Lookup, catalog: Catalog, timelines: Collection[int]
) -> tuple[dict[str, int], int]:
    """Events by type that these timelines recorded, and how many of them took a snapshot."""
    found: Counter[str] = Counter()
    snapshots = 0
    for kind, number in lookup.kinds.items():
        if kind.timeline in timelines and not kind.flags & schema.LATE:
            count = lookup.count(number, 1, lookup.last_seq)
            found[catalog.word(kind.type)] += count
            snapshots += count if kind.flags & schema.STATE else 0
    return dict(found.most_common()), snapshots


def _fits(kind: Kind, catalog: Catalog, wanted: Wanted) -> bool:
    late = bool(kind.flags & schema.LATE)
    if wanted.types is not None and catalog.word(kind.type) not in wanted.types:
        return False
    if wanted.agent is not None and catalog.agent_name(kind.agent) != wanted.agent:
        return False
    if wanted.with_state and not kind.flags & schema.STATE:
        return False
    if wanted.statuses is None:
        return not late
    if kind.flags & schema.OPENS and not late:
        return "open" in wanted.statuses
    return kind.status is not None and schema.STATUSES[kind.status] in wanted.statuses


def _stream(lookup: Lookup, kind: int, first: int, last: int, reverse: bool) -> Iterator[int]:
    limit = _FIRST_CHUNK
    while first <= last:
        found = lookup.members(kind, first, last, reverse=reverse, limit=limit)
        yield from found
        if len(found) < limit:
            return
        if reverse:
            last = found[-1] - 1
        else:
            first = found[-1] + 1
        limit = min(limit * 16, _CHUNK)
