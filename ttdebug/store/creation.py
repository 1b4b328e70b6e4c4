"""Opening a file for writing: new ones private from the first byte, old ones only if ours."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from ttdebug.errors import TraceError
from ttdebug.store import door, lock, schema

_HEADER: Final = 19  # bytes, up to the one that tells how the file is written
_FORMAT: Final = 18
_MOST_BESIDE: Final = 100  # files of one process beside one that is being written
_TRIES: Final = 50  # to close a file that somebody follows
_PAUSE: Final = 0.02  # seconds between two of them
_PATIENCE: Final = 0.1  # seconds an agent may wait for somebody else who writes in its file
_SYNCHRONOUS: Final = {"process": "NORMAL", "power": "FULL", "batch": "NORMAL"}


def open_for_writing(path: Path, durability: str) -> tuple[Path, sqlite3.Connection, lock.Key]:
    """The path really used, a connection in WAL mode, and the key of the writer's lock."""
    try:
        path, key = _free(path)
    except OSError as error:
        raise TraceError(f"{path} cannot be written: {error.strerror or error}") from None
    try:
        return path, _connect(path, durability), key
    except BaseException:
        lock.release(key)
        raise


def _free(path: Path) -> tuple[Path, lock.Key]:
    """The file, or if it is being written one beside it for this process, and the lock on it."""
    numbers = range(2, _MOST_BESIDE + 1)
    for one in (path, of_process(path), *(of_process(path, f"-{number}") for number in numbers)):
        _create(one)
        with suppress(lock.Held):
            return one, lock.acquire(one)
    raise TraceError(f"{path} is being written already; close its recorder first")


def of_process(path: Path, more: str = "") -> Path:
    """The file beside a recording that is this process's own."""
    stem = path.name.removesuffix(schema.SUFFIX)
    return path.with_name(f"{stem}.{os.getpid()}{more}{schema.SUFFIX}")


def _create(path: Path) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    try:
        os.close(os.open(path, flags, 0o600))
    except FileExistsError:
        if not path.is_file():
            raise TraceError(f"{path} is no regular file; choose another name") from None


def _connect(path: Path, durability: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
        if not empty or connection.execute("PRAGMA application_id").fetchone()[0]:
            door.examine(connection, path)
        if empty:
            _lay_out(connection)  # in the file itself, so that it is a recording without its WAL
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {_SYNCHRONOUS[durability]}")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("PRAGMA trusted_schema = OFF")
    except sqlite3.Error as error:
        connection.close()
        raise TraceError(f"{path} cannot be written as a trace: {error}") from None
    except BaseException:
        connection.close()
        raise
    return connection


def _lay_out(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {schema.VERSION}")
    for statement in schema.TABLES.values():
        connection.execute(statement)
    connection.execute("COMMIT")


def seal(connection: sqlite3.Connection) -> None:
    """Leave one file: everything in it, and no journal beside it."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for _ in range(_TRIES):
        with suppress(sqlite3.OperationalError):  # a reader is looking; it lets go in between
            connection.execute("PRAGMA journal_mode = DELETE")
            return
        time.sleep(_PAUSE)


def is_sealed(path: Path) -> bool:
    """Whether a trace file is all there is: it uses no log, and no journal is beside it."""
    sides = (path.with_name(path.name + side) for side in ("-wal", "-shm", "-journal"))
    if any(side.exists() for side in sides):
        return False
    with path.open("rb") as file:
        return file.read(_HEADER)[_FORMAT:] != b"\2"  # 2 is a log, 1 a rollback journal
