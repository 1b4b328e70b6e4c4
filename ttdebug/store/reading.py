"""Reading connections, one per thread, pages of rows, and damage told as what it is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias, TypeVar

import orjson
import zstandard

from ttdebug.errors import TraceError, TtdebugError

Row: TypeAlias = tuple[Any, ...]  # columns of STRICT tables, and of files that only claim to be
Query: TypeAlias = Callable[[str, tuple[object, ...]], list[Row]]

_Item = TypeVar("_Item")

_GROWTH: Final = 64
_MOST: Final = 4096  # rows read at once
_FAULTS: Final = (
    sqlite3.DatabaseError,
    orjson.JSONDecodeError,
    zstandard.ZstdError,
    UnicodeDecodeError,
    RecursionError,
)
_MISFITS: Final = (ArithmeticError, LookupError, TypeError, ValueError)


class asked:  # noqa: N801 - reads as a statement: with asked("event 3")
    """What makes a file unreadable becomes a TraceError about `what`; our own errors stay."""

    __slots__ = ("_what",)
    faults: tuple[type[BaseException], ...] = _FAULTS

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, (TtdebugError, sqlite3.ProgrammingError)):
            return
        if isinstance(error, self.faults):
            reason = " ".join(str(error).split()) or type(error).__name__
            raise TraceError(
                f"{self._what} cannot be read ({type(error).__name__}: {reason[:200]});"
                " `ttdebug verify` tells up to where it is intact"
            ) from error


class told(asked):  # noqa: N801 - as above
    """As `asked`, where stored values are taken apart: so is whatever does not fit together.

    Put as little as possible inside: a mistake of ours would be told as damage of the file.
    """

    __slots__ = ()
    faults = (*_FAULTS, *_MISFITS)


def pages(
    read: Callable[[int, int, int], list[_Item]],
    seq_of: Callable[[_Item], int],
    first: int,
    last: int,
    *,
    reverse: bool = False,
    limit: int = _MOST,
) -> Iterator[list[_Item]]:
    """What `read(first, last, limit)` finds, page by page; more at a time after a short start."""
    while first <= last:
        found = read(first, last, limit)
        if found:
            yield found
        if len(found) < limit:
            return
        if reverse:
            last = seq_of(found[-1]) - 1
        else:
            first = seq_of(found[-1]) + 1
        limit = min(limit * _GROWTH, _MOST)


class _Slot:
    """A thread's connection and the lock under which it is used or closed."""

    __slots__ = ("connection", "lock")

    def __init__(self) -> None:
        self.connection: sqlite3.Connection | None = None
        self.lock = threading.Lock()


class Connections:
    """Runs constant SQL on a connection of the calling thread's own."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._local = threading.local()
        self._slots: list[_Slot] = []
        self._lock = threading.Lock()
        self._closed = False

    def query(self, sql: str, values: tuple[object, ...] = ()) -> list[Row]:
        """All rows of one statement; raises sqlite3.Error."""
        try:
            slot: _Slot = self._local.slot
        except AttributeError:
            slot = self._new_slot()
        with slot.lock:
            if slot.connection is None:
                if self._closed:
                    raise TraceError("the recording was closed; open it again")
                slot.connection = self._connect()
            try:
                return slot.connection.execute(sql, values).fetchall()
            except sqlite3.OperationalError:  # deleted between connecting and reading, perhaps
                slot.connection.close()
                slot.connection = None
                slot.connection = self._connect()
                return slot.connection.execute(sql, values).fetchall()

    def use(self, connect: Callable[[], sqlite3.Connection]) -> None:
        """From now on connect in another way."""
        self._connect = connect
        self.rest()

    def rest(self, *, wait: bool = True) -> None:
        """Close all connections, or those nobody is asking; the next question opens one again."""
        with self._lock:
            slots = list(self._slots)
        for slot in slots:
            if slot.lock.acquire(blocking=wait):
                try:
                    if slot.connection is not None:
                        slot.connection.close()
                        slot.connection = None
                finally:
                    slot.lock.release()

    def close(self) -> None:
        """Close all connections for good."""
        self._closed = True
        self.rest()

    def _new_slot(self) -> _Slot:
        slot = self._local.slot = _Slot()
        with self._lock:
            self._slots.append(slot)
        return slot
