"""Opening somebody's SQLite file so that nothing in it runs and nothing appears beside it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from ttdebug.errors import TraceError
from ttdebug.formats.reader import Head, Reader

MAX_CELL = 64 << 20
"""Larger cells are left out, with a warning; bytes."""

MAX_SQL = 100_000
COPY_ATTEMPTS = 3
_LOG_HEAD = 256 << 10


class DatabaseReader(Reader):
    """A format whose files are databases. `words` stand in the schema of all of them."""

    words: ClassVar[tuple[bytes, ...]]

    def sniff(self, head: Head) -> float:
        """By the words in the first pages, or in the log beside the database."""
        return 0.95 if head.magic == "sqlite" and mentions(head, self.words) else 0.0

    def companions(self, path: Path) -> Iterable[Path]:
        """The write-ahead log, which may hold all there is."""
        return [beside] if (beside := log(path)) else []


@contextmanager
def connect(file: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection to `file`; raises TraceError if it is not a database.

    A database with a write-ahead log beside it is copied together with the log into a temporary
    folder and opened there: SQLite would otherwise leave its own files next to it, or miss rows.
    """
    if not log(file):
        with closing(_connection(file, "immutable=1")) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="ttdebug-") as folder:
        copy = Path(folder) / "database"
        _copy(file, copy)
        with closing(_connection(copy, "mode=rw")) as connection:
            yield connection


def log(file: Path) -> Path | None:
    """The write-ahead log beside `file`, if it holds anything."""
    path = file.with_name(file.name + "-wal")
    try:
        return path if path.stat().st_size else None
    except OSError:
        return None


def mentions(head: Head, words: Sequence[bytes]) -> bool:
    """Whether all `words` are in the first pages of a database, or of the log beside it."""
    if all(word in head.data for word in words):
        return True
    beside = log(head.path)
    if beside is None:
        return False
    with beside.open("rb") as file:
        data = file.read(_LOG_HEAD)
    return all(word in data for word in words)


def _copy(file: Path, copy: Path) -> None:
    """Copy database and log as of one moment, as far as a file that is being written allows."""
    wal = file.with_name(file.name + "-wal")
    for _ in range(COPY_ATTEMPTS):
        before = _state(file), _state(wal)
        shutil.copyfile(file, copy)
        if before[1] is not None:
            shutil.copyfile(wal, copy.with_name(copy.name + "-wal"))
        if before == (_state(file), _state(wal)):
            return


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _connection(file: Path, mode: str) -> sqlite3.Connection:
    # The path is text in a URI: a `?` or `#` in it must not become a parameter.
    uri = f"file:{quote(str(file.resolve()))}?{mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL * 4)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, MAX_SQL)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.text_factory = _text
        for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # SQLite's message quotes the schema, which Python may fail to decode.
        connection.close()
        reason = str(error) if isinstance(error, sqlite3.Error) else "its schema is damaged"
        raise TraceError(f"{file} is not a readable SQLite database: {reason}") from None
    return connection


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def plain_columns(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    """The columns of `table`, empty if there is none.

    Raises TraceError for anything but an ordinary table with stored columns: a view or a
    computed column would run what the file says.
    """
    row = connection.execute(
        "SELECT type, sql FROM sqlite_master WHERE name = ? COLLATE NOCASE", (table,)
    ).fetchone()
    if row is None:
        return frozenset()
    kind, sql = row
    if kind != "table" or not str(sql).lstrip().upper().startswith("CREATE TABLE"):
        raise TraceError(
            f"its {table!r} is not an ordinary table but a {_kind(kind, sql)}, as no program "
            "that records makes it; it was not read"
        )
    columns = connection.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (table,))
    names = {str(name): hidden for name, hidden in columns}
    if any(names.values()):
        raise TraceError(f"its {table!r} has computed columns, which would run; it was not read")
    return frozenset(names)


def _kind(kind: object, sql: object) -> str:
    return "virtual table" if kind == "table" and "VIRTUAL" in str(sql).upper() else str(kind)
