"""Opening a trace file for reading: nothing is trusted, and nothing is left behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ttdebug.errors import TraceError
from ttdebug.store import schema


@dataclass(frozen=True, slots=True)
class Entrance:
    """How a file is to be read."""

    path: Path
    sealed: bool
    connect: Callable[[], sqlite3.Connection]


def enter(path: Path) -> Entrance:
    """Examine a file and tell how to read it; raises TraceError."""
    if not path.is_file():
        raise TraceError(f"{path} is no file; give a .ttd recording")
    uri = f"file:{quote(str(path.resolve()))}?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        return connection

    connection = connect()
    try:
        if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
            raise TraceError(f"{path} is no trace file")
    except sqlite3.Error as error:
        raise TraceError(f"{path} is no trace file: {error}") from None
    finally:
        connection.close()
    return Entrance(path, not path.with_name(path.name + "-wal").exists(), connect)
