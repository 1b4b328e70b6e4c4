"""A recording opened for reading."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path as FilePath
from typing import Final, Self, cast

from ttdebug.delta import Delta
from ttdebug.errors import NotFoundError
from ttdebug.model import JSON, MISSING, Edge, Event, Run, Timeline, Value
from ttdebug.paths import Path
from ttdebug.store import codec, door, members, outline, schema, seeking, sizes, writes
from ttdebug.store.catalog import Catalog
from ttdebug.store.crossings import Crossing, Crossings, Range, own_source
from ttdebug.store.density import Cell, density
from ttdebug.store.lineage import Lineage
from ttdebug.store.lookup import Lookup
from ttdebug.store.reading import Connections, told
from ttdebug.store.rows import Events
from ttdebug.store.sizes import Sizes
from ttdebug.store.states import States
from ttdebug.store.stream import Part, Stream, Written
from ttdebug.store.touch import Touch
from ttdebug.store.verify import Inspection, Progress, Verification

__all__ = ["Cell", "Lineage", "Touch", "Trace", "Verification"]

_CHUNK: Final = 256
_NOT_CLOSED: Final = "the recording was not closed; it is complete up to its last event"


class Trace:
    """A recording opened for reading; safe to use from several threads.

    Methods raise NotFoundError for what is not there and TraceError for what is damaged.
    """

    def __init__(
        self,
        entrance: door.Entrance,
        source_path: FilePath,
        format: str,  # noqa: A002 - the word front ends use
        warnings: tuple[str, ...],
    ) -> None:
        """Use `open`."""
        self.path = entrance.path
        self.source_path = source_path
        self.format = format
        self.live = entrance.live
        self._file = entrance.file
        self._given_warnings = warnings
        self._connections = Connections(entrance.connect)
        self._query = self._connections.query
        self._blobs: dict[str, str] = {}
        self._states = States(self._query, self._blob)
        with told(str(self.path)):
            self._read()

    @classmethod
    def open(
        cls,
        path: str | FilePath,
        *,
        source_path: FilePath | None = None,
        format: str = "ttd",  # noqa: A002 - the word front ends use
        warnings: tuple[str, ...] = (),
    ) -> Self:
        """Open a trace file; `source_path` and `format` say what it was converted from.

        Leaves nothing behind and changes nothing. Raises TraceError.
        """
        entrance = door.enter(FilePath(path))
        return cls(entrance, source_path or FilePath(path), format, warnings)

    def close(self) -> None:
        """Let go of the file."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def refresh(self) -> bool:
        """Take in what was recorded since; tells whether there is anything new."""
        before = self.last_seq
        with told(str(self.path)):
            self._connections.rest()
            self._states.forget()
            self._read()
            self._connections.rest()  # lets the writer close its file
        return self.last_seq != before

    @property
    def sealed(self) -> bool:
        """Whether the recording was closed properly after its last event."""
        return not self.live and self._closed_at == self.last_seq

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be known about how complete the recording is, conversion included."""
        said = (*self._given_warnings, *self._said_warnings())
        if self.live or self.sealed or not self.last_seq:
            return said
        return (*said, _NOT_CLOSED)

    @property
    def size_bytes(self) -> int:
        """Size of the file that was opened."""
        try:
            return self.source_path.stat().st_size
        except OSError:
            return 0

    @property
    def last_seq(self) -> int:
        """The newest event; 0 if there is none."""
        return self._lookup.last_seq

    @property
    def runs(self) -> tuple[Run, ...]:
        """Runs in the order they were started."""
        return self._catalog.runs

    @property
    def timelines(self) -> Mapping[int, Timeline]:
        """Timelines by id."""
        return self._catalog.timelines

    def lineage(self, timeline: int) -> Lineage:
        """The rows of a timeline, its shared prefix included."""
        return self._catalog.lineage(timeline)

    # -- events ------------------------------------------------------------------------------

    def event(self, seq: int) -> Event:
        """One event, as its own timeline knows it."""
        with told(f"event {seq}"):
            found = self._events.between(seq, seq) if seq <= self.last_seq else []
        if not found:
            raise NotFoundError(f"no event {seq}; this recording has 1 to {self.last_seq}")
        return found[0]

    def window(self, lineage: Lineage, start: int, stop: int) -> list[Event]:
        """The events in rows start <= row < stop of a lineage."""
        found: list[Event] = []
        for first, last in lineage.stretches(start, stop):
            with told(f"event {first} to {last}"):
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
        last = self.last_seq if last is None else min(last, self.last_seq)
        lineage = None if timeline is None else self.lineage(timeline)
        if types is None and agent is None and statuses is None:
            yield from self._all_events(lineage, max(first, 1), last, reverse)
            return
        seqs = self._matching(lineage, max(first, 1), last, types, agent, statuses, reverse)
        chunk: list[int] = []
        for seq in seqs:
            chunk.append(seq)
            if len(chunk) == _CHUNK:
                yield from self._chunk(chunk, lineage, reverse)
                chunk = []
        yield from self._chunk(chunk, lineage, reverse)

    def named(
        self,
        names: Collection[str],
        first: int = 1,
        last: int | None = None,
        *,
        timeline: int | None = None,
    ) -> Iterator[Event]:
        """As `events`, those that have one of some names; only they are read."""
        last = self.last_seq if last is None else min(last, self.last_seq)
        lineage = None if timeline is None else self.lineage(timeline)
        with told("the names of events"):
            seqs = outline.named(self._query, self._catalog, names, lineage, first, last)
            while chunk := list(islice(seqs, _CHUNK)):
                yield from self._chunk(chunk, lineage, False)

    def briefs(
        self, first: int = 1, last: int | None = None, *, timeline: int | None = None
    ) -> Iterator[outline.Brief]:
        """As `events`, but only who acted where."""
        last = self.last_seq if last is None else min(last, self.last_seq)
        lineage = None if timeline is None else self.lineage(timeline)
        with told("the events"):
            yield from outline.briefs(self._query, self._catalog, lineage, first, last)

    def next(
        self,
        lineage: Lineage,
        seq: int,
        *,
        types: Collection[str] | None = None,
        agent: str | None = None,
        statuses: Collection[str] | None = None,
        with_state: bool = False,
        reverse: bool = False,
    ) -> int | None:
        """The nearest event of a lineage strictly after `seq`, or before it, that fits."""
        first, last = (1, seq - 1) if reverse else (seq + 1, self.last_seq)
        found = self._matching(
            lineage, first, last, types, agent, statuses, reverse, with_state=with_state
        )
        return next(iter(found), None)

    def next_delta(
        self, lineage: Lineage, seq: int, *, agent: str | None = None, reverse: bool = False
    ) -> int | None:
        """The nearest event strictly after `seq`, or before it, that changed or began a state."""
        with told("the index"):
            return seeking.next_delta(self._query, self._catalog, lineage, seq, agent, reverse)

    def next_outside(self, lineage: Lineage, seq: int, opening: int) -> int | None:
        """The first event after `seq` whose own span was opened before `opening`, or has none."""
        with told("the index"):
            return seeking.next_outside(self._query, lineage, seq, opening)

    def first_later(self, lineage: Lineage, time: int) -> int | None:
        """The first event of a lineage that is later than `time`, in nanoseconds."""
        with told("the index"):
            return seeking.first_later(self._query, lineage, time)

    def count_types(self, timeline: int | None = None) -> dict[str, int]:
        """How many events of each type there are, the most frequent first."""
        with told("the index"):
            return members.count_types(self._lookup, self._catalog, timeline)

    def count_run(self, run: Run) -> tuple[dict[str, int], int]:
        """Events of a run by type, and how many of them took a snapshot of a state."""
        with told("the index"):
            own = {timeline.id for timeline in run.timelines}
            return members.count_run(self._lookup, self._catalog, own)

    def density(self, timeline: int, cells: int) -> list[Cell]:
        """A timeline in at most `cells` stretches of about the same number of events."""
        with told("the index"):
            return density(self._lookup, self._catalog, timeline, cells)

    # -- causality ---------------------------------------------------------------------------

    def children(
        self, seq: int, timeline: int | None = None, *, limit: int | None = None
    ) -> list[int]:
        """The first events directly inside a span, ascending, its closing event included."""
        line = self.timeline_of(seq) if timeline is None else timeline
        lineage = self.lineage(line)
        read = -1 if limit is None else limit
        while True:
            with told(f"the span of event {seq}"):
                found = self._lookup.children(seq, read)
            inside = [child for child in found if lineage.contains(child)][:limit]
            if limit is None or len(inside) == limit or len(found) < read:
                return inside
            read *= 4

    def causes(self, seq: int) -> list[Edge]:
        """What caused an event, by seq; a closing event is caused by its opening."""
        with told(f"the causes of event {seq}"):
            rows = self._query(
                "SELECT cause, kind, rule FROM edges WHERE effect = ? ORDER BY cause", (seq,)
            )
            found = {edge.seq: edge for edge in map(self._edge, rows)}
            closed = self._query("SELECT closes, type FROM events WHERE seq = ?", (seq,))
            if closed and closed[0][0] is not None:
                opening = cast(int, closed[0][0])
                rule = self._end_rule(cast(int, closed[0][1]))
                found.setdefault(opening, Edge(opening, "recorded", rule))
        return [found[key] for key in sorted(found)]

    def effects(self, seq: int) -> list[Edge]:
        """What an event caused, by seq; edges of `causes` seen from the other end."""
        found: dict[int, Edge] = {}
        with told(f"the effects of event {seq}"):
            for effect in self._lookup.effects(seq):
                row = self._query(
                    "SELECT effect, kind, rule FROM edges WHERE effect = ? AND cause = ?",
                    (effect, seq),
                )
                if row:
                    found[effect] = self._edge(row[0])
            for end in self._lookup.closings([seq]).get(seq, []):
                type_ = self._query("SELECT type FROM events WHERE seq = ?", (end,))[0][0]
                found.setdefault(end, Edge(end, "recorded", self._end_rule(cast(int, type_))))
        return [found[key] for key in sorted(found)]

    # -- states ------------------------------------------------------------------------------

    def timeline_of(self, seq: int) -> int:
        """The timeline that recorded an event."""
        with told(f"event {seq}"):
            rows = self._query("SELECT timeline FROM events WHERE seq = ?", (seq,))
        if not rows or seq > self.last_seq:
            raise NotFoundError(f"no event {seq}; this recording has 1 to {self.last_seq}")
        return cast(int, rows[0][0])

    def agents_with_state(self, timeline: int) -> tuple[str, ...]:
        """Agents that have a state on a timeline's lineage, in order of appearance."""
        catalog = self._catalog
        return tuple(map(catalog.word, catalog.agents_with_state(timeline)))

    def owner(self, seq: int, timeline: int | None = None) -> str | None:
        """Whose state an event shows: its agent's, its nearest ancestor's, or the only one."""
        line = self.timeline_of(seq) if timeline is None else timeline
        with told(f"event {seq}"):
            owners = self._catalog.agents_with_state(line)
            at: int | None = seq
            while at is not None and owners:
                row = self._query("SELECT agent, parent FROM events WHERE seq = ?", (at,))
                if not row:
                    break
                agent, parent = cast("tuple[int | None, int | None]", row[0])
                if agent in owners:
                    return self._catalog.agent_name(agent)
                at = parent if parent is not None and parent < at else None
            return self._catalog.word(owners[0]) if len(owners) == 1 else None

    def state(self, seq: int, agent: str, timeline: int | None = None) -> Value:
        """An agent's state just after event `seq`; MISSING before its first snapshot.

        It shares structure with other states: never change it.
        """
        number = self._catalog.numbers.get(agent)
        if timeline is None and seq > 0:
            timeline = self.timeline_of(seq)
        if timeline is None or number is None:
            return MISSING
        with told(f"the state at event {seq}"):
            for reach in self._catalog.reaches(timeline, min(seq, self.last_seq)):
                track = self._catalog.track(reach.timeline, number)
                if track is not None and track.first <= reach.last:
                    return self._states.at(track.id, reach.last)
        return MISSING

    def before(self, seq: int, agent: str, timeline: int | None = None) -> Value:
        """An agent's state just before event `seq`."""
        line = self.timeline_of(seq) if timeline is None else timeline
        return self.state(seq - 1, agent, line)

    def delta(self, seq: int) -> Delta | None:
        """What an event changed in its agent's state: [] nothing, None no snapshot was taken."""
        with told(f"the change at event {seq}"):
            rows = self._query("SELECT timeline, agent, flags FROM events WHERE seq = ?", (seq,))
            if not rows or not cast(int, rows[0][2]) & schema.STATE:
                return None
            timeline, agent, _ = cast("tuple[int, int, int]", rows[0])
            track = self._catalog.track(timeline, agent)
            delta = [] if track is None else self._states.delta(track.id, seq)
            if delta is not None or track is None:
                return delta
            return [{"op": "add", "path": "", "value": self._states.whole(seq)}]

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
        last = self.last_seq if last is None else min(last, self.last_seq)
        if timeline is None:
            limits = dict.fromkeys(self.timelines, last)
        else:
            limits = dict(self._catalog.reaches(timeline, last))
        parts = []
        for track in self._catalog.tracks:
            agent = self._catalog.word(track.agent)
            start, end = max(first, track.first), limits.get(track.timeline, 0)
            if start <= end and (agents is None or agent in agents):
                parts.append(Part(track.id, track.timeline, agent, start, end))
        with told(f"the changes in {self.path}"):
            yield from Stream(self._query, self._blob, self._states).deltas(parts, keys)

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
        number = self._catalog.numbers.get(agent)
        if number is None:
            return
        last = self.last_seq if last is None else min(last, self.last_seq)
        parts: list[tuple[int, int, int]] = []
        for reach in self._catalog.reaches(timeline, last):
            track = self._catalog.track(reach.timeline, number)
            if track is not None and max(track.first, first) <= reach.last:
                parts.append((track.id, max(track.first, first), reach.last))
        if not parts:
            return
        with told(f"the index of {self.path}"):
            ranges = self._sources.get(path)
            if ranges is None:
                ranges = self._sources[path] = writes.sources(self._lookup, path)
            for track_id, low, high in parts if reverse else reversed(parts):
                yield from writes.touches(
                    self._lookup, track_id, ranges, low, high, reverse=reverse
                )

    def crossings(
        self, timeline: int, agent: str, path: Path, within: Range, *, last: int | None = None
    ) -> Iterator[Crossing] | None:
        """Writes that may take the value at `path` into a range or out of it, in order.

        Those that cannot have are left out. None where the index does not tell them apart.
        """
        number = self._catalog.numbers.get(agent)
        last = self.last_seq if last is None else min(last, self.last_seq)
        found: list[Iterator[Crossing]] = []
        with told(f"the index of {self.path}"):
            ranges = writes.sources(self._lookup, path)
            node = own_source(ranges)
            if node is None or number is None:
                return None
            others = [source for source in ranges if not source.exact]
            for reach in reversed(self._catalog.reaches(timeline, last)):
                track = self._catalog.track(reach.timeline, number)
                if track is None or track.first > reach.last:
                    continue
                walk = Crossings(self._query, self._lookup, track.id, node, within)
                part = walk.between(track.first, reach.last, others)
                if part is None:
                    return None
                found.append(part)
        return self._told(chain.from_iterable(found))

    def facts(self, run_id: str) -> dict[str, list[JSON]]:
        """What was said about a run, in order: `fidelity`, `warning`, ..."""
        found: dict[str, list[JSON]] = {}
        with told(f"the facts of run {run_id}"):
            for key, value in self._query(
                "SELECT key, value FROM facts WHERE run IN (SELECT id FROM runs WHERE uid = ?)"
                " ORDER BY id",
                (run_id,),
            ):
                found.setdefault(cast(str, key), []).append(codec.load(value, self._blob))
        return found

    def sizes(self) -> Sizes:
        """What takes the room in the file; reads every change once."""
        with told(f"the sizes in {self.path}"):
            return sizes.sizes(self._query, self._catalog.words, self.deltas())

    def verify(self, deep: bool = False, progress: Progress | None = None) -> Verification:
        """Whether the file is what was recorded, and up to which event; never raises for damage.

        `deep` also replays all states and counts the index. `progress` gets (done, total) events.
        """
        path = None if self.live else self._file
        return Inspection(
            path, self._query, self._catalog, self._lookup, self._states, progress
        ).run(deep=deep)

    def _said_warnings(self) -> list[str]:
        with told("the warnings"):
            rows = self._query("SELECT value FROM facts WHERE key = 'warning' ORDER BY id", ())
            found = [codec.load(value, self._blob) for (value,) in rows]
        return [warning for warning in found if isinstance(warning, str)]

    # -- inside ------------------------------------------------------------------------------

    def _read(self) -> None:
        last = cast(int, self._query("SELECT coalesce(max(seq), 0) FROM events")[0][0])
        self._closed_at: int = self._query("SELECT coalesce(max(seq), 0) FROM closings")[0][0]
        self._lookup = Lookup(self._query, self._states, last)
        self._catalog = Catalog(self._query, last, self._lookup.kinds, self._lookup.stretches)
        self._sources: dict[Path, list[writes.Source]] = {}
        self._events = Events(self._query, self._blob, self._catalog, self._lookup)

    def _told(self, found: Iterator[Crossing]) -> Iterator[Crossing]:
        with told(f"the index of {self.path}"):
            yield from found

    def _all_events(
        self, lineage: Lineage | None, first: int, last: int, reverse: bool
    ) -> Iterator[Event]:
        if lineage is None:
            start, stop = first, last + 1
        else:
            start, stop = lineage.index_of(first - 1) + 1, lineage.index_of(last) + 1
        steps = range(start, stop, _CHUNK)
        for low in reversed(steps) if reverse else steps:
            high = min(low + _CHUNK, stop)
            if lineage is not None:
                found = self.window(lineage, low, high)
            else:
                with told(f"event {low} to {high - 1}"):
                    found = self._events.between(low, high - 1)
            yield from reversed(found) if reverse else found

    def _chunk(self, seqs: list[int], lineage: Lineage | None, reverse: bool) -> list[Event]:
        if not seqs:
            return []
        with told(f"event {seqs[0]} to {seqs[-1]}"):
            found = self._events.among(seqs, lineage)
        return found[::-1] if reverse else found

    def _matching(
        self,
        lineage: Lineage | None,
        first: int,
        last: int,
        types: Collection[str] | None,
        agent: str | None,
        statuses: Collection[str] | None,
        reverse: bool,
        *,
        with_state: bool = False,
    ) -> Iterator[int]:
        wanted = members.Wanted(types, agent, statuses, with_state)
        with told("the index"):
            for seq in members.matching(
                self._lookup, self._catalog, lineage, first, last, wanted, reverse
            ):
                if statuses is None or self._status_fits(seq, lineage, statuses):
                    yield seq

    def _status_fits(self, seq: int, lineage: Lineage | None, statuses: Collection[str]) -> bool:
        return self._events.between(seq, seq, lineage)[0].status in statuses

    def _edge(self, row: tuple[object, ...]) -> Edge:
        seq, kind, rule = cast("tuple[int, int, int | None]", row)
        return Edge(
            seq,
            "inferred" if kind & schema.INFERRED else "recorded",
            None if rule is None else self._catalog.word(rule),
        )

    def _end_rule(self, type_: int) -> str:
        text = self._catalog.word(type_)
        return "result of call" if text in ("tool.result", "llm.result") else "end of span"

    def _blob(self, key: str) -> str:
        found = self._blobs.get(key)
        if found is None:
            rows = self._query("SELECT data FROM blobs WHERE hash = ?", (key,))
            if not rows:
                raise NotFoundError(f"a shared string ({key}) is missing from the file")
            found = codec.unpack(rows[0][0]).decode()
            self._blobs[key] = found
        return found
