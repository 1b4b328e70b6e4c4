"""What happens around an agent: full disks, files that go, clocks, forks, threads that die."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import ttdebug
from ttdebug.recorder import sink
from ttdebug.store import journal
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


def _run(code: str, path: Path) -> subprocess.CompletedProcess[str]:
    """An agent in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def _events(path: Path) -> list[Any]:
    """The data of the events of type `x`; the file is sound."""
    with Trace.open(path) as trace:
        assert trace.verify(deep=True).sound
        return [event.data["n"] for event in trace.events() if event.type == "x"]


FULL = """
import resource, sys, time, ttdebug
rec = ttdebug.record(sys.argv[1], agent="a")
kept = []
def act(n):
    if rec.event("x", n=n, text=f"{n} " * 300):
        kept.append(n)
for n in range(50):
    act(n)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
while rec.stats.faults < 100:
    act(n := n + 1)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
time.sleep(1.1)  # longer than it rests after failures
for _ in range(50):
    act(n := n + 1)
rec.close()
print(kept, rec.stats.faults)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits")
def test_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "x.ttd"
    done = _run(FULL, path)
    assert done.returncode == 0, done.stderr
    kept, faults = done.stdout.rsplit(maxsplit=1)
    assert _events(path) == json.loads(kept)
    assert len(_events(path)) >= 100
    assert int(faults) == 100
    assert done.stderr.count("recording is incomplete") == 1
    with Trace.open(path) as trace:
        assert any("100 calls could not be recorded" in warning for warning in trace.warnings)


@pytest.mark.parametrize("how", ["deleted", "replaced", "moved"])
def test_a_file_that_goes(tmp_path: Path, caplog: pytest.LogCaptureFixture, how: str) -> None:
    caplog.set_level(logging.WARNING, "ttdebug")
    path = tmp_path / "x.ttd"
    rec = ttdebug.record(path, agent="a")
    with rec.span("lost"):
        before = [rec.event("x", n=n) for n in range(20)]
        if how == "deleted":
            path.unlink()
        elif how == "moved":
            path.rename(tmp_path / "moved.ttd")
        else:
            with ttdebug.record(tmp_path / "y.ttd") as other:
                other.event("theirs")
            other.path.replace(path)
        acknowledged = [n for n in range(20, 400) if rec.event("x", n=n)]
    rec.close()
    assert all(before)
    assert rec.stats.faults == 2  # the event that noticed, and the end of the span
    assert "deleted, moved or replaced" in caplog.text
    assert len(caplog.records) == 1
    kept = _events(path)
    assert kept == acknowledged[-len(kept) :]
    assert len(kept) > 200
    if how == "moved":
        assert _events(tmp_path / "moved.ttd")[:20] == list(range(20))
    if how == "replaced":
        with Trace.open(path) as trace:
            assert "theirs" in {event.type for event in trace.events()}


def test_a_file_gone_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "x.ttd"
    with ttdebug.record(path) as rec:
        rec.event("x", n=1)
        path.unlink()
    assert rec.stats.faults == 1
    assert "deleted" in str(rec.stats.last_fault)


def test_a_file_gone_at_the_end_of_the_interpreter(tmp_path: Path) -> None:
    code = (
        "import os, sys, ttdebug; rec = ttdebug.record(sys.argv[1], agent='a'); rec.event('x')\n"
        "os.unlink(sys.argv[1])"
    )
    done = _run(code, tmp_path / "x.ttd")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "x.ttd was deleted, moved or replaced" in done.stderr


def test_a_locked_file(tmp_path: Path) -> None:
    path = tmp_path / "x.ttd"
    with ttdebug.record(path) as rec:
        kept = [n for n in range(10) if rec.event("x", n=n)]
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert [rec.event("x", n=n) for n in range(10, 30)] == [0] * 20
            other.execute("ROLLBACK")
        time.sleep(1.1)
        kept += [n for n in range(30, 40) if rec.event("x", n=n)]
    assert rec.stats.faults == 20
    assert _events(path) == kept == [*range(10), *range(30, 40)]


def test_a_clock_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.ttd"
    with ttdebug.record(path) as rec:
        rec.event("x", n=0)
        monkeypatch.setattr(time, "time_ns", lambda: 10**18)
        with rec.span("step"):
            rec.event("x", n=1)
        monkeypatch.setattr(time, "time_ns", lambda: -(10**18))
        rec.event("x", n=2)
    assert rec.stats.faults == 0
    assert _events(path) == [0, 1, 2]
    with Trace.open(path) as trace:
        closing_event = next(event for event in trace.events() if event.type == "step.end")
        assert closing_event.duration is not None
        assert closing_event.duration >= 0


FORKS = """
import os, sys, threading, ttdebug
rec = ttdebug.record(sys.argv[1], agent="a")
ended = threading.Event()
def work():
    while not ended.is_set():
        rec.event("x", n=0)
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
codes = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        with rec:
            fine = rec.event("x", n=1)
        os._exit(0 if fine and not rec.stats.faults else 1)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
