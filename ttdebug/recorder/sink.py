"""Where recorded events go: one file, one run at a time, and only in the process that opened it."""

from __future__ import annotations

import os
import sys
import threading
import time as clock
import uuid
import weakref
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ttdebug.errors import TraceError
from ttdebug.model import MAIN, MISSING, Edge, Object
from ttdebug.recorder.faults import OUR_OWN, Faults, RunOver, describe, warn
from ttdebug.recorder.lifecycle import Lifecycle, Wishes
from ttdebug.recorder.lines import Line, Open, fork_names
from ttdebug.recorder.objects import opened
from ttdebug.recorder.redaction import Redact, Redactor
from ttdebug.recorder.serialise import Serialiser
from ttdebug.store.creation import of_process
from ttdebug.store.journal import FileGoneError, Lock
from ttdebug.store.lock import is_ours
from ttdebug.store.writer import Durability, Writer

_PATIENCE: Final = 1.0  # seconds a fork waits for calls of other threads to end
_MOST_OPAQUE: Final = 20  # classes that are named
_OPAQUE: Final = (
    "instances of {} in a state were recorded without what they hold: make it a dataclass, or let"
    " state= return a dict of it"
)
MOST_MESSAGES: Final = 10_000  # whose sender is remembered


class Sink:
    """Opens the file when the first event comes; shared by all handles of one recorder."""

    def __init__(
        self,
        path: Path,
        run: str | None,
        durability: Durability,
        agent: str,
        wishes: Wishes,
        faults: Faults,
        *,
        redact: bool | Redact,
    ) -> None:
        self.path = path
        self._asked = path
        self.written = path
        self.faults = faults
        self.events = 0
        wanted = redact if isinstance(redact, Redact) else None
        self.redactor = Redactor(wishes=wanted) if redact else None
        self.serialise = Serialiser(self.redactor)
        self._of_states = Serialiser(self.redactor)
        self.agent = self.word(agent)
        self._wishes = wishes
        self.lifecycle = self._lifecycle()
        self._run = "" if run is None else self.word(run)
        self._durability = durability
        self._lock = threading.RLock()
        self._open: Open | None = None
        self._left = False  # closed, and not asked to record since
        self._finalizer: weakref.finalize[[Writer, Line], Sink] | None = None
        _sinks.add(self)

    def open(self, *, asked: bool = True) -> Open:
        """The run being recorded; starts one if there is none. Raises as `Writer.create` does.

        Unless a call of the agent's asked for it, none is started after one was closed: RunOver.
        """
        found = self._open
        if found is None:
            if self._left and not asked:
                raise RunOver
            with self._lock:
                found = self._open or self._start()
        return found

    @property
    def is_open(self) -> bool:
        """Whether a run is being recorded."""
        return self._open is not None

    def word(self, value: object) -> str:
        """A name, type or id as it is, if it is a text at all; else what can be said of it."""
        return value if type(value) is str else self.serialise.text(value)

    def append(
        self,
        line: Line,
        type: str,  # noqa: A002 - the word events use
        *,
        agent: str,
        name: str | None = None,
        data: dict[str, object] | None = None,
        state: object = MISSING,
        parent: int | None = None,
        opens: bool = False,
        closes: int | None = None,
        status: str | None = None,
        duration: int | None = None,
        causes: Iterable[Edge] = (),
        source: Object | None = None,
        time: int | None = None,
    ) -> int:
        """Record one event and return its seq; names and data are made storable here.

        `time` is ns since the epoch, now if not given.
        """
        if closes is not None and line.first().lost:
            raise TraceError(f"the file with event {closes}, which this one closes, is gone")
        stored: Any = self.serialise(data) if data else None
        text = self.serialise.text
        found = self._open or self.open()
        try:
            seq = found.writer.append(
                line.id,
                text(type),
                agent=text(agent),
                name=None if name is None else text(name),
                time=clock.time_ns() if time is None else time,
                parent=parent,
                opens=opens,
                closes=closes,
                status=status,
                duration=duration,
                causes=causes,
                source=source,
                data=stored,
                state=state if state is MISSING else opened(state),
            )
        except FileGoneError:
            self._lose(found)
            raise
        line.last = seq
        self.events += 1
        if self._of_states.opaque:
            self._tell_opaque(found)
        return seq

    def fork(self, parent: Line, at: int, name: str | None) -> Line:
        """A new timeline that shares the history of `parent` up to event `at`.

        It is numbered if the run has one of this name, or none is given.
        """
        with self._lock:
            found = self.open()
            word = None if name is None else self.serialise.text(name)
            shown = next(
                one for one in fork_names(word, len(found.lines)) if one not in found.lines
            )
            number = found.writer.fork(parent.id, at, shown)
            found.lines.add(shown)
        return Line(number, parent, at)

    def close(self) -> None:
        """Seal the file; the next event would open another run in it."""
        with self._lock:
            found, self._open = self._open, None
            self._left = True
            if found is None:
                return
            found.main.over = True
            if self._finalizer is not None:
                self._finalizer.detach()
            try:
                self._tell(found)
            finally:
                found.writer.close()

    def _lifecycle(self) -> Lifecycle | None:
        return None if self._wishes == Wishes() else Lifecycle(self._wishes, self.faults)

    def _lose(self, found: Open) -> None:
        """Let the next event start a file anew: this one was deleted, moved or replaced."""
        with self._lock, suppress(FileGoneError):
            if self._open is found:
                self._open = None
                found.main.lost = True
                if self._finalizer is not None:
                    self._finalizer.detach()
                found.writer.close()

    def _start(self) -> Open:
        if sys.is_finalizing():
            raise TraceError(f"{self.path} is not recorded to: Python is ending, nobody closes it")
        writer = Writer.create(self.path, durability=self._durability, normalise=self._of_states)
        self.written = writer.path
        try:
            if writer.path != self.path:
                ours = "another recorder of this process"
                who = ours if is_ours(self.path) else "another process"
                warn("%s is being written by %s: recording to %s", self.path, who, writer.path)
            main = self._start_run(writer)
        except BaseException:
            writer.close()
            raise
        self.events += 1
        if self.lifecycle is not None:
            self.lifecycle.begin(main.last)
        self._left = False
        self._finalizer = weakref.finalize(self, _close, writer, main)
        self._open = Open(writer, main, clock.perf_counter_ns(), {}, {MAIN}, set())
        return self._open

    def _start_run(self, writer: Writer) -> Line:
        now = clock.time_ns()
        name = self.serialise.text(self._run)
        main = Line(writer.run(str(uuid.uuid4()), name, time=now))
        about: Object = {"pid": os.getpid(), "python": sys.version.split()[0]}
        agent = self.serialise.text(self.agent)
        main.last = writer.append(main.id, "run.start", agent=agent, time=now, data=about)
        return main

    def _tell(self, found: Open) -> None:
        """Say in the file what a reader of it should know about this run."""
        if self.redactor is not None and self.redactor.found:
            found.writer.fact(found.main.id, "redacted", dict(self.redactor.found))
        for text in self.faults.told():
            found.writer.fact(found.main.id, "warning", text)

    def _tell_opaque(self, found: Open) -> None:
        """Say in the file, once for each class, that instances of it are not in the states."""
        with self._lock:
            names = sorted(self._of_states.opaque - found.opaque)
            self._of_states.opaque.clear()
            names = names[: max(0, _MOST_OPAQUE - len(found.opaque))]
            found.opaque.update(names)
            for name in names:
                found.writer.fact(found.main.id, "warning", _OPAQUE.format(name))

    def hold(self) -> list[Lock]:
        """Take the locks under which SQLite is called; returns those that were free in time."""
        held = _taken(self._lock)
        found = self._open  # only now: until the lock was ours, a thread may have been opening it
        return held + _taken(*found.writer.locks) if found else held

    def forked(self) -> None:
        """In a child process: leave the parent's file alone, record to one of our own if at all.

        The writer is kept alive for ever: closing its connection here would act on the file.
        """
        self._lock = threading.RLock()
        self.faults = Faults()
        self.lifecycle = self._lifecycle()
        if self._open is not None:
            self._open.writer.abandon()
            _keep_for_ever(self._open.writer)
            self._open = None
            self.path = of_process(self._asked)
        if self._finalizer is not None:
            self._finalizer.detach()
        self._run = f"{self._run} (process {os.getpid()})".lstrip()


def _close(writer: Writer, main: Line) -> None:
    """Seal the file of a recorder that nobody closed, as when the interpreter ends."""
    main.over = True
    try:
        writer.close()
    except OUR_OWN as fault:
        warn("the recording was not closed: %s", describe(fault))


def _keep_for_ever(writer: Writer) -> None:
    import ctypes

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))


def _before_fork() -> None:
    """Wait until no thread of ours is inside SQLite: the child would inherit its locks for ever."""
    _held[threading.get_ident()] = [lock for sink in list(_sinks) for lock in sink.hold()]


def _taken(*locks: Lock) -> list[Lock]:
    return [lock for lock in locks if lock.acquire(timeout=_PATIENCE)]


def _after_fork() -> None:
    for lock in reversed(_held.pop(threading.get_ident(), [])):
        lock.release()


def _in_child() -> None:
    _held.clear()
    for sink in list(_sinks):
        sink.forked()


_held: Final[dict[int, list[Lock]]] = {}  # by the thread that forks
_sinks: weakref.WeakSet[Sink] = weakref.WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_in_child)
