"""Writing a trace file: append-only, one transaction per event or per group of events."""

from __future__ import annotations

import sqlite3
import threading
import time as clock
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self, TypeAlias

from ttdebug.delta import Delta, Shadow, counts, make
from ttdebug.errors import TraceError, UsageError
from ttdebug.model import JSON, MAIN, MISSING, Edge, Object, Value
from ttdebug.store import chain, codec, creation, fold, lock, resume, schema
from ttdebug.store.index import Entry, Indexer, Kind
from ttdebug.store.lines import NO_STATE, Change, Line, Run, Track
from ttdebug.store.names import Kinds, Nodes, Words
from ttdebug.store.reading import Row
from ttdebug.store.states import States

Durability: TypeAlias = Literal["process", "power", "batch"]

_GROUP_SECONDS: Final = 0.05
_GROUP_EVENTS: Final = 4096
_MAX_INT: Final = 2**63 - 1
_STATUS: Final[dict[str | None, int]] = {name: at for at, name in enumerate(schema.STATUSES)}
_MADE: Final = frozenset(("add", "remove", "replace"))
_MOST_SPANS: Final = 100_000
_MOST_BLOBS: Final = 100_000

_EVENT: Final = f"INSERT INTO events VALUES ({','.join('?' * 17)})"
_DELTA: Final = "INSERT INTO deltas VALUES (?, ?, ?)"
_KEYFRAME: Final = "INSERT INTO keyframes VALUES (?, ?, ?, ?)"
_EDGE: Final = "INSERT OR IGNORE INTO edges VALUES (?, ?, ?, ?)"


class _Fields(NamedTuple):
    """An event, ready to be stored."""

    seq: int
    kind: Kind
    type: str
    agent: str | None
    name: str | None
    flags: int
    time: int | None
    parent: int | None
    closes: int | None
    duration: int | None
    causes: tuple[Edge, ...]
    data: bytes
    source: bytes