ended.set()
for thread in threads:
    thread.join()
rec.close()
print(codes == [0] * 8, rec.stats.faults)
"""


@needs_fork
def test_forks_while_threads_record(tmp_path: Path) -> None:
    path = tmp_path / "x.ttd"
    done = _run(FORKS, path)
    assert done.stdout.split() == ["True", "0"], done.stderr
    assert set(_events(path)) == {0}
    assert all(_events(file) == [1] for file in tmp_path.glob("x.*.ttd"))


class _Announced:
    """A lock that says when somebody asks for it as a fork does, with patience."""

    def __init__(self, lock: Any, asked: threading.Event) -> None:
        self._lock = lock
        self._asked = asked

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        self._asked.set()
        return bool(self._lock.acquire(blocking, timeout))

    def release(self) -> None:
        self._lock.release()


def _is_free(lock: Any) -> bool:
    free: bool = lock.acquire(blocking=False)
    if free:
        lock.release()
    return free


def test_a_fork_holds_the_locks_of_a_recording_that_a_thread_is_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rec = ttdebug.record(tmp_path / "x.ttd", agent="a")
    opening, asked, create = threading.Event(), threading.Event(), Writer.create

    def create_once_asked(*args: Any, **kwargs: Any) -> Writer:
        opening.set()
        assert asked.wait(10)
        return create(*args, **kwargs)

    monkeypatch.setattr(Writer, "create", create_once_asked)
    monkeypatch.setattr(sink, "_PATIENCE", 10)
    monkeypatch.setattr(rec._sink, "_lock", _Announced(rec._sink._lock, asked))
    with ThreadPoolExecutor(1) as thread:
        opened = thread.submit(rec._sink.open)
        assert opening.wait(10)
        sink._before_fork()
        try:
            locks = opened.result(10).writer.locks
            free = [thread.submit(_is_free, lock).result(10) for lock in locks]
        finally:
            sink._after_fork()
        assert free == [False, False]
        assert thread.submit(rec.event, "x", n=0).result(10)
    rec.close()
    assert _events(tmp_path / "x.ttd") == [0]


def test_a_dead_thread_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.ttd"
    keep = journal.Journal._keep
    monkeypatch.setattr(journal.Journal, "_keep", lambda self: None)
    with ttdebug.record(path, durability="batch") as rec:
        rec.event("x", n=0)
        monkeypatch.setattr(journal.Journal, "_keep", keep)
        time.sleep(0.06)
        rec.event("x", n=1)  # ends the group that nobody ended
        rec.event("x", n=2)
        with Trace.open(path) as trace:
            deadline = time.monotonic() + 10
            while trace.last_seq < 4 and time.monotonic() < deadline:
                time.sleep(0.02)
                trace.refresh()
            assert trace.last_seq == 4
    assert rec.stats.faults == 0


def test_threads_that_go_on_while_the_interpreter_ends(tmp_path: Path) -> None:
    code = """
import sys, threading, ttdebug
rec = ttdebug.record(sys.argv[1], agent="a")
def work():
    while True:
        rec.event("x", n=0)
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
while rec.stats.events < 50:
    pass
sys.exit(7)
"""
    path = tmp_path / "x.ttd"
    done = _run(code, path)
    assert done.returncode == 7, done.stderr
    assert "Traceback" not in done.stderr
    assert len(_events(path)) >= 40
