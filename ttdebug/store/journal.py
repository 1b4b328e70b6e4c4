"""When what was recorded becomes durable, and keeping the write-ahead log small meanwhile."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, Protocol

from ttdebug.errors import TraceError

_GROUP_SECONDS: Final = 0.05
_GROUP_EVENTS: Final = 4096
_CHECKPOINT_BYTES: Final = 4 << 20
_LOOK_EVERY: Final = 128  # commits between looks at the files, or
_LOOK_AFTER: Final = 1.0  # seconds between them
_REST: Final = 0.01  # seconds without trying after a second failure, twice that after the next...
_LONGEST_REST: Final = 1.0


class Lock(Protocol):
    """A lock of whatever kind."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it; False if it could not be had in so many seconds."""
        ...

    def release(self) -> None:
        """Give it back."""
        ...


class FileGoneError(TraceError):
    """The file being written was deleted or replaced, and what was recorded in it with it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was deleted, moved or replaced while it was recorded to")


class Journal:
    """Transactions on one connection: one per call, or one per group of calls.

    A thread of its own copies the log into the file, ends groups that nobody adds to, and commits
    what may follow later, so that none of it happens at the expense of a caller.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        lock: threading.RLock,
        *,
        grouped: bool,
        follow: Callable[[], None],
        reset: Callable[[], None],
    ) -> None:
        """`follow` writes what may follow callers' writes later, and is called at their end.

        `reset` is called after a transaction was lost because the file could not be written.
        """
        self._path = path
        self._log = path.with_name(path.name + "-wal")
        self._db = connection
        self._write = connection.cursor().execute
        self._lock = lock
        self._grouped = grouped
        self._follow = follow
        self._reset = reset
        self._inode = path.stat().st_ino
        self._log_inode: int | None = None
        self._open = False
        self._reading: sqlite3.Cursor | None = None
        self.half_done = False
        self._follow_due = False
        self._calls = 0
        self._began = 0.0
        self._commits = 0
        self._copied = 0  # commits up to the last time the log was copied
        self._log_bytes = _CHECKPOINT_BYTES
        self._log_commits = 0  # how many fit into so many bytes; 0 until the log was full once
        self._thread: threading.Thread | None = None
        self._wanted = threading.Event()
        self._ended = False
        self._checkpoint_due = False
        self._again = False  # somebody was reading the log, so that it could not start anew
        self.copying = threading.Lock()  # held while the log is copied; taken before the other lock
        self._looked = 0.0
        self._failure: sqlite3.Error | None = None
        self._failures = 0  # in a row
        self._rest_until = 0.0
        self._reset_due = False

    def ready(self) -> None:
        """To call before what is known of the file is used: after a failure it is read again.

        Raises TraceError if it is closed, or cannot be written, without trying that each time.
        """
        if self._ended:
            raise TraceError(f"{self._path} is closed; record to it again to add a run")
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise TraceError(f"{self._path} could not be written: {failure}") from failure
        if self._failures > 1 and time.monotonic() < self._rest_until:
            raise TraceError(f"{self._path} could not be written a moment ago")
        if self._reset_due:
            try:
                self._recover()
            except sqlite3.Error as error:
                raise self._lost(error) from error

    def __enter__(self) -> None:
        """Begin a caller's writes, when `ready`.

        An exception costs nothing else, unless the caller is `half_done`: then all that is not
        committed is taken back.
        """
        if self._failures or self._ended:
            self.ready()
        self.half_done = False
        if not self._open:
            try:
                self._begin()
            except sqlite3.Error as error:
                raise self._lost(error) from error

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error is not None:
            if isinstance(error, sqlite3.Error):
                raise self._lost(error) from error
            if self.half_done:
                self._lose()
                return
        try:
            if self._grouped:
                self._calls += 1
                if self._calls < _GROUP_EVENTS and time.monotonic() - self._began < _GROUP_SECONDS:
                    return
                self._follow()
            self._write("COMMIT")
        except sqlite3.Error as failure:
            raise self._lost(failure) from failure
        self._open = False
        self._failures = 0
        self._commits += 1
        now = time.monotonic()
        if self._commits % _LOOK_EVERY == 0 or self._grouped or now > self._looked + _LOOK_AFTER:
            self._looked = now
            self._look()

    def follow_soon(self) -> None:
        """Have what may follow written while the caller does something else."""
        self._follow_due = True
        self._wake()

    def commit(self) -> None:
        """Make everything durable now; raises sqlite3.Error."""
        if not self._open:
            self._begin()
        self._follow()
        self._db.execute("COMMIT")
        self._open = False
        self._stop_reading()

    def is_in_place(self) -> bool:
        """Whether the file at the path is still the one that is written."""
        try:
            return self._path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False
        except OSError:  # who knows
            return True

    def leave(self) -> None:
        """Copy the log into a file that is not in place any more, and remove it from beside others.

        SQLite would apply it to whatever file has the name now.
        """
        with suppress(sqlite3.Error):
            self.commit()
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")
        with suppress(OSError):
            if self._log.stat().st_ino == self._log_inode:
                self._log.unlink()

    def abandon(self) -> None:
        """In a forked child, where there is no thread: write nothing any more."""
        self._ended = True

    def stop(self) -> None:
        """End the thread; called without the lock."""
        self._ended = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        self._write("BEGIN IMMEDIATE")
        self._open = True
        if self._reading is None:
            # A statement that never ends keeps the lock of a reader, so that SQLite need not take
            # and give it back with each transaction.
            self._reading = self._db.execute("SELECT 1 FROM sqlite_schema")
        if self._grouped:
            self._calls = 0
            self._began = time.monotonic()
            self._wake()

    def _stop_reading(self) -> None:
        """Let the log be copied up to its end."""
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    def _lost(self, error: sqlite3.Error) -> TraceError:
        self._lose()
        return TraceError(f"{self._path} cannot be written: {error}")

    def _lose(self) -> None:
        self._stop_reading()
        with suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        self._open = False
        self._failures += 1
        self._rest_until = time.monotonic() + min(_LONGEST_REST, _REST * 2**self._failures)
        self._reset_due = True
        with suppress(sqlite3.Error):
            self._recover()

    def _recover(self) -> None:
        self._reset()
        self._reset_due = False

    def _look(self) -> None:
        """Have the log copied when it is full; starting anew, its file keeps the size it had."""
        if not self.is_in_place():
            raise FileGoneError(self._path)
        with suppress(OSError):
            log = self._log.stat()
            self._log_inode = log.st_ino
            size = log.st_size
            commits = self._commits - self._copied
            if size > self._log_bytes:
                self._log_bytes = size
                if not self._again:  # else so many were in it only because it did not start anew
                    self._log_commits = max(commits, self._log_commits)
            elif not self._again and not 0 < self._log_commits <= commits:
                return
            self._copied = self._commits
            self._stop_reading()
            self._checkpoint_due = True
            self._wake()

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            thread = threading.Thread(target=self._keep, name="ttdebug-journal", daemon=True)
            with suppress(RuntimeError):  # as many as there may be, or the interpreter is ending
                thread.start()
                self._thread = thread
        self._wanted.set()

    def _keep(self) -> None:
        while not self._ended:
            self._wanted.wait()
            self._wanted.clear()
            if self._grouped and not self._ended:
                time.sleep(_GROUP_SECONDS)
                self._end_group()
            if self._follow_due:
                self._follow_due = False
                self._catch_up()
            if self._checkpoint_due:
                self._checkpoint_due = False
                self._checkpoint()

    def _end_group(self) -> None:
        with self._lock:
            if not self._open or self._ended:
                return
            try:
                self.commit()
            except sqlite3.Error as error:
                self._failure = error
                self._lose()

    def _catch_up(self) -> None:
        with self._lock:
            if self._open or self._ended:
                return
            try:
                self.commit()
            except sqlite3.Error:
                self._lose()  # and no event with it

    def _checkpoint(self) -> None:
        """Copy the log into the file, and what came meanwhile too, so that it starts anew."""
        with (
            self.copying,
            suppress(sqlite3.Error),
            closing(sqlite3.connect(self._path, timeout=0)) as connection,
        ):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            with self._lock:
                if self._open:
                    self.commit()
                self._stop_reading()
                busy, *_ = connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
                self._again = bool(busy)
