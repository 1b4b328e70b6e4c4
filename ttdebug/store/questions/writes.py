"""Writes: all changes in order, those of one path, and those that take its value over a limit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain

from ttdebug.paths import Path
from ttdebug.store import writes
from ttdebug.store.crossings import Crossing, Crossings, Range, own_source
from ttdebug.store.opened import Opened
from ttdebug.store.reading import asked
from ttdebug.store.stream import Part, Stream, Written
from ttdebug.store.touch import Touch


class WriteQuestions(Opened):
    """Who wrote this?"""

    def deltas(
        self,
        first: int = 1,
        last: int | None = None,
        *,
        timeline: int | None = None,
        agents: Collection[str] | None = None,
        keys: Collection[str] | None = None,
    ) -> Iterator[Written]:
        """Changes of states on a timeline's lineage or in the whole file, in order.

        `keys` leaves out most of those that cannot reach these top-level keys of the state.
        """
        limits = self._catalog.limits(timeline, self._up_to(last))
        parts = []
        for track in self._catalog.tracks:
            agent = self._catalog.word(track.agent)
            start, end = max(first, track.first), limits.get(track.timeline, 0)
            if start <= end and (agents is None or agent in agents):
                parts.append(Part(track.id, track.timeline, agent, start, end))
        return Stream(self._query, self._blob, self._states).deltas(parts, keys)

    def touches(
        self,
        timeline: int,
        agent: str,
        path: Path,
        *,
        first: int = 1,
        last: int | None = None,
        reverse: bool = False,
    ) -> Iterator[Touch]:
        """Events that may have written `path`, in order; none that did is left out."""
        parts = self._tracks(timeline, agent, first, last)
        if not parts:
            return
        with asked("the index of writes"):
            ranges = self._sources_of(path)
            for track, low, high in reversed(parts) if reverse else parts:
                yield from writes.touches(self._lookup, track, ranges, low, high, reverse=reverse)

    def crossings(
        self,
        timeline: int,
        agent: str,
        path: Path,
        within: Range,
        *,
        first: int = 1,
        last: int | None = None,
    ) -> Iterator[Crossing] | None:
        """Writes that may take the value at `path` into a range or out of it, in order.

        Those that cannot have are left out, but the first is always told. None where the index does
        not tell them apart.
        """
        found: list[Iterator[Crossing]] = []
        with asked("the index of writes"):
            ranges = self._sources_of(path)
            node = own_source(ranges)
            if node is None or agent not in self._catalog.numbers:
                return None
            others = [source for source in ranges if not source.exact]
            for track, low, high in self._tracks(timeline, agent, first, last):
                walk = Crossings(self._query, self._lookup, track, node, within)
                part = walk.between(low, high, others)
                if part is None:
                    return None
                found.append(part)
        return chain.from_iterable(found)

    def _tracks(
        self, timeline: int, agent: str, first: int, last: int | None
    ) -> list[tuple[int, int, int]]:
        """An agent's tracks on a lineage with the first and last seq that count, ascending."""
        number = self._catalog.numbers.get(agent)
        found: list[tuple[int, int, int]] = []
        if number is not None:
            for reach in self._catalog.reaches(timeline, self._up_to(last)):
                track = self._catalog.track(reach.timeline, number)
                if track is not None and max(track.first, first) <= reach.last:
                    found.append((track.id, max(track.first, first), reach.last))
        return found[::-1]

    def _sources_of(self, path: Path) -> list[writes.Source]:
        found = self._sources.get(path)
        if found is None:
            found = self._sources[path] = writes.sources(self._lookup, path)
        return found