class Writer:
    """Appends to one trace file. Calls from several threads are served one after the other."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        key: tuple[int, int],
        durability: Durability,
        normalise: Callable[[object], JSON] | None,
    ) -> None:
        """Use `create`."""
        self.path = path
        self._db = connection
        self._key = key
        self._batch = durability == "batch"
        self._normalise = normalise
        self._lock = threading.RLock()
        self._packer = codec.Packer()
        self._closed = False
        self._load()

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        durability: Durability = "process",
        normalise: Callable[[object], JSON] | None = None,
    ) -> Self:
        """Start a trace file, or append to the one at `path`.

        If another process is writing it, a file named after this process is started beside it:
        `writer.path` tells. Raises TraceError if the file is something else or cannot be written.
        """
        found, connection, key = creation.open_for_writing(Path(path), durability)
        try:
            return cls(found, connection, key, durability, normalise)
        except BaseException:
            connection.close()
            lock.release(key)
            raise

    def run(self, uid: str, name: str = "", *, time: int | None = None) -> int:
        """Start a run; returns the id of its `main` timeline. `time` is ns since the epoch."""
        with self._lock:
            run = Run(len(self._runs) + 1, uid, chain.GENESIS)
            with self._transaction():
                self._db.execute(
                    "INSERT INTO runs VALUES (?, ?, ?, ?)", (run.id, uid, name, _int(time))
                )
                self._runs[run.id] = run
                return self._start(run, MAIN, None, 0)

    def fork(self, parent: int, at: int, name: str | None = None) -> int:
        """Open a timeline that shares `parent` up to and including event `at`; returns its id."""
        with self._lock:
            base = self._line(parent)
            if not 0 <= at <= self._last:
                raise UsageError(f"no event {at} to fork from; the last one is {self._last}")
            base.run.forks += 1
            with self._transaction():
                return self._start(base.run, name or f"fork-{base.run.forks}", base, at)

    def append(
        self,
        timeline: int,
        type: str,  # noqa: A002 - the word events use
        *,
        agent: str | None = None,
        name: str | None = None,
        time: int | None = None,
        parent: int | None = None,
        opens: bool = False,
        closes: int | None = None,
        status: str | None = None,
        duration: int | None = None,
        causes: Iterable[Edge] = (),
        data: Object | None = None,
        source: Object | None = None,
        state: object = MISSING,
        delta: Delta | None = None,
    ) -> int:
        """Record one event and return its seq; it is as durable as was asked when this returns.

        `state` is the agent's full state after the event, `delta` what changed if that is known.
        Raises ValueError if something cannot be stored as JSON; nothing is recorded then.
        """
        with self._lock:
            line = self._line(timeline)
            if closes is not None and parent is None:
                parent = closes
            track: Track | None = None
            with self._transaction():
                try:
                    actor = None if agent is None else self._words.id(agent)
                    change = NO_STATE
                    if state is not MISSING or delta is not None:
                        if actor is None:
                            raise ValueError("a state belongs to an agent: name it")
                        track = self._track(line, actor)
                        change = self._change(track, state, delta)
                    flags = change.flags | schema.OPENS if opens else change.flags
                    fields = _Fields(
                        self._last + 1,
                        Kind(line.id, actor, self._words.id(type), _STATUS.get(status), flags & 3),
                        type,
                        agent,
                        name,
                        flags,
                        _int(time),
                        parent,
                        closes,
                        _int(duration),
                        tuple(causes),
                        self._encode(data),
                        self._encode(source),
                    )
                except BaseException:
                    if track is not None:  # its shadow may be ahead of what is stored
                        line.tracks.pop(actor, None)
                    raise
                self._insert(line, track, fields, change)
            return fields.seq

    def cause(self, effect: int, edge: Edge) -> None:
        """Record an edge that was found after its effect."""
        with self._lock:
            if not 0 < effect <= self._last:
                raise UsageError(f"no event {effect}; the last one is {self._last}")
            with self._transaction():
                self._edge(effect, edge, schema.LATER)
                indexed = not self._pending or effect < self._pending[0].seq
                if indexed:
                    self._db.execute(
                        "INSERT OR IGNORE INTO effects VALUES (?, ?)", (edge.seq, effect)
                    )
                else:
                    at = effect - self._pending[0].seq
                    entry = self._pending[at]
                    self._pending[at] = entry._replace(causes=(*entry.causes, edge.seq))

    def fact(self, timeline: int, key: str, value: JSON) -> None:
        """Say something about the timeline's run: `fidelity`, `warning`, `redacted`..."""
        with self._lock:
            run = self._line(timeline).run
            with self._transaction():
                self._db.execute(
                    "INSERT INTO facts (run, key, value) VALUES (?, ?, ?)",
                    (run.id, key, codec.encode(value).decode()),
                )

    @property
    def last_seq(self) -> int:
        """The seq of the newest event; 0 in an empty file."""
        return self._last

    def flush(self) -> None:
        """Commit what is grouped and complete the index."""
        with self._lock:
            self._begin()
            self._index()
            self._end_group()

    def close(self) -> None:
        """Complete the index and seal: one file, no journal beside it."""
        with self._lock:
            if self._closed:
                return
            try:
                self._begin()
                self._index()
                now = clock.time_ns()
                self._db.executemany(
                    "INSERT INTO closings (run, seq, time) VALUES (?, ?, ?)",
                    [(run.id, run.last, now) for run in self._runs.values() if run.last],
                )
                self._end_group()
                creation.seal(self._db)
            except sqlite3.Error as error:
                raise TraceError(f"{self.path} was not closed properly: {error}") from None
            finally:
                self._closed = True
                self._db.close()
                lock.release(self._key)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- one event ---------------------------------------------------------------------------

    def _change(self, track: Track, state: object, delta: Delta | None) -> Change:
        """Bring the track's shadow up to date and tell what is to be stored."""
        shadow = track.shadow
        ops = shadow.update(state) if delta is None else _advance(shadow, delta)
        whole = shadow.state
        if whole is MISSING:
            raise ValueError("a state has to be given before its changes")
        if ops is None:
            text = codec.encode(whole)
            shared = codec.share(text, whole, self._put_blob)
            track.long = shared is not text
            first: Delta = [{"op": "add", "path": "", "value": whole}]
            return Change(schema.STATE | schema.FIRST, first, keyframe=shared)
        if not ops:
            return Change(schema.STATE)
        stored = fold.compact(ops)
        text = codec.encode(stored)
        shared = codec.share(text, stored, self._put_blob)
        track.long = track.long or shared is not text
        keyframe = b""
        if track.due(len(shared), len(ops)) or track.id is None:
            keyframe = codec.encode(whole)
            if track.long:
                keyframe = codec.share(keyframe, whole, self._put_blob)
        return Change(schema.STATE, ops, shared, keyframe, counts(ops))

    def _insert(self, line: Line, track: Track | None, fields: _Fields, change: Change) -> None:
        run, kind, seq = line.run, fields.kind, fields.seq
        if run.chain is None:
            run.chain = self._last_link(run)
        added = change.counts
        edges = [(edge.seq, int(edge.kind != "recorded"), edge.rule) for edge in fields.causes]
        edges = sorted({edge[0]: edge for edge in reversed(edges)}.values())
        run.chain = chain.link(
            run.chain,
            line.head,
            (
                seq,
                fields.agent,
                fields.type,
                fields.name,
                fields.time,
                fields.parent,
                fields.closes,
                fields.flags,
                kind.status,
                fields.duration,
                added.added,
                added.changed,
                added.removed,
            ),
            edges,
            (fields.data, fields.source, change.text or change.keyframe),
        )
        name = None if fields.name is None else self._words.name(fields.name)
        pack = self._packer.pack
        self._db.execute(
            _EVENT,
            (
                seq,
                line.id,
                kind.agent,
                kind.type,
                name,
                fields.time,
                fields.parent,
                fields.closes,
                fields.flags,
                kind.status,
                fields.duration,
                pack(fields.data) if fields.data else None,
                pack(fields.source) if fields.source else None,
                added.added,
                added.changed,
                added.removed,
                run.chain,
            ),
        )
        number = None
        if change.ops:
            assert track is not None
            number = self._stored_track(line, track, kind.agent, seq)
            self._db.execute(_DELTA, (number, seq, pack(change.text) if change.text else None))
            if change.keyframe:
                base, packed = track.keyframes.pack(seq, change.keyframe, self._packer)
                self._db.execute(_KEYFRAME, (seq, number, base, packed))
                track.keyframed(len(change.keyframe))
        for edge in fields.causes:
            self._edge(seq, edge, 0)
        if fields.flags & schema.OPENS:
            if len(self._spans) >= _MOST_SPANS:
                self._spans.clear()
            self._spans[seq] = kind[:3]
        self._pending.append(
            Entry(
                seq,
                kind,
                fields.parent,
                fields.closes,
                tuple(edge[0] for edge in edges),
                number,
                change.ops or None,
            )
        )
        self._last = run.last = seq
        if len(self._pending) >= schema.SLICE and not self._batch:
            self._index()

    def _edge(self, effect: int, edge: Edge, later: int) -> None:
        kind = later | (schema.INFERRED if edge.kind != "recorded" else 0)
        rule = None if edge.rule is None else self._words.id(edge.rule)
        self._db.execute(_EDGE, (effect, edge.seq, kind, rule))

    def _encode(self, value: Object | None) -> bytes:
        if not value:
            return b""
        return codec.share(codec.encode(value), value, self._put_blob)

    def _put_blob(self, key: str, data: bytes) -> None:
        if key in self._blobs:
            return
        self._db.execute(
            "INSERT OR IGNORE INTO blobs VALUES (?, ?)", (key, self._packer.pack(data))
        )
        if len(self._blobs) >= _MOST_BLOBS:
            self._blobs.clear()
        self._blobs[key] = None

    # -- what is kept in memory --------------------------------------------------------------

    def _load(self) -> None:
        """Read what is needed to go on from the file."""
        db = self._db
        self._words = Words(db)
        self._kinds = Kinds(db)
        self._nodes = Nodes(db)
        self._indexer = Indexer(self._kinds.id, self._nodes.id, self._opening)
        self._states = States(self._rows, self._blob)
        self._pending: list[Entry] = []
        self._spans: dict[int, tuple[int, int | None, int]] = {}
        self._blobs: dict[str, None] = {}
        self._lines: dict[int, Line] = {}
        self._runs: dict[int, Run] = {}
        self._group_began = 0.0
        self._grouped = False
        self._last: int = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0]
        for number, uid in db.execute("SELECT id, uid FROM runs ORDER BY id"):
            self._runs[number] = Run(number, uid, None)
        for number, run, name, parent, fork_seq in db.execute(
            "SELECT id, run, name, parent, fork_seq FROM timelines ORDER BY id"
        ):
            base = self._lines.get(parent)
            self._lines[number] = Line(number, self._runs[run], name, base, fork_seq)
            self._runs[run].forks += base is not None
        resume.index_tail(db, self._indexer, self._states)

    def _start(self, run: Run, name: str, parent: Line | None, fork_seq: int) -> int:
        line = Line(len(self._lines) + 1, run, name, parent, fork_seq)
        self._db.execute(
            "INSERT INTO timelines VALUES (?, ?, ?, ?, ?)",
            (line.id, run.id, name, parent.id if parent else None, fork_seq),
        )
        self._lines[line.id] = line
        return line.id

    def _line(self, timeline: int) -> Line:
        if self._closed:
            raise TraceError(f"{self.path} is closed; record to it again to add a run")
        try:
            return self._lines[timeline]
        except KeyError:
            raise UsageError(f"no timeline {timeline} in {self.path}") from None

    def _track(self, line: Line, agent: int) -> Track:
        """An agent's state as it is now, read back from the file if need be."""
        track = line.tracks.get(agent)
        if track is None:
            shadow = Shadow(self._normalise)
            number, state = self._stored_state(line, agent)
            if state is not MISSING:
                shadow.advance([{"op": "add", "path": "", "value": state}])
            track = line.tracks[agent] = Track(number, shadow)
        return track

    def _stored_state(self, line: Line, agent: int) -> tuple[int | None, Value]:
        number = None
        at: Line | None = line
        reach = self._last
        while at is not None:
            row = self._db.execute(
                "SELECT id FROM tracks WHERE timeline = ? AND agent = ?", (at.id, agent)
            ).fetchone()
            if row is not None:
                if at is line:
                    number = row[0]
                state = self._states.fresh(row[0], reach)
                if state is not MISSING:
                    return number, state
            reach = min(reach, at.fork_seq)
            at = at.parent
        return number, MISSING

    def _stored_track(self, line: Line, track: Track, agent: int | None, seq: int) -> int:
        if track.id is None:
            cursor = self._db.execute(
                "INSERT INTO tracks (timeline, agent, first) VALUES (?, ?, ?)",
                (line.id, agent, seq),
            )
            track.id = cursor.lastrowid
            assert track.id is not None
        return track.id

    def _last_link(self, run: Run) -> bytes:
        lines = [line.id for line in self._lines.values() if line.run is run]
        row = self._db.execute(
            "SELECT chain FROM events WHERE seq = (SELECT max(last) FROM extents WHERE timeline IN"
            " (SELECT value FROM json_each(?)))",
            (str(lines),),
        ).fetchone()
        return bytes(row[0]) if row else chain.GENESIS

    def _opening(self, seq: int) -> tuple[int, int | None, int] | None:
        found = self._spans.pop(seq, None)
        if found is None:
            found = self._db.execute(
                "SELECT timeline, agent, type FROM events WHERE seq = ?", (seq,)
            ).fetchone()
        return found

    def _index(self) -> None:
        """Store the index rows of all events that wait for them."""
        if not self._pending:
            return
        entries, self._pending = self._pending, []
        states = {
            track.id: track.shadow.state
            for line in self._lines.values()
            for track in line.tracks.values()
        }
        rows = self._indexer.rows(entries, lambda track: states.get(track, MISSING))
        resume.store(self._db, rows)

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[Row]:
        return self._db.execute(sql, values).fetchall()

    def _blob(self, key: str) -> str:
        row = self._db.execute("SELECT data FROM blobs WHERE hash = ?", (key,)).fetchone()
        if row is None:
            raise TraceError(f"{self.path} lacks a shared string; run ttdebug verify")
        return codec.unpack(row[0]).decode()

    # -- transactions ------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit at the end, or once the group is full; take all back if the file fails."""
        try:
            self._begin()
            try:
                yield
            except sqlite3.Error:
                raise
            except BaseException:
                if not self._batch:
                    self._end_group()
                raise
            if not self._batch or self._group_full():
                if self._batch:
                    self._index()
                self._end_group()
        except sqlite3.Error as error:
            self._take_back()
            raise TraceError(f"{self.path} cannot be written: {error}") from None

    def _begin(self) -> None:
        if not self._grouped:
            self._db.execute("BEGIN IMMEDIATE")
            self._grouped = True
            if self._batch:
                self._group_began = clock.monotonic()

    def _end_group(self) -> None:
        self._db.execute("COMMIT")
        self._grouped = False

    def _group_full(self) -> bool:
        return (
            len(self._pending) >= _GROUP_EVENTS
            or clock.monotonic() - self._group_began > _GROUP_SECONDS
        )

    def _take_back(self) -> None:
        with suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._load()


def _advance(shadow: Shadow, delta: Delta) -> Delta | None:
    """Apply a delta; returns it in the operations that are stored, None for a first state."""
    before = shadow.state
    shadow.advance(delta)
    if before is MISSING or shadow.state is MISSING:
        return None
    if any(op["op"] not in _MADE for op in delta):
        return make(before, shadow.state)
    return delta


def _int(value: int | None) -> int | None:
    """A time or duration; unknown if no 64-bit number can hold it."""
    return value if value is not None and -_MAX_INT <= value <= _MAX_INT else None
