"""Is a file what was recorded? The chain over every event, and on request everything derived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ttdebug.delta import equal
from ttdebug.errors import TraceError
from ttdebug.model import JSON, MISSING, Value
from ttdebug.store import chain, codec, schema
from ttdebug.store.catalog import Catalog, Track
from ttdebug.store.fold import fold
from ttdebug.store.lookup import Lookup
from ttdebug.store.reading import Query, Row, told
from ttdebug.store.states import States

Progress = Callable[[int, int], None]

_CHUNK: Final = 512
_MOST_PROBLEMS: Final = 50

_EVENTS: Final = (
    "SELECT seq, timeline, agent, type, name, time, parent, closes, flags, status, duration,"
    " added, changed, removed, data, source, chain FROM events"
    " WHERE seq BETWEEN ? AND ? ORDER BY seq"
)
_CAUSES: Final = (
    "SELECT effect, cause, kind, rule FROM edges WHERE effect BETWEEN ? AND ? AND kind < ?"
    " ORDER BY effect, cause"
)
_DELTAS: Final = "SELECT seq, track, ops FROM deltas WHERE track = ? AND seq BETWEEN ? AND ?"
_BLOBS: Final = "SELECT hash, data FROM blobs WHERE hash > ? ORDER BY hash LIMIT ?"
_TOUCHED: Final = "SELECT count(DISTINCT seq) FROM touch WHERE track = ?"
_CHANGED: Final = "SELECT count(*) FROM deltas WHERE track = ? AND seq <= ?"
_UNPLACED: Final = (
    "SELECT seq FROM events WHERE parent IS NOT NULL AND seq <= ? AND NOT EXISTS (SELECT 1 FROM"
    " children AS c WHERE c.parent = events.parent AND c.closes = (events.closes IS events.parent)"
    " AND c.seq = events.seq) LIMIT 1"
)
_UNLINKED: Final = (
    "SELECT effect FROM edges WHERE effect <= ? AND NOT EXISTS (SELECT 1 FROM effects"
    " WHERE effects.cause = edges.cause AND effects.effect = edges.effect) LIMIT 1"
)
_SURPLUS: Final = (
    "SELECT (SELECT count(*) FROM children WHERE seq <= ?1) > (SELECT count(*) FROM events"
    " WHERE parent IS NOT NULL AND seq <= ?1) OR (SELECT count(*) FROM effects WHERE effect <= ?1)"
    " > (SELECT count(*) FROM edges WHERE effect <= ?1)"
)


@dataclass(frozen=True, slots=True)
class Verification:
    """How far a file can be trusted: all of it if `intact_to == total` and nothing is wrong."""

    intact_to: int
    total: int
    problems: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


class Inspection:
    """One pass over a file."""

    def __init__(
        self,
        path: Path | None,
        query: Query,
        catalog: Catalog,
        lookup: Lookup,
        states: States,
        progress: Progress | None,
    ) -> None:
        """`path` is None while the file is being written."""
        self._path = path
        self._query = query
        self._catalog = catalog
        self._lookup = lookup
        self._states = states
        self._progress = progress
        self._problems: list[str] = []
        self._total = lookup.last_seq
        self._heads: dict[int, chain.Head] = {}
        self._links: dict[int, bytes] = {}  # by run

    def run(self, *, deep: bool) -> Verification:
        """Follow the chain; `deep` also refolds states and counts the index."""
        intact = self._follow()
        self._attempt("the shared strings", self._check_blobs)
        self._attempt("the file's structure", self._check_structure)
        if deep and not self._problems:
            for track in self._catalog.tracks:
                self._attempt(f"the states of track {track.id}", self._refold, track)
            self._attempt("the index", self._count_index)
            self._attempt("the index of spans and causes", self._match_links)
        return Verification(intact, self._total, tuple(self._problems))

    def _follow(self) -> int:
        """The last event up to which every link holds."""
        for first in range(1, self._total + 1, _CHUNK):
            last = min(first + _CHUNK - 1, self._total)
            bad = self._follow_chunk(first, last)
            if bad is not None:
                return bad - 1
            if self._progress is not None:
                self._progress(last, self._total)
        return self._total

    def _follow_chunk(self, first: int, last: int) -> int | None:
        """The first event of a chunk that is not as it was recorded."""
        seq = first
        try:
            with told(f"the stretch from event {first} to {last}"):
                rows = self._query(_EVENTS, (first, last))
                causes = self._causes(first, last)
                deltas = self._deltas(first, last)
        except TraceError as error:
            self._note(str(error))
            return first
        for row in rows:
            if row[0] != seq:
                break
            try:
                with told(f"event {seq}"):
                    holds = self._link(row, causes.get(seq, []), deltas.get(seq)) == row[16]
            except TraceError as error:
                self._note(str(error))
                return seq
            if not holds:
                self._note(f"event {seq} is not as it was recorded")
                return seq
            seq += 1
        if seq <= last:
            self._note(f"event {seq} is missing")
            return seq
        return None

    def _link(self, row: Row, causes: list[chain.Cause], change: object) -> bytes:
        (seq, timeline, agent, type_, name, time, parent, closes, flags, status, duration,
         added, changed, removed, data, source, link) = row  # fmt: skip
        word = self._catalog.word
        line = self._catalog.timelines[timeline]
        head = self._heads.get(timeline)
        if head is None:
            head = self._heads[timeline] = chain.head(
                line.run, timeline, line.name, line.parent, line.fork_seq
            )
        run = self._catalog.run_of[timeline]
        before = self._links.get(run, chain.GENESIS)
        self._links[run] = link
        return chain.link(
            before,
            head,
            (
                *(seq, None if agent is None else word(agent), word(type_)),
                *(word(name) if isinstance(name, int) else name, time, parent, closes, flags),
                *(status, duration, added, changed, removed),
            ),
            causes,
            b"" if data is None else codec.unpack(data),
            b"" if source is None else codec.unpack(source),
            self._change(seq, change),
        )

    def _change(self, seq: int, change: object) -> bytes:
        if change is None:
            return b""
        text = change[0]  # type: ignore[index]  # a row of one column
        return self._states.keyframe_text(seq) if text is None else codec.unpack(text)

    def _causes(self, first: int, last: int) -> dict[int, list[chain.Cause]]:
        found: dict[int, list[chain.Cause]] = {}
        for effect, cause, kind, rule in self._query(_CAUSES, (first, last, schema.LATER)):
            text = None if rule is None else self._catalog.word(rule)
            found.setdefault(effect, []).append((cause, kind, text))
        return found

    def _deltas(self, first: int, last: int) -> dict[int, tuple[Any]]:
        found: dict[int, tuple[Any]] = {}
        for track in self._catalog.tracks:
            if track.first <= last:
                for seq, _, ops in self._query(_DELTAS, (track.id, first, last)):
                    found[seq] = (ops,)
        return found

    def _check_blobs(self) -> None:
        after = ""
        while rows := self._query(_BLOBS, (after, _CHUNK)):
            for key, data in rows:
                if codec.digest(codec.unpack(data)).hex() != key:
                    self._note(f"shared string {key} is not as it was recorded")
            after = rows[-1][0]

    def _check_structure(self) -> None:
        for (text,) in self._query("PRAGMA quick_check(5)", ()):
            if text != "ok":
                self._note(f"the file's structure is damaged: {text}")
        pages = self._query("PRAGMA page_count", ())[0][0]
        size = pages * self._query("PRAGMA page_size", ())[0][0]
        if self._path is not None and self._path.stat().st_size < size:
            self._note(f"the file is cut off before its end at byte {size}")

    def _refold(self, track: Track) -> None:
        """Every keyframe has to be what the deltas since the one before make of that one."""
        state: Value = MISSING
        previous = 0
        for seq in self._keyframe_seqs(track.id):
            if not previous and seq != track.first:
                break
            whole: JSON = self._states.whole(seq)
            if not previous or self._states.delta(track.id, seq) is None:
                state = self._states.whole(seq)
            else:
                state = fold(state, self._states.deltas(track.id, previous, seq))
            if not equal(state, whole):
                self._note(f"the state kept at event {seq} is not what the changes make")
            previous = seq
        if not previous:
            self._note(f"the first state of track {track.id}, at event {track.first}, is missing")

    def _keyframe_seqs(self, track: int) -> Iterator[int]:
        sql = "SELECT seq FROM keyframes WHERE track = ? AND seq <= ? ORDER BY seq"
        for (seq,) in self._query(sql, (track, self._total)):
            yield seq

    def _count_index(self) -> None:
        """Every event is listed once, and every change was indexed."""
        listed: Counter[tuple[Any, ...]] = Counter()
        for kind, number in self._lookup.kinds.items():
            if not kind.flags & schema.LATE:
                listed[tuple(kind)] += self._lookup.count(number, 1, self._total)
        sql = (
            "SELECT timeline, agent, type, status, flags & 3, count(*) FROM events"
            " WHERE seq <= ? GROUP BY 1, 2, 3, 4, 5"
        )
        recorded = {tuple(row[:5]): row[5] for row in self._query(sql, (self._total,))}
        if {key: count for key, count in listed.items() if count} != recorded:
            self._note("the index does not list the events that were recorded")
        covered = 0
        for first, _, last in self._lookup.stretches:
            if first != covered + 1 or last < first:
                self._note(f"the index does not know the timeline of event {covered + 1}")
            covered = last
        if covered != self._total:
            self._note(f"the index knows the timelines of events up to {covered} only")
        indexed = self._lookup.indexed
        for track in self._catalog.tracks:
            changed = self._query(_CHANGED, (track.id, indexed))[0][0]
            touched = self._query(_TOUCHED, (track.id,))[0][0]
            if changed != touched:
                self._note(f"the index has {touched} of {changed} changes of track {track.id}")

    def _match_links(self) -> None:
        """Spans know what is inside them, causes know their effects, and nothing else does."""
        upto = (self._lookup.indexed,)
        for (seq,) in self._query(_UNPLACED, upto):
            self._note(f"the index does not know in which span event {seq} is")
        for (seq,) in self._query(_UNLINKED, upto):
            self._note(f"the index does not lead from a cause to event {seq}")
        if self._query(_SURPLUS, upto)[0][0]:
            self._note("the index of spans and causes lists more than was recorded")

    def _attempt(self, what: str, check: Callable[..., None], *values: object) -> None:
        try:
            with told(what):
                check(*values)
        except TraceError as error:
            self._note(str(error))

    def _note(self, problem: str) -> None:
        if len(self._problems) < _MOST_PROBLEMS:
            self._problems.append(problem)
