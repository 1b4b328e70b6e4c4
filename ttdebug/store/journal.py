"""When what was recorded becomes durable, and keeping the write-ahead log small meanwhile."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from ttdebug.errors import TraceError

_GROUP_SECONDS: Final = 0.05
_GROUP_EVENTS: Final = 4096
_CHECKPOINT_BYTES: Final = 16 << 20
_LOOK_EVERY: Final = 128  # commits between looks at the size of the log


class Journal:
    """Transactions on one connection: one per call, or one per group of calls.

    A thread of its own copies the log into the file, and ends groups that nobody adds to, so that
    neither happens at the expense of a caller.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        lock: threading.RLock,
        *,
        grouped: bool,
        before_commit: Callable[[], None],
        reset: Callable[[], None],
    ) -> None:
        """`reset` is called after a transaction was lost because the file could not be written."""
        self._path = path
        self._log = path.with_name(path.name + "-wal")
        self._db = connection
        self._lock = lock
        self._grouped = grouped
        self._before_commit = before_commit
        self._reset = reset
        self._open = False
        self._reading: sqlite3.Cursor | None = None
        self._half_done = False
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
        self._failure: sqlite3.Error | None = None

    def __enter__(self) -> None:
        """Begin a caller's writes; an exception before `point_of_no_return` costs nothing else."""
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise TraceError(f"{self._path} could not be written: {failure}") from failure
        self._half_done = False
        if not self._open:
            try:
                self._begin()
            except sqlite3.Error as error:
                raise self._lost(error) from error

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, sqlite3.Error):
            raise self._lost(error) from error
        if error is not None and self._half_done:
            self._lose()
            return
        try:
            self._end_call()
        except sqlite3.Error as failure:
            raise self._lost(failure) from failure

    def point_of_no_return(self) -> None:
        """From here on the call has to succeed as a whole, or the transaction is taken back."""
        self._half_done = True

    def commit(self) -> None:
        """Make everything durable now; raises sqlite3.Error."""
        if not self._open:
            self._begin()
        self._before_commit()
        self._db.execute("COMMIT")
        self._open = False
        self._stop_reading()

    def stop(self) -> None:
        """End the thread; called without the lock."""
        self._ended = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._open = True
        if self._reading is None:
            # A statement that never ends keeps the lock of a reader, so that SQLite need not take
            # and give it back with each transaction.
            self._reading = self._db.execute("SELECT 1 FROM sqlite_schema")
        if self._grouped:
            self._calls = 0
            self._began = time.monotonic()
            self._wake()

    def _end_call(self) -> None:
        if self._grouped:
            self._calls += 1
            if self._calls < _GROUP_EVENTS and time.monotonic() - self._began < _GROUP_SECONDS:
                return
            self._before_commit()
        self._db.execute("COMMIT")
        self._open = False
        self._commits += 1
        if self._grouped or self._commits % _LOOK_EVERY == 0:
            self._look()

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
        with suppress(sqlite3.Error):
            self._reset()

    def _look(self) -> None:
        """Have the log copied when it is full; starting anew, its file keeps the size it had."""
        with suppress(OSError):
            size = self._log.stat().st_size
            commits = self._commits - self._copied
            if size > self._log_bytes:
                self._log_bytes = size
                self._log_commits = max(commits, self._log_commits)
            elif not 0 < self._log_commits <= commits:
                return
            self._copied = self._commits
            self._stop_reading()
            self._checkpoint_due = True
            self._wake()

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep, name="ttdebug-journal", daemon=True)
            self._thread.start()
        self._wanted.set()

    def _keep(self) -> None:
        while not self._ended:
            self._wanted.wait()
            self._wanted.clear()
            if self._grouped and not self._ended:
                time.sleep(_GROUP_SECONDS)
                self._end_group()
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

    def _checkpoint(self) -> None:
        """Copy the log into the file, and what came meanwhile too, so that it starts anew."""
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            with self._lock:
                if self._open:
                    self.commit()
                self._stop_reading()
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
