"""Writing a trace file: append-only, one transaction per event or per group of events."""

from __future__ import annotations

import sqlite3
import threading
import time as clock
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, NoReturn, Self, TypeAlias, cast

from ttdebug.delta import Delta
from ttdebug.errors import TraceError, UsageError
from ttdebug.model import JSON, MAIN, MISSING, Edge, Object
from ttdebug.store import chain, codec, creation, lock, schema
from ttdebug.store.backlog import Backlog
from ttdebug.store.blobs import Blobs
from ttdebug.store.changes import NO_STATE, Change, changed
from ttdebug.store.edges import Edges
from ttdebug.store.index import Entry, Kind
from ttdebug.store.journal import FileGoneError, Journal, Lock
from ttdebug.store.lines import Line, Track
from ttdebug.store.names import Words
from ttdebug.store.reading import told
from ttdebug.store.registry import Registry
from ttdebug.store.states import States

Durability: TypeAlias = Literal["process", "power", "batch"]

_MAX_INT: Final = 2**63 - 1
_STATUS: Final[dict[str | None, int]] = {name: at for at, name in enumerate(schema.STATUSES)}
_FOLLOW: Final = schema.SLICE // 2  # events from which index rows follow while nobody records

_EVENT: Final = f"INSERT INTO events VALUES ({','.join('?' * 17)})"
_DELTA: Final = "INSERT INTO deltas VALUES (?, ?, ?)"


class _Fields(NamedTuple):
    """An event, ready to be stored."""

    seq: int
    kind: Kind
    type: str
    agent: str | None
    name: str | None
    label: int | str | None  # the name as it is stored
    flags: int
    time: int | None
    parent: int | None
    closes: int | None
    duration: int | None
    causes: Sequence[chain.Cause]
    data: bytes
    source: bytes


