"""Reading an open file on when its name is gone: deleted, or given to another file."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Final

from ttdebug.errors import GoneError, TraceError
from ttdebug.store import lock, recovery
from ttdebug.store.connecting import connect

_SIDES: Final = ("", "-wal")
_SALTS: Final = (16, 8)  # where a WAL's header has them, and their length
_TRIES: Final = 5


class Held:
    """A file as it was when it was entered; connections lead to it by its name.

    Once the name is gone they lead to a copy of what the file held, if `hold` was called in time.
    """

    def __init__(self, file: Path, mode: str) -> None:
        self.file = file
        self._mode = mode
        self._key = lock.identity(file)
        self._descriptors: dict[str, int] = {}
        self._copy: Path | None = None
        self._copying = threading.Lock()

    @property
    def gone(self) -> GoneError | None:
        """What became of the name, unless it means the same file still."""
        try:
            if lock.identity(self.file) == self._key:
                return None
        except OSError:
            return GoneError(f"{self.file} was deleted")
        return GoneError(f"{self.file} was replaced by another file")

    def hold(self) -> None:
        """Keep what the file holds within reach.

        Not where this very process writes it: closing a descriptor would drop the writer's locks.
        Nor where a file cannot be deleted while it is open.
        """
        if self._descriptors or sys.platform == "win32" or self._key in lock.written_here():
            return
        for side in _SIDES:
            with suppress(OSError):
                name = self.file.with_name(self.file.name + side)
                self._descriptors[side] = os.open(name, os.O_RDONLY)
        self._release = weakref.finalize(self, _close, list(self._descriptors.values()), self._key)
        if self.gone is not None:
            self.release()

    def release(self) -> None:
        """Let go; all connections must be closed."""
        if self._descriptors:
            self._descriptors = {}
            self._release()
        if self._copy is not None:
            self._remove()

    @property
    def held(self) -> bool:
        """Whether it can be read on without its name."""
        return bool(self._descriptors)

    def connect(self) -> sqlite3.Connection:
        """Connect to the file, or the copy; raises sqlite3.Error, or GoneError without one."""
        if self._copy is None:
            try:
                connection = connect(self.file, self._mode)
            except sqlite3.DatabaseError:
                if self.gone is None:
                    raise
            else:
                if self.gone is None:
                    return connection
                connection.close()
        return connect(self._copied())

    def _copied(self) -> Path:
        with self._copying:
            if self._copy is None:
                if not self._descriptors:
                    raise self.gone or GoneError(f"{self.file} was deleted")
                folder = recovery.throwaway()
                self._remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
                self._copy = self._copy_into(folder / "held.ttd")
            return self._copy

    def _copy_into(self, copy: Path) -> Path:
        """A copy with its journal applied; whoever writes may still go on writing."""
        for _ in range(_TRIES):
            before = self._salts()
            for side, descriptor in self._descriptors.items():
                _copy(descriptor, copy.with_name(copy.name + side))
            if self._salts() == before:  # else the journal began anew between the two
                recovery.settle(copy)
                return copy
        raise TraceError(f"{self.file} is gone, and was written too fast to be kept")

    def _salts(self) -> bytes:
        wal = self._descriptors.get("-wal")
        return b"" if wal is None else os.pread(wal, _SALTS[1], _SALTS[0])


def _copy(descriptor: int, target: Path) -> None:
    at = 0
    with target.open("wb") as file:
        while data := os.pread(descriptor, 1 << 20, at):
            at += file.write(data)


def _close(descriptors: list[int], key: lock.Key) -> None:
    if key not in lock.written_here():
        for descriptor in descriptors:
            os.close(descriptor)
