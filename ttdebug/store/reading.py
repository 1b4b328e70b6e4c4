"""Reading connections, one per thread, and damage told as what it is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def told(what: str) -> Iterator[None]:
    """Whatever reading stored data runs into becomes a TraceError about `what`."""
    try:
        yield
    except TtdebugError:
        raise
    except DAMAGE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise TraceError(
            f"{what} cannot be read ({type(error).__name__}: {reason[:200]});"
            " `ttdebug verify` tells up to where it is intact"
        ) from error


class Connections:
    """Runs constant SQL on a connection of the calling thread's own."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def query(self, sql: str, values: tuple[object, ...] = ()) -> list[Row]:
        """All rows of one statement; raises sqlite3.Error."""
        try:
            connection: sqlite3.Connection = self._local.connection
        except AttributeError:
            connection = self._open()
        return connection.execute(sql, values).fetchall()

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            self._closed = True
            for connection in self._all:
                connection.close()
            self._all.clear()

    def _open(self) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                raise TraceError("the recording was closed; open it again")
            connection = self._connect()
            self._all.append(connection)
        self._local.connection = connection
        return connection
