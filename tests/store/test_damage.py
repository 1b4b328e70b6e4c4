"""Damage is told as damage wherever it sits, and a mistake of ours never is."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.store.questions import ask_everything
from ttdebug.errors import TraceError, TtdebugError
from ttdebug.model import Edge
from ttdebug.store import rows, schema
from ttdebug.store.reading import asked, told
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

ODD: list[Any] = [None, "x", 1.5, b"\x00", -1, 2**63 - 1, "[1]", "{"]


def _make(path: Path) -> None:
    with Writer.create(path) as writer:
        line = writer.run("r", "a name", time=5)
        call = writer.append(line, "tool.call", agent="a", opens=True, name="n", time=6)
        for at in range(12):
            state = {"n": at, "todo": [{"id": 3, "s": at}], "t": f"{at} " * 900}
            causes = [Edge(call, "recorded", "because")]
            writer.append(line, "state", agent="a", state=state, causes=causes, data={"at": at})
        writer.append(line, "tool.result", closes=call, status="error", data={"r": "y" * 2000})
        writer.append(writer.fork(line, 6), "state", agent="a", state={"n": -1})
        writer.fact(line, "warning", "odd")
        writer.fact(line, "fidelity", "exact")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "a.ttd"
    _make(path)
    return path


def _columns() -> list[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as db:
        for sql in schema.TABLES.values():
            db.execute(sql)
        return [
            (table, row[1])
            for table in schema.TABLES
            for row in db.execute(f"PRAGMA table_info({table})")
        ]


def _put(path: Path, table: str, column: str, value: object, *, once: bool) -> None:
    """Store what the tables' types forbid, as flipped bits would."""
    sql = schema.TABLES[table]
    loose = sql.replace(" STRICT,", "").replace(" STRICT", "").replace(" NOT NULL", "")
    where = f" WHERE {column} = (SELECT max({column}) FROM {table})" if once else ""
    for form, statement in ((loose, f"UPDATE {table} SET {column} = ?{where}"), (sql, "")):
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            if statement:
                db.execute("PRAGMA writable_schema = ON")
                db.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (form, table))
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            if statement:
                with suppress(sqlite3.Error):  # a key, which may not be that
                    db.execute(statement, (value,))
            db.execute("PRAGMA writable_schema = ON")
            db.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql, table))


def _ask(path: Path) -> None:
    with suppress(TtdebugError), Trace.open(path) as trace:
        trace.verify(deep=True)
        ask_everything(trace, suppress(TtdebugError))


def _try(sound: Path, path: Path, table: str, column: str, value: object, *, once: bool) -> None:
    shutil.copyfile(sound, path)
    _put(path, table, column, value, once=once)
    try:
        _ask(path)
    except Exception as error:
        error.add_note(f"{table}.{column} = {value!r}, once={once}")
        raise


@pytest.mark.parametrize(("table", "column"), _columns())
def test_no_column_can_hold_what_gets_out(
    sound: Path, tmp_path: Path, table: str, column: str
) -> None:
    chance = random.Random(f"{table}.{column}")
    for value in chance.sample(ODD, 2):
        _try(sound, tmp_path / "b.ttd", table, column, value, once=chance.random() < 0.5)


@pytest.mark.slow
@pytest.mark.parametrize(("table", "column"), _columns())
def test_no_column_can_hold_anything_that_gets_out(
    sound: Path, tmp_path: Path, table: str, column: str
) -> None:
    for value in ODD:
        for once in (True, False):
            _try(sound, tmp_path / "b.ttd", table, column, value, once=once)


@pytest.mark.parametrize("mistake", [AttributeError, NameError, ImportError, TypeError, KeyError])
def test_a_mistake_of_ours_is_not_told_as_damage(mistake: type[Exception]) -> None:
    with pytest.raises(mistake), asked("event 1"):
        raise mistake("a bug")


@pytest.mark.parametrize("mistake", [AttributeError, NameError, ImportError])
def test_nor_is_it_where_values_are_taken_apart(
    sound: Path, monkeypatch: pytest.MonkeyPatch, mistake: type[Exception]
) -> None:
    def broken(*_: object) -> None:
        raise mistake("a bug")

    with Trace.open(sound) as trace:
        monkeypatch.setattr(rows.Events, "_event", broken)
        with pytest.raises(mistake):
            trace.event(1)
    with pytest.raises(TraceError, match="event 1 cannot be read"), told("event 1"):
        raise LookupError
