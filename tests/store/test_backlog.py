"""Index rows and keyframes follow the events: soon by themselves, at the latest with a slice."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from ttdebug.model import JSON, Object
from ttdebug.store import schema
from ttdebug.store.backlog import Backlog
from ttdebug.store.journal import Journal
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer


def indexed(path: Path) -> int:
    """The last event with index rows; -1 before any has."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = 'indexed'").fetchone()
    return row[0] if row else -1


def keyframes(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM keyframes").fetchone()[0])


def record(writer: Writer, line: int, count: int) -> None:
    for _ in range(count):
        n = writer.last_seq
        writer.append(line, "state", agent="a", state={"n": n, "text": str(n) * 100})


def test_index_rows_follow_while_nobody_records(tmp_path: Path) -> None:
    path = tmp_path / "a.ttd"
    with Writer.create(path) as writer:
        record(writer, writer.run("r"), schema.SLICE - 1)
        deadline = time.monotonic() + 30
        while indexed(path) < schema.SLICE // 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert schema.SLICE // 2 <= indexed(path) < schema.SLICE
        with Trace.open(path) as trace:
            assert trace.state(20, "a") == {"n": 19, "text": "19" * 100}


def test_no_more_than_a_slice_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Journal, "follow_soon", lambda _: None)  # as when no thread can be started
    path = tmp_path / "a.ttd"
    with Writer.create(path) as writer:
        line = writer.run("r")
        for slices in range(1, 4):
            record(writer, line, schema.SLICE - 1)
            assert indexed(path) in ((slices - 1) * schema.SLICE, -1)
            record(writer, line, 1)
            assert indexed(path) == slices * schema.SLICE == writer.last_seq


def test_a_keyframe_that_follows_holds_the_state_of_its_event(tmp_path: Path) -> None:
    path = tmp_path / "a.ttd"
    expected = {}
    with Writer.create(path) as writer:
        line = writer.run("r")
        for n in range(1, 200):
            items: list[JSON] = [{"n": n, "text": str(at) * 50} for at in range(n % 7)]
            state: Object = {"items": items, "text": "long " * 500}
            expected[writer.append(line, "state", agent="a", state=state)] = state
    assert keyframes(path) > 2
    with Trace.open(path) as trace:
        assert trace.verify(deep=True).sound
        assert {seq: trace.state(seq, "a") for seq in expected} == expected


def test_a_failure_of_what_follows_costs_no_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()
    store = Backlog.store

    def fail_once(backlog: Backlog) -> None:
        if not failed.is_set():
            failed.set()
            raise sqlite3.OperationalError("disk I/O error")
        store(backlog)

    monkeypatch.setattr(Backlog, "store", fail_once)
    path = tmp_path / "a.ttd"
    with Writer.create(path) as writer:
        line = writer.run("r")
        record(writer, line, schema.SLICE // 2)
        assert failed.wait(30)
        record(writer, line, 100)
    with Trace.open(path) as trace:
        assert trace.verify(deep=True).sound
        assert trace.last_seq == schema.SLICE // 2 + 100
        last = trace.last_seq - 1
        assert trace.state(trace.last_seq, "a") == {"n": last, "text": str(last) * 100}
