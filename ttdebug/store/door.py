"""Opening a trace file for reading: nothing in it is trusted, and nothing is left behind."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ttdebug.errors import TraceError
from ttdebug.store import lock, schema
from ttdebug.store.held import Held
from ttdebug.store.recovery import recovered

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER: Final = 100
_WAL: Final = 2
_LARGEST_PAGE: Final = 65_536  # SQLite writes it as 1
_PATIENCE: Final = 10.0  # seconds until a file that keeps SQLite busy is given up


@dataclass(frozen=True, slots=True)
class Entrance:
    """How a file is to be read: `file` itself, unless it had to be recovered as a copy.

    `live` means that somebody is writing it now, `halved` that it was not closed and the log with
    its newest events is not beside it.
    """

    path: Path
    file: Path
    live: bool
    held: Held
    halved: bool = False


def enter(path: Path) -> Entrance:
    """Examine a file and tell how to read it; raises TraceError if it is no sound trace file."""
    try:
        entrance = _entrance(path)
        with closing(entrance.held.connect()) as connection:
            examine(connection, path)
    except (OSError, ValueError, sqlite3.Error) as error:
        why = _cut_off(path) or str(error)
        raise TraceError(f"{path} cannot be read as a trace file: {why}") from None
    return entrance


def _cut_off(path: Path) -> str | None:
    """What to say of a file that is shorter than its header tells, such as half of a copy."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
            size = os.fstat(file.fileno()).st_size
    except OSError:
        return None
    if len(header) < _HEADER:
        return None
    page, count = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    whole = count * (page if page > 1 else _LARGEST_PAGE)
    return (
        f"only {size:,} of its {whole:,} bytes are there; copy it again" if size < whole else None
    )


def _entrance(path: Path) -> Entrance:
    try:
        found = path.stat()
    except FileNotFoundError:
        raise TraceError(f"{path} does not exist; give the path of a recording") from None
    if not stat.S_ISREG(found.st_mode):
        raise TraceError(f"{path} is no regular file; give the path of a recording")
    real = path.resolve()
    if lock.is_ours(real):
        return Entrance(path, real, True, Held(real, "mode=ro"))
    with_wal = _check_header(real, path)
    wal, shm, journal = (_side(real, name) for name in ("-wal", "-shm", "-journal"))
    if journal or (wal and (shm is None or not lock.is_held(real))):
        copy = recovered(real)
        return Entrance(path, copy, False, Held(copy, "mode=ro"))
    if wal:
        return Entrance(path, real, True, Held(real, "mode=ro"))
    if with_wal and shm is not None and lock.is_held(real):
        return Entrance(path, real, True, Held(real, "mode=ro"))
    mode = "immutable=1" if with_wal else "mode=ro"
    return Entrance(path, real, False, Held(real, mode), halved=with_wal)


def _side(path: Path, suffix: str) -> int | None:
    """Size of a file that SQLite keeps beside another one; None if there is none."""
    try:
        return path.with_name(path.name + suffix).stat().st_size
    except FileNotFoundError:
        return None


def _check_header(real: Path, shown: Path) -> bool:
    """Refuse what is no trace file by its first bytes; tells whether it uses a WAL."""
    descriptor = os.open(real, os.O_RDONLY)
    try:
        header = os.read(descriptor, _HEADER)
    finally:
        os.close(descriptor)
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        if _side(real, "-wal"):
            return True
        if not header:
            raise TraceError(f"{shown} is empty; was the recording ever started?")
        raise TraceError(f"{shown} is no trace file; `ttdebug import` reads other formats")
    return header[18] == _WAL


def examine(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse whatever has other tables than ours; raises TraceError or sqlite3.Error."""
    deadline = time.monotonic() + _PATIENCE
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != schema.APPLICATION_ID:
        raise TraceError(f"{path} is no trace file; `ttdebug import` reads other formats")
    if version > schema.VERSION:
        raise TraceError(f"{path} was made by a newer ttdebug; upgrade to read it")
    found = {
        (kind, name, sql)
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_schema")
    }
    if version != schema.VERSION or found != schema.EXPECTED:
        odd = sorted(str(name) for _, name, _ in found ^ schema.EXPECTED)
        raise TraceError(
            f"{path} has other tables than a trace file ({', '.join(odd[:3])});"
            " it is damaged or was not made by ttdebug"
        )
    connection.set_progress_handler(None, 0)
