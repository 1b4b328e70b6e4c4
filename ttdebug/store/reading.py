"""Reading connections, one per thread, and damage told as what it is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import orjson
import zstandard

from ttdebug.errors import TraceError, TtdebugError

Row: TypeAlias = tuple[Any, ...]  # columns of STRICT tables, and of files that only claim to be
Query: TypeAlias = Callable[[str, tuple[object, ...]], list[Row]]

DAMAGE = (
    sqlite3.Error,
    orjson.JSONDecodeError,
    zstandard.ZstdError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class told:  # noqa: N801 - reads as a statement: with told("event 3")
    """Whatever reading stored data runs into becomes a TraceError about `what`."""

    __slots__ = ("_what",)

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DAMAGE) and not isinstance(error, TtdebugError):
            reason = " ".join(str(error).split()) or type(error).__name__
            raise TraceError(
                f"{self._what} cannot be read ({type(error).__name__}: {reason[:200]});"
                " `ttdebug verify` tells up to where it is intact"
            ) from error


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
            return slot.connection.execute(sql, values).fetchall()

    def rest(self) -> None:
        """Close all connections; the next question opens one again."""
        with self._lock:
            slots = list(self._slots)
        for slot in slots:
            with slot.lock:
                if slot.connection is not None:
                    slot.connection.close()
                    slot.connection = None

    def close(self) -> None:
        """Close all connections for good."""
        self._closed = True
        self.rest()

    def _new_slot(self) -> _Slot:
        slot = self._local.slot = _Slot()
        with self._lock:
            self._slots.append(slot)
        return slot
