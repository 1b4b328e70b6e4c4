"""Files grow by appending, belong to one writer, and are private and alone when closed."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ttdebug.errors import TraceError
from ttdebug.paths import parse
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Durability, Writer

MODES: list[Durability] = ["process", "power", "batch"]


@pytest.mark.parametrize("durability", MODES)
def test_a_file_grows_over_several_sessions(tmp_path: Path, durability: Durability) -> None:
    path = tmp_path / "a.ttd"
    count = 0
    for session in range(4):
        with Writer.create(path, durability=durability) as writer:
            line = writer.run(f"run {session}")
            for at in range(97):
                state = {"n": at, "list": [{"id": at % 5, "s": session}]}
                count = writer.append(line, "state", agent="a", state=state, data={"at": at})
            if session == 2:
                fork = writer.fork(1, 50)
                count = writer.append(fork, "state", agent="a", state={"n": -1})
                count = writer.append(1, "state", agent="a", state={"n": -2})
        assert sorted(tmp_path.iterdir()) == [path]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with Trace.open(path) as trace:
            assert trace.sealed
            assert trace.last_seq == count
            assert not trace.warnings
            assert trace.verify(deep=True).sound
    with Trace.open(path) as trace:
        assert [run.id for run in trace.runs] == [f"run {at}" for at in range(4)]
        assert [line.name for line in trace.runs[0].timelines] == ["main", "fork-1"]
        assert trace.state(293, "a") == {"n": -2}
        assert trace.state(292, "a") == {"n": -1}
        fork_line = trace.runs[0].timelines[1].id
        assert [touch.seq for touch in trace.touches(fork_line, "a", parse("n"), first=49)] == [
            49,
            50,
            292,
        ]


def test_a_second_writer_takes_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.ttd"
    with Writer.create(path) as first:
        with Writer.create(path) as second:
            assert second.path == tmp_path / f"a.{os.getpid()}.ttd"
            second.append(second.run("two"), "message")
        first.append(first.run("one"), "message")
        code = (
            "import sys; from ttdebug.store.writer import Writer\n"
            "with Writer.create(sys.argv[1]) as writer: print(writer.path.name)"
        )
        other = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
        assert other.stdout.strip() not in ("", "a.ttd"), other.stderr
    with Writer.create(path) as third:
        assert third.path == path


def test_only_trace_files_are_appended_to(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    text = tmp_path / "notes.txt"
    text.write_text("not a database, and long enough to be looked at as one" * 10)
    for path in (other, text):
        before = path.read_bytes()
        with pytest.raises(TraceError, match=path.name):
            Writer.create(path)
        assert path.read_bytes() == before
    with pytest.raises(TraceError, match="no regular file"):
        Writer.create(tmp_path)
    with pytest.raises(TraceError, match="cannot be written"):
        Writer.create(tmp_path / "missing" / "a.ttd")


def test_what_cannot_be_stored_costs_nothing_else(tmp_path: Path) -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for durability in MODES:
        path = tmp_path / f"{durability}.ttd"
        with Writer.create(path, durability=durability) as writer:
            line = writer.run("r")
            writer.append(line, "state", agent="a", state={"n": 1})
            with pytest.raises((ValueError, RecursionError)):
                writer.append(line, "state", agent="a", state={"n": 2}, data={"deep": deep})
            assert writer.append(line, "state", agent="a", state={"n": 3}) == 2
        with Trace.open(path) as trace:
            assert trace.state(2, "a") == {"n": 3}
            assert trace.delta(2) == [{"op": "replace", "path": "/n", "value": 3}]
            assert trace.verify(deep=True).sound


def _grow(writer: Writer, line: int) -> None:
    for at in range(80, 2000):
        writer.append(line, "state", agent="a", state={"n": at, "x": "y" * at})


def test_a_full_disk_is_told_and_survived(tmp_path: Path) -> None:
    path = tmp_path / "a.ttd"
    with Writer.create(path) as writer:
        line = writer.run("r")
        for at in range(80):
            writer.append(line, "state", agent="a", state={"n": at})
        size = writer._db.execute("PRAGMA page_count").fetchone()[0]
        writer._db.execute(f"PRAGMA max_page_count = {size}")
        with pytest.raises(TraceError, match="cannot be written"):
            _grow(writer, line)
        writer._db.execute("PRAGMA max_page_count = 1000000")
        last = writer.append(line, "state", agent="a", state={"n": -1})
    with Trace.open(path) as trace:
        assert trace.last_seq == last
        assert trace.state(last, "a") == {"n": -1}
        assert trace.verify(deep=True).sound


def test_threads_may_share_a_writer(tmp_path: Path) -> None:
    for durability in MODES:
        path = tmp_path / f"{durability}.ttd"
        with Writer.create(path, durability=durability) as writer:
            line = writer.run("r")

            def work(agent: str, writer: Writer = writer, line: int = line) -> None:
                for at in range(200):
                    writer.append(line, "state", agent=agent, state={"n": at})

            threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        with Trace.open(path) as trace:
            assert trace.last_seq == 600
            assert [trace.state(600, agent) for agent in "abc"] == [{"n": 199}] * 3
            assert trace.verify(deep=True).sound


def test_a_closed_writer_says_so(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path / "a.ttd")
    line = writer.run("r")
    writer.close()
    writer.close()
    with pytest.raises(TraceError, match="is closed"):
        writer.append(line, "message")


@pytest.mark.parametrize("durability", ["process", "batch"])
def test_the_log_stays_small(tmp_path: Path, durability: Durability) -> None:
    path = tmp_path / "a.ttd"
    text = "".join(chr(97 + at * at % 26) for at in range(900))
    with Writer.create(path, durability=durability) as writer:
        line = writer.run("r")
        for at in range(20_000 if durability == "batch" else 6_000):
            writer.append(line, "message", data={"n": at, "text": text}, time=at)
        assert path.with_name("a.ttd-wal").stat().st_size < 64 << 20
