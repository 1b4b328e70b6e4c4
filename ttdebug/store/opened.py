"""An open file: what it is, which runs and timelines it holds, and what all questions read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self

from ttdebug.errors import NotFoundError, OverwrittenError, TraceError
from ttdebug.model import JSON, Run, Timeline
from ttdebug.paths import Path as StatePath
from ttdebug.store import codec, columns, door, lock
from ttdebug.store.catalog import Catalog
from ttdebug.store.lineage import Lineage
from ttdebug.store.lookup import Lookup
from ttdebug.store.members import Members
from ttdebug.store.reading import Connections, asked, told
from ttdebug.store.rows import Events
from ttdebug.store.states import States
from ttdebug.store.writes import Source

_LAST: Final = "SELECT coalesce(max(seq), 0) FROM events"
_CLOSED_AT: Final = "SELECT coalesce(max(seq), 0) FROM closings"
_FIRST_RUN: Final = "SELECT uid FROM runs ORDER BY id LIMIT 1"
_HOME: Final = "SELECT timeline FROM events WHERE seq = ?"
_BLOB: Final = "SELECT data FROM blobs WHERE hash = ?"
_WARNINGS: Final = "SELECT value FROM facts WHERE key = 'warning' ORDER BY id"
_FACTS: Final = (
    "SELECT key, value FROM facts WHERE run IN (SELECT id FROM runs WHERE uid = ?) ORDER BY id"
)
_NOT_CLOSED: Final = "the recording was not closed; it is complete up to its last event"
_HALVED: Final = (
    "the recording was not closed, and its newest events are missing: they are in {name}-wal, which"
    " belongs beside it"
)


class Opened:
    """The part of `Trace` that every group of questions builds on."""

    def __init__(
        self,
        entrance: door.Entrance,
        source_path: Path,
        format: str,  # noqa: A002 - the word front ends use
        warnings: tuple[str, ...],
    ) -> None:
        """Use `open`."""
        self.path = entrance.path
        self.source_path = source_path
        self.format = format
        self.live = entrance.live
        self._halved = entrance.halved
        self._file = entrance.file
        self._given_warnings = warnings
        self._held = entrance.held
        self._connections = Connections(self._held.connect)
        self._query = self._connections.query
        self._blobs: dict[str, str] = {}
        self._kept: dict[str, Callable[..., Any]] = {}
        self._states = States(self._query, self._blob)
        try:
            self._read()
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        source_path: Path | None = None,
        format: str = "ttd",  # noqa: A002 - the word front ends use
        warnings: tuple[str, ...] = (),
    ) -> Self:
        """Open a trace file; `source_path` and `format` say what it was converted from.

        Leaves nothing behind and changes nothing. Raises TraceError.
        """
        entrance = door.enter(Path(path))
        return cls(entrance, source_path or Path(path), format, warnings)

    def close(self) -> None:
        """Let go of the file."""
        self._kept.clear()
        self._connections.close()
        self._held.release()

    def hold(self) -> None:
        """Stay readable from now on when the file is deleted or replaced."""
        self._held.hold()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rest(self) -> None:
        """Let go of the file until the next question, so that its writer can close it.

        Questions that other threads are asking at the moment are left to their end.
        """
        self._connections.rest(wait=False)

    @property
    def being_written(self) -> bool:
        """Whether somebody is writing the file at this moment; `live` is about its opening."""
        try:
            return lock.is_held(self.path.resolve())
        except OSError:
            return False

    def refresh(self) -> bool:
        """Take in what was recorded since; tells whether there is anything new.

        A file that nobody writes any more is read from then on as one that was closed, or left.
        Raises GoneError for one that was deleted or replaced, whose last events are taken in if it
        was held, and OverwrittenError.
        """
        gone = self._held.gone
        if self.live and not self.being_written and gone is None:
            return self.relocate(self.path)
        before = self.last_seq
        self._connections.rest()
        self._reread()
        self.rest()
        if gone is not None:
            self.live = False
            raise gone
        return self.last_seq != before

    def relocate(self, path: Path) -> bool:
        """Go on with a file that holds all this one does, and perhaps more; tells whether more.

        Raises OverwrittenError if it does not, and stays with the one before.
        """
        before, left = self.last_seq, self._held
        entrance = door.enter(path)
        if left.held:
            entrance.held.hold()
        self._connections.use(entrance.held.connect)
        try:
            self._reread()
        except OverwrittenError:
            self._connections.use(left.connect)
            raise
        left.release()
        self._held = entrance.held
        self.path, self._file = entrance.path, entrance.file
        self.live, self._halved = entrance.live, entrance.halved
        return self.last_seq != before

    @property
    def sealed(self) -> bool:
        """Whether the recording was closed properly after its last event."""
        return not self.live and self._closed_at == self.last_seq

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be known about how complete the recording is, conversion included."""
        with told("the warnings"):
            rows = self._query(_WARNINGS)
            found = [codec.load(value, self._blob) for (value,) in rows]
        said = [warning for warning in found if isinstance(warning, str)]
        if self._halved:
            said.append(_HALVED.format(name=self.path.name))
        elif not (self.live or self.sealed) and self.last_seq:
            said.append(_NOT_CLOSED)
        return (*self._given_warnings, *said)

    def facts(self, run_id: str) -> dict[str, list[JSON]]:
        """What was said about a run, in order: `fidelity`, `warning`, ..."""
        found: dict[str, list[JSON]] = {}
        with told(f"the facts of run {run_id}"):
            for key, value in self._query(_FACTS, (run_id,)):
                found.setdefault(columns.text(key), []).append(codec.load(value, self._blob))
        return found

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

    def _reread(self) -> None:
        """Read the file again; raises OverwrittenError if it does not hold all it did."""
        with told(str(self.path)):
            last = columns.integer(self._query(_LAST)[0][0])
            first = [columns.text(uid) for (uid,) in self._query(_FIRST_RUN)]
        known = [run.id for run in self.runs[:1]]
        if last < self.last_seq or first[: len(known)] != known:
            raise OverwrittenError(f"{self.path} was overwritten with another recording")
        self._states.forget()
        self._read()

    def _read(self) -> None:
        """Read what every question needs, as the file is now."""
        self._kept.clear()
        with told(str(self.path)):
            last = columns.integer(self._query(_LAST)[0][0])
            self._closed_at = columns.integer(self._query(_CLOSED_AT)[0][0])
            lookup = Lookup(self._query, self._states, last)
            # Other threads ask meanwhile: names are there before the index that speaks of them.
            self._catalog = Catalog(self._query, last, lookup.kinds, lookup.stretches)
            self._lookup = lookup
            self._events = Events(self._query, self._blob, self._catalog, self._lookup)
            self._members = Members(self._lookup, self._catalog, self._events)
            self._sources: dict[StatePath, list[Source]] = {}

    def _up_to(self, last: int | None) -> int:
        return self.last_seq if last is None else min(last, self.last_seq)

    def _timeline_of(self, seq: int) -> int:
        """The timeline that recorded an event."""
        with asked(f"event {seq}"):
            rows = self._query(_HOME, (seq,)) if seq <= self.last_seq else []
        if not rows:
            raise self._no_event(seq)
        return columns.integer(rows[0][0])

    def _no_event(self, seq: int) -> NotFoundError:
        return NotFoundError(f"no event {seq}; this recording has 1 to {self.last_seq}")

    def _blob(self, key: str) -> str:
        found = self._blobs.get(key)
        if found is None:
            found = self._blobs[key] = self._read_blob(key)
        return found

    def _read_blob(self, key: str) -> str:
        rows = self._query(_BLOB, (key,))
        if not rows:
            raise TraceError(f"a shared string ({key}) is missing from the file")
        return codec.unpack(rows[0][0]).decode()
