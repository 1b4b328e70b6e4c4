"""Opening databases: nothing in them runs, nothing appears beside them, no row is missed."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.errors import TraceError
from ttdebug.formats import database
from ttdebug.formats.langgraph import READER
from ttdebug.formats.langgraph.rows import Tables
from ttdebug.formats.reader import Head

CHECKPOINTS = (
    "CREATE TABLE checkpoints (thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT, "
    "parent_checkpoint_id TEXT, type TEXT, checkpoint BLOB, metadata BLOB, "
    "PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id))"
)
ROW = "INSERT INTO checkpoints VALUES ('t', '', ?, NULL, 'json', '{}', '{}')"


def head(path: Path) -> Head:
    data = path.read_bytes()
    sqlite = data.startswith(b"SQLite format 3\0")
    return Head(path, len(data), "sqlite" if sqlite else "binary", data[: 256 << 10])


def ids(path: Path) -> list[str]:
    with database.connect(path) as connection:
        return [key.id for key in Tables(connection).keys("t")]


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A database as copied from a running program: all its rows are in the log."""
    origin = tmp_path / "origin.db"
    copied = tmp_path / "copied"
    copied.mkdir()
    with closing(sqlite3.connect(origin)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute(CHECKPOINTS)
        connection.execute(ROW, ("c1",))
        connection.commit()
        for name in ("origin.db", "origin.db-wal"):
            shutil.copy(tmp_path / name, copied / name)
    return copied / "origin.db"


def test_rows_in_the_log_are_read_and_nothing_is_left_behind(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in live.parent.iterdir()}
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    with formats.open(live) as trace:
        assert (trace.format, trace.last_seq) == ("langgraph", 1)
    assert READER.sniff(head(live)) > 0.9
    assert list(READER.companions(live)) == [live.with_name("origin.db-wal")]
    assert ids(live) == ["c1"]
    assert {path: path.read_bytes() for path in live.parent.iterdir()} == before


def test_a_database_without_its_log_says_where_the_rows_may_be(live: Path) -> None:
    live.with_name("origin.db-wal").unlink()
    with closing(sqlite3.connect(live)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute(CHECKPOINTS)
    with database.connect(live) as connection:
        assert Tables(connection).threads() == []
    live.write_bytes(b"")
    with (
        pytest.raises(TraceError, match="no table of LangGraph checkpoints"),
        database.connect(live) as connection,
    ):
        Tables(connection)


def test_a_read_only_folder_is_no_obstacle(live: Path) -> None:
    with closing(sqlite3.connect(live)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for name in ("origin.db-wal", "origin.db-shm"):
        live.with_name(name).unlink(missing_ok=True)
    live.parent.chmod(0o555)
    try:
        assert ids(live) == ["c1"]
        assert [path.name for path in live.parent.iterdir()] == ["origin.db"]
    finally:
        live.parent.chmod(0o755)


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("CREATE VIEW checkpoints AS SELECT 1 AS thread_id, 2 AS checkpoint", "view"),
        (
            "CREATE VIRTUAL TABLE checkpoints USING fts5(thread_id, checkpoint)",
            "virtual table",
        ),
        (
            CHECKPOINTS.replace("metadata BLOB", "metadata AS (hex(zeroblob(100000000)))"),
            "computed columns",
        ),
        (
            f"{CHECKPOINTS}; CREATE VIEW writes AS SELECT 1 AS thread_id",
            "view",
        ),
    ],
)
def test_tables_that_would_run_something_are_refused(
    tmp_path: Path, script: str, what: str
) -> None:
    path = tmp_path / "evil?mode=rwc&x=#.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    with pytest.raises(TraceError, match=what), database.connect(path) as connection:
        Tables(connection)


@needs_shared
def test_the_hostile_view_is_ours_to_refuse(tmp_path: Path) -> None:
    made = (SHARED / "hostile" / "make.py").read_text()
    script = made.split('executescript("""')[1].split('""")')[0]
    path = tmp_path / "evil-views.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    assert READER.sniff(head(path)) > 0.9
    with pytest.raises(TraceError, match="view"), database.connect(path) as connection:
        Tables(connection)


@pytest.mark.parametrize(
    "data", [b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 4096, b"nothing"]
)
def test_what_is_no_database_is_an_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(data)
    with pytest.raises(TraceError, match="not a readable SQLite"), database.connect(path):
        pass


def test_other_databases_are_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE workflow_status (workflow_uuid TEXT)")
    assert READER.sniff(head(path)) == 0
    path.write_bytes(b"checkpoints thread_id")
    assert READER.sniff(head(path)) == 0
