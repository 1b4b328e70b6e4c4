"""The description of the file format: it names every table, and its queries work."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from tests.support import SAMPLES
from ttdebug.store import schema

TEXT = (SAMPLES / "README.md").read_text("utf-8")


def test_every_table_is_described() -> None:
    assert [name for name in schema.TABLES if f"`{name}`" not in TEXT] == []
    assert f"{schema.APPLICATION_ID:#x}" in TEXT
    assert f"`user_version` {schema.VERSION}" in TEXT


def test_the_queries_find_the_bug_of_the_trip() -> None:
    around, changed, written = re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL)
    uri = f"{(SAMPLES / 'trip_planning' / 'run.ttd').as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as db:
        events = db.execute(around).fetchall()
        assert [event[:3] for event in events[:3]] == [
            (254, "llm.result", "booker"),
            (255, "tool.call", "booker"),
            (256, "tool.result", "booker"),
        ]
        assert ("/budget/remaining", "null") in db.execute(changed).fetchall()
        assert db.execute(written).fetchall()[0] == (560, "booker", "12.71")
