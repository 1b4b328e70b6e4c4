"""Events: one, the rows of a timeline, and streams of all, of some, or of their outlines."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import Final

from ttdebug.model import Event
from ttdebug.store import columns
from ttdebug.store.kept import kept
from ttdebug.store.lineage import Lineage
from ttdebug.store.members import Brief, Wanted
from ttdebug.store.opened import Opened
from ttdebug.store.reading import asked, told

_CHUNK: Final = 256  # events read at once
_WINDOW: Final = 4096  # events looked at at once
_BRIEF: Final = "SELECT seq, timeline, agent FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq"
_NAMES: Final = "SELECT DISTINCT name FROM events WHERE seq BETWEEN ? AND ?"
_NAMED: Final = (
    "SELECT seq FROM events WHERE seq BETWEEN ? AND ?"
    " AND name IN (SELECT value FROM json_each(?)) ORDER BY seq"
)


class EventQuestions(Opened):
    """What happened?"""

    @kept
    def event(self, seq: int) -> Event:
        """One event, as its own timeline knows it."""
        found = self._events.between(seq, seq) if seq <= self.last_seq else []
        if not found:
            raise self._no_event(seq)
        return found[0]

    def window(self, lineage: Lineage, start: int, stop: int) -> list[Event]:
        """The events in rows start <= row < stop of a lineage."""
        found: list[Event] = []
        for first, last in lineage.stretches(start, stop):
            found += self._events.between(first, last, lineage)
        return found

    def events(
        self,
        first: int = 1,
        last: int | None = None,
        *,
        timeline: int | None = None,
        types: Collection[str] | None = None,
        agent: str | None = None,
        statuses: Collection[str] | None = None,
        reverse: bool = False,
    ) -> Iterator[Event]:
        """Events first <= seq <= last of a timeline's lineage, or of the whole file."""
        lineage = self._lineage_or_none(timeline)
        first, last = max(first, 1), self._up_to(last)
        wanted = Wanted(types, agent, statuses)
        if wanted == Wanted():
            return self._all(lineage, first, last, reverse)
        seqs = self._members.matching(lineage, first, last, wanted, reverse=reverse)
        return self._among(seqs, lineage, reverse)

    def named(
        self,
        names: Collection[str],
        first: int = 1,
        last: int | None = None,
        *,
        timeline: int | None = None,
    ) -> Iterator[Event]:
        """As `events`, those that have one of some names; only they are read."""
        lineage = self._lineage_or_none(timeline)
        return self._among(self._named(names, lineage, first, self._up_to(last)), lineage)

    def names(self) -> Iterator[str]:
        """The names of events, each once, as they are come across in the whole file."""
        known: set[object] = {None}
        for low, high in _windows(None, 1, self.last_seq):
            with told(f"the names of event {low} to {high}"):
                new = {name for (name,) in self._query(_NAMES, (low, high))} - known
                known |= new
                texts = [self._catalog.word(one) if isinstance(one, int) else one for one in new]
            yield from sorted(map(columns.text, texts))

    def briefs(
        self, first: int = 1, last: int | None = None, *, timeline: int | None = None
    ) -> Iterator[Brief]:
        """As `events`, but only who acted where."""
        lineage = self._lineage_or_none(timeline)
        for low, high in _windows(lineage, first, self._up_to(last)):
            with asked(f"event {low} to {high}"):
                rows = self._query(_BRIEF, (low, high))
            for seq, line, agent in rows:
                yield Brief(seq, columns.integer(line), self._catalog.agent_name(agent))

    def listed(
        self,
        fits: Callable[[str, str | None], bool],
        first: int = 1,
        last: int | None = None,
        *,
        timeline: int | None = None,
    ) -> Iterator[Brief]:
        """As `briefs`, those whose type and agent fit, from the index; no event is read."""
        lineage = self._lineage_or_none(timeline)
        return self._members.listed(lineage, first, self._up_to(last), fits)

    def _lineage_or_none(self, timeline: int | None) -> Lineage | None:
        return None if timeline is None else self.lineage(timeline)

    def _all(
        self, lineage: Lineage | None, first: int, last: int, reverse: bool
    ) -> Iterator[Event]:
        if lineage is None:
            start, stop = first, last + 1
        else:
            start, stop = lineage.index_of(first - 1) + 1, lineage.index_of(last) + 1
        steps = range(start, stop, _CHUNK)
        for low in reversed(steps) if reverse else steps:
            high = min(low + _CHUNK, stop)
            if lineage is None:
                found = self._events.between(low, high - 1)
            else:
                found = self.window(lineage, low, high)
            yield from reversed(found) if reverse else found

    def _among(
        self, seqs: Iterator[int], lineage: Lineage | None, reverse: bool = False
    ) -> Iterator[Event]:
        while chunk := list(islice(seqs, _CHUNK)):
            found = self._events.among(chunk, lineage)
            yield from reversed(found) if reverse else found

    def _named(
        self, names: Collection[str], lineage: Lineage | None, first: int, last: int
    ) -> Iterator[int]:
        numbers = [self._catalog.numbers[name] for name in names if name in self._catalog.numbers]
        wanted = json.dumps([*numbers, *names])  # a name is stored as a word or, if rare, as it is
        for low, high in _windows(lineage, first, last):
            with asked(f"the names of event {low} to {high}"):
                rows = self._query(_NAMED, (low, high, wanted))
            for (seq,) in rows:
                yield seq


def _windows(lineage: Lineage | None, first: int, last: int) -> Iterator[tuple[int, int]]:
    if lineage is None:
        found = [(first, last)]
    else:
        found = lineage.stretches(lineage.index_of(first - 1) + 1, lineage.index_of(last) + 1)
    for low, high in found:
        for at in range(low, high + 1, _WINDOW):
            yield at, min(at + _WINDOW - 1, high)
