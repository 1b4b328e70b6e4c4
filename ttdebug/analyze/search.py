"""Search in the text of all events, outward from where one stands."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from ttdebug.analyze.matching import Sought, sought
from ttdebug.delta import Delta
from ttdebug.model import JSON, Position
from ttdebug.paths import escape, split_pointer
from ttdebug.replay.work import Work
from ttdebug.store.questions.texts import Stored
from ttdebug.store.trace import Trace

_BEFORE: Final = 30
_EXCERPT: Final = 120
_FIRST_REACH: Final = 64
_REACH: Final = 4096
"""Events looked through at once on each side: the first few soon, the others quickly."""

_LOOK: Final = 256
"""Texts read until somebody may stop it."""

_SHARED: Final = re.compile(r'"\$blob":"([0-9a-f]+)"')
_UNCHANGED: Final = object()

Text: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """An event whose text holds what was searched, told by the first place.

    `where` is `type`, `name`, `agent`, or a JSON Pointer into `{data, source, state}`; `excerpt`
    is the text around the match, which is excerpt[start:stop].
    """

    seq: int
    where: str
    excerpt: str
    start: int
    stop: int


def search(
    trace: Trace,
    query: str,
    position: Position,
    *,
    states: bool = False,
    work: Work | None = None,
) -> Iterator[Hit]:
    """Events of the position's timeline whose text matches, nearest to the position first.

    Of two as near the later comes first. `states` looks at what each event wrote into its agent's
    state as well, paths and values. Raises UsageError for a query that cannot be used (see
    `matching.sought`), Cancelled when stopped.
    """
    lineage = trace.lineage(position.timeline)
    here = lineage.index_of(position.seq) if position.seq else -1
    work = work or Work(total=len(lineage))
    scan = Scan(trace, sought(query), states=states, work=work)

    def nearness(hit: Hit) -> tuple[int, bool]:
        row = lineage.index_of(hit.seq)
        return abs(row - here), row < here

    near, reach = 0, _FIRST_REACH
    while near <= max(here, len(lineage) - 1 - here):
        far = near + reach
        sides = ((here - far + 1, here - near + 1), (here + max(near, 1), here + far))
        hits = [
            hit
            for start, stop in sides
            for first, last in lineage.stretches(start, stop)
            for hit in scan.between(first, last)
        ]
        yield from sorted(hits, key=nearness)
        near, reach = far, min(reach * 4, _REACH)


class Scan:
    """Looks through stretches of events; what cannot match is told without reading it."""

    def __init__(
        self,
        trace: Trace,
        what: Sought,
        *,
        states: bool = False,
        timelines: Collection[int] | None = None,
        agent: str | None = None,
        work: Work | None = None,
    ) -> None:
        """Only events of some `timelines` and of an `agent`, if they are given."""
        self._trace = trace
        self._find = what.find
        self._sieve = what.sieve
        self._states = states
        self._timelines = timelines
        self._agents = (
            None
            if agent is None
            else {number for number, text in trace.words.items() if text == agent}
        )
        self._work = work or Work()
        self._words = {number for number, text in trace.words.items() if what.find(text)}
        self._shared: dict[str, bool] = {}

    def between(self, first: int, last: int) -> list[Hit]:
        """Hits first <= seq <= last in the whole file, ascending."""
        rows = self._trace.stored(first, last)
        if self._timelines is not None:
            rows = [row for row in rows if row[1] in self._timelines]
        if self._agents is not None:
            rows = [row for row in rows if row[4] in self._agents]
        changes: dict[int, object] = {}
        if self._states:
            changes = self._trace.stored_changes(first, last, {row[1] for row in rows})
        found = []
        for count, row in enumerate(self._candidates(rows, changes), 1):
            hit = self._hit(row, changes.get(row[0], _UNCHANGED))
            if hit is not None:
                found.append(hit)
            if count % _LOOK == 0:
                self._work.look()
        self._work.done += last - first + 1
        self._work.look()
        return found

    def _candidates(self, rows: list[Stored], changes: dict[int, object]) -> Iterator[Stored]:
        words = self._words
        for row in rows:
            seq, _, type_, name, agent, data, source = row
            if (
                type_ in words
                or name in words
                or agent in words
                or isinstance(name, str)
                or (data is not None and self._passes(data))
                or (source is not None and self._passes(source))
                or (seq in changes and self._passes(changes[seq]))
            ):
                yield row

    def _passes(self, stored: object) -> bool:
        sieve = self._sieve
        if sieve is None or stored is None:  # None is a whole state, kept elsewhere
            return True
        text = stored if isinstance(stored, str) else self._trace.text(stored)
        return sieve.passes(text) or ('"$blob"' in text and self._holds_shared(text))

    def _holds_shared(self, text: str) -> bool:
        """Whether one of the strings that a text refers to matches."""
        for key in _SHARED.findall(text):
            if key not in self._shared:
                self._shared[key] = self._find(self._trace.shared(key)) is not None
            if self._shared[key]:
                return True
        return False

    def _hit(self, row: Stored, written: object) -> Hit | None:
        """The first place of an event's text that matches."""
        for where, text in self._texts(row, written):
            found = self._find(text)
            if found is not None:
                return _hit(row[0], where, text, *found)
        return None

    def _texts(self, row: Stored, written: object) -> Iterator[Text]:
        """Every piece of text an event holds, with where it stands."""
        seq, _, type_, name, agent, data, source = row
        word = self._trace.word
        yield "type", word(type_)
        if name is not None:
            yield "name", word(name) if isinstance(name, int) else name
        if agent is not None:
            yield "agent", word(agent)
        if data is not None:
            yield from leaves("/data", self._trace.value(data))
        if source is not None:
            yield from leaves("/source", self._trace.value(source))
        if written is not _UNCHANGED:
            yield from _written(self._trace.delta(seq) or [])


def _written(delta: Delta) -> Iterator[Text]:
    for op in delta:
        where = f"/state{op['path']}"
        for segment in split_pointer(str(op["path"])):
            yield where, segment
        if "value" in op:
            yield from leaves(where, op["value"])


def leaves(where: str, value: JSON) -> Iterator[Text]:
    """Keys and scalars of a value in the order they stand in it."""
    pending = [(where, value)]
    while pending:
        where, value = pending.pop()
        if isinstance(value, dict):
            inner = [(f"{where}/{escape(key)}", key, item) for key, item in value.items()]
            for place, key, _ in inner:
                yield place, key
            pending.extend((place, item) for place, _, item in reversed(inner))
        elif isinstance(value, list):
            pending.extend((f"{where}/{at}", value[at]) for at in range(len(value) - 1, -1, -1))
        else:
            yield where, value if isinstance(value, str) else json.dumps(value)


def _hit(seq: int, where: str, text: str, start: int, stop: int) -> Hit:
    low = max(start - _BEFORE, 0)
    excerpt = text[low : low + _EXCERPT]
    return Hit(seq, where, excerpt, start - low, min(stop - low, len(excerpt)))