class Writer:
    """Appends to one trace file. Calls from several threads are served one after the other."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        key: lock.Key,
        durability: Durability,
        normalise: Callable[[object], JSON] | None,
    ) -> None:
        """Use `create`."""
        self.path = path
        self._db = connection
        self._write = connection.cursor().execute  # a connection's own makes a cursor each time
        self._key = key
        self._in_slices = durability != "batch"
        self._normalise = normalise
        self._lock = threading.RLock()
        self._closed = False
        self._load()
        self._journal = Journal(
            path,
            connection,
            self._lock,
            grouped=durability == "batch",
            follow=lambda: self._backlog.store(),
            reset=self._load,
        )

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
        `writer.path` tells. `normalise` turns states into strict JSON (see `delta.Shadow`). Raises
        TraceError if the file is something else or cannot be written.
        """
        found, connection, key = creation.open_for_writing(Path(path), durability)
        try:
            with told(str(found)):
                return cls(found, connection, key, durability, normalise)
        except BaseException:
            connection.close()
            lock.release(key)
            raise

    def run(self, uid: str, name: str = "", *, time: int | None = None) -> int:
        """Start a run; returns the id of its `main` timeline. `time` is ns since the epoch."""
        with self._lock, self._journal:
            run = self._registry.add_run(uid, name, _int(time))
            return self._registry.add_line(run, MAIN, None, 0).id

    def fork(self, parent: int, at: int, name: str | None = None) -> int:
        """Open a timeline that shares `parent` up to and including event `at`; returns its id."""
        with self._lock, self._journal:
            base = self._registry.line(parent)
            if not 0 <= at <= self._last:
                raise UsageError(f"no event {at} to fork from; the last one is {self._last}")
            name = name or f"fork-{base.run.forks + 1}"
            return self._registry.add_line(base.run, name, base, at).id

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
            if agent is None and (state is not MISSING or delta is not None):
                raise ValueError("a state belongs to an agent: name it")
            with self._journal:
                line = self._registry.line(timeline)
                actor = None if agent is None else self._words.id(agent)
                track: Track | None = None
                try:
                    change = NO_STATE
                    if actor is not None and (state is not MISSING or delta is not None):
                        track = self._registry.track(line, actor, self._last)
                        change = changed(track, self._blobs, state, delta)
                    flags = change.flags | schema.OPENS if opens else change.flags
                    fields = _Fields(
                        self._last + 1,
                        Kind(line.id, actor, self._words.id(type), _STATUS.get(status), flags & 3),
                        type,
                        agent,
                        name,
                        None if name is None else self._words.name(name),
                        flags,
                        None if time is None else _int(time),
                        closes if parent is None else parent,
                        closes,
                        None if duration is None else _int(duration),
                        self._edges.causes(causes) if causes else (),
                        self._blobs.encode(data) if data else b"",
                        self._blobs.encode(source) if source else b"",
                    )
                except BaseException:
                    if actor is not None and track is not None:
                        line.tracks.pop(actor, None)  # its shadow may be ahead of the file
                    raise
                self._journal.half_done = True
                self._insert(line, track, fields, change)
            return fields.seq

    def cause(self, effect: int, edge: Edge) -> None:
        """Record an edge that was found after its effect."""
        with self._lock, self._journal:
            if not 0 < effect <= self._last:
                raise UsageError(f"no event {effect}; the last one is {self._last}")
            self._edges.store(effect, self._edges.causes((edge,)), schema.LATER)
            self._backlog.cause(effect, edge.seq)

    def fact(self, timeline: int, key: str, value: JSON) -> None:
        """Say something about the timeline's run: `fidelity`, `warning`, `redacted`..."""
        with self._lock, self._journal:
            run = self._registry.line(timeline).run
            text = codec.encode(value).decode()
            self._db.execute(
                "INSERT INTO facts (run, key, value) VALUES (?, ?, ?)", (run.id, key, text)
            )

    @property
    def locks(self) -> tuple[Lock, ...]:
        """All under which SQLite is called, in the order in which they are taken."""
        return self._journal.copying, self._lock

    @property
    def last_seq(self) -> int:
        """The seq of the newest event; 0 in an empty file."""
        return self._last

    def flush(self) -> None:
        """Commit what is grouped and complete the index."""
        with self._lock:
            self._journal.ready()
            try:
                self._journal.commit()
            except sqlite3.Error as error:
                raise TraceError(f"{self.path} cannot be written: {error}") from error

    def close(self) -> None:
        """Complete the index and seal: one file, no journal beside it. Closing twice is fine."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._journal.stop()
        if not self._journal.is_in_place():
            self._give_up()
        try:
            self._journal.commit()
            now = clock.time_ns()
            ended = [(run.id, run.last, now) for run in self._registry.runs.values() if run.last]
            self._db.executemany("INSERT INTO closings (run, seq, time) VALUES (?, ?, ?)", ended)
            creation.seal(self._db)
        except sqlite3.Error as error:
            raise TraceError(f"{self.path} was not closed properly: {error}") from error
        finally:
            self._db.close()
            lock.release(self._key)

    def abandon(self) -> None:
        """Let go in a forked child: the file stays the parent's, nothing is written or closed."""
        self._closed = True
        self._journal.abandon()
        _abandoned.append(self._db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _load(self) -> None:
        """Read what is needed to go on from the file."""
        db = self._db
        self._words = Words(db)
        self._edges = Edges(db, self._words)
        self._blobs = Blobs(db)
        states = States(lambda sql, values: db.execute(sql, values).fetchall(), self._blobs.get)
        self._registry = Registry(db, states, self._normalise)
        self._last: int = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0]
        self._backlog = Backlog(db, self._blobs, self._registry, states)

    def _give_up(self) -> NoReturn:
        """Let go of a file that was deleted, moved or replaced: its name is somebody else's now."""
        self._journal.leave()
        self.abandon()
        lock.release(self._key)
        raise FileGoneError(self.path)

    def _insert(self, line: Line, track: Track | None, fields: _Fields, change: Change) -> None:
        (seq, kind, type_, agent, name, label, flags, time, parent, closes, duration,
         causes, data, source) = fields  # fmt: skip
        on, actor, word, status, _ = kind
        run = line.run
        run.chain = chain.link(
            run.chain or self._registry.last_link(run),
            line.head,
            (seq, agent, type_, name, time, parent, closes, flags, status, duration,
             *change.counts),
            causes,
            data,
            source,
            change.text or change.keyframe,
        )  # fmt: skip
        pack = self._blobs.packer.pack
        self._write(
            _EVENT,
            (seq, on, actor, word, label, time, parent, closes, flags, status, duration,
             pack(data) if data else None, pack(source) if source else None,
             *change.counts, run.chain),
        )  # fmt: skip
        number = self._insert_change(line, track, fields, change) if change.ops and track else None
        if causes:
            self._edges.store(seq, causes)
        if flags & schema.OPENS:
            self._backlog.opens(seq, kind)
        known = tuple([cause[0] for cause in causes]) if causes else ()
        self._last = run.last = seq
        waiting = self._backlog.add(
            Entry(seq, kind, parent, closes, known, number, change.ops or None)
        )
        if self._in_slices and waiting >= _FOLLOW:
            if waiting == schema.SLICE:
                self._backlog.store()
            elif waiting == _FOLLOW:
                self._journal.follow_soon()

    def _insert_change(self, line: Line, track: Track, fields: _Fields, change: Change) -> int:
        seq = fields.seq
        number = track.id or self._registry.add_track(line, track, fields.kind.agent, seq)
        pack = self._blobs.packer.pack
        self._write(_DELTA, (number, seq, pack(change.text) if change.text else None))
        if change.keyframe:
            self._backlog.keyframe_now(seq, track, change.keyframe)
        elif change.due:
            self._backlog.keyframe(seq, track, cast(JSON, track.shadow.state))
        return number


_abandoned: Final[list[sqlite3.Connection]] = []  # closing them would disturb the parent's file


def _int(value: int | None) -> int | None:
    """A time or duration; unknown if no 64-bit number can hold it."""
    return value if value is not None and -_MAX_INT <= value <= _MAX_INT else None
