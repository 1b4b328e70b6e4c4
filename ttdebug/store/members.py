"""Events by type, agent and status, from the index."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator
from operator import itemgetter
from typing import Final, NamedTuple

from ttdebug.store import schema
from ttdebug.store.catalog import Catalog
from ttdebug.store.index import Kind
from ttdebug.store.lineage import Lineage
from ttdebug.store.lookup import Lookup
from ttdebug.store.reading import asked, pages
from ttdebug.store.rows import Events

_FEW: Final = 4  # most ask for the nearest only


class Wanted(NamedTuple):
    """What events to list; None takes any."""

    types: Collection[str] | None = None
    agent: str | None = None
    statuses: Collection[str] | None = None
    with_state: bool = False


class Brief(NamedTuple):
    """What is told of an event before it is read."""

    seq: int
    timeline: int
    agent: str | None


class Members:
    """Which events are of a kind, without reading them."""

    def __init__(self, lookup: Lookup, catalog: Catalog, events: Events) -> None:
        self._lookup = lookup
        self._catalog = catalog
        self._events = events

    def matching(
        self, lineage: Lineage | None, first: int, last: int, wanted: Wanted, *, reverse: bool
    ) -> Iterator[int]:
        """Seqs from first to last on a lineage or in the whole file, in the order asked for."""
        limits = self._limits(lineage, last)
        streams = []
        for kind, number in list(self._lookup.kinds.items()):
            limit = limits.get(kind.timeline, 0)
            inherited = lineage is not None and kind.timeline != lineage.timeline
            if first <= limit and self._fits(kind, wanted, inherited=inherited):
                streams.append(self._stream(number, first, limit, reverse))
        found = streams[0] if len(streams) == 1 else heapq.merge(*streams, reverse=reverse)
        previous = None
        for seq in found:
            if seq != previous and self._has_status(seq, lineage, wanted.statuses):
                yield seq
            previous = seq

    def listed(
        self,
        lineage: Lineage | None,
        first: int,
        last: int,
        fits: Callable[[str, str | None], bool],
    ) -> Iterator[Brief]:
        """Events from first to last whose type and agent fit, on a lineage or in the whole file."""
        limits = self._limits(lineage, last)
        streams = []
        for kind, number in list(self._lookup.kinds.items()):
            limit = limits.get(kind.timeline, 0)
            agent = self._catalog.agent_name(kind.agent)
            late = kind.flags & schema.LATE
            if first <= limit and not late and fits(self._catalog.word(kind.type), agent):
                streams.append(self._briefs(number, first, limit, kind.timeline, agent))
        return streams[0] if len(streams) == 1 else heapq.merge(*streams, key=itemgetter(0))

    def _briefs(
        self, kind: int, first: int, last: int, timeline: int, agent: str | None
    ) -> Iterator[Brief]:
        return (Brief(seq, timeline, agent) for seq in self._stream(kind, first, last, False))

    def _limits(self, lineage: Lineage | None, last: int) -> dict[int, int]:
        """The last seq that counts on each timeline."""
        if lineage is None:
            return dict.fromkeys(self._catalog.timelines, last)
        return {reach.timeline: min(reach.last, last) for reach in lineage.reaches}

    def _fits(self, kind: Kind, wanted: Wanted, *, inherited: bool) -> bool:
        """Whether events of a kind may be wanted; an opening event's status may yet not fit.

        An inherited one may have been closed on the fork, which the index does not tell.
        """
        late = bool(kind.flags & schema.LATE)
        if wanted.types is not None and self._catalog.word(kind.type) not in wanted.types:
            return False
        if wanted.agent is not None and self._catalog.agent_name(kind.agent) != wanted.agent:
            return False
        if wanted.with_state and not kind.flags & schema.STATE:
            return False
        if wanted.statuses is None:
            return not late
        if kind.flags & schema.OPENS and not late:
            return inherited or "open" in wanted.statuses
        return kind.status is not None and schema.STATUSES[kind.status] in wanted.statuses

    def _stream(self, kind: int, first: int, last: int, reverse: bool) -> Iterator[int]:
        def read(low: int, high: int, limit: int) -> list[int]:
            with asked("the index of events"):
                return self._lookup.members(kind, low, high, reverse=reverse, limit=limit)

        for page in pages(read, int, first, last, reverse=reverse, limit=_FEW):
            yield from page

    def _has_status(
        self, seq: int, lineage: Lineage | None, statuses: Collection[str] | None
    ) -> bool:
        """Whether a span that is still open on one timeline has this status on the lineage."""
        return statuses is None or any(
            event.status in statuses for event in self._events.between(seq, seq, lineage)
        )
