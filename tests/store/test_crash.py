"""A killed writer leaves a valid prefix; a live one can be watched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ttdebug.errors import TraceError
from ttdebug.paths import parse
from ttdebug.store.sealing import seal
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

_RECORD = """
import sys
from ttdebug.store.sealing import seal
from ttdebug.store.writer import Writer
writer = Writer.create(sys.argv[1], durability=sys.argv[2])
line = writer.run("r")
call = writer.append(line, "tool.call", agent="a", opens=True)
for at in range(1_000_000):
    todo = [{"id": name, "s": at if name == at % 4 else 0} for name in range(4)]
    seq = writer.append(line, "state", agent="a", parent=call, state={"n": at, "todo": todo})
    if at == 90:
        call = writer.append(line, "tool.result", closes=call, status="error")
        call = None
    print(seq, flush=True)
"""


def _killed(path: Path, durability: str, after: int) -> int:
    """Record in a process that is killed once it acknowledged `after` events; the last one."""
    process = subprocess.Popen(
        [sys.executable, "-c", _RECORD, path, durability], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    last = 0
    for text in process.stdout:
        last = int(text)
        if last >= after:
            process.send_signal(signal.SIGKILL)
            break
    last = max([last, *map(int, process.stdout.read().split()[:-1])])
    process.wait()
    process.stdout.close()
    return last


def _listing(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {item.name: (item.read_bytes(), item.stat().st_mtime_ns) for item in folder.iterdir()}


@pytest.mark.parametrize("after", [3, 150, 777])
def test_a_killed_recording_is_complete_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "traces"
    folder.mkdir()
    path = folder / "a.ttd"
    acknowledged = _killed(path, "process", after)
    before = _listing(folder)

    with Trace.open(path) as trace:
        assert trace.last_seq >= acknowledged
        assert not trace.sealed
        assert trace.warnings
        assert not trace.live
        seen = _facts(trace)
        assert trace.verify(deep=True).sound
    assert _listing(folder) == before

    seal(path)
    assert [item.name for item in folder.iterdir()] == ["a.ttd"]
    with Trace.open(path) as trace:
        assert _facts(trace) == seen
        assert not trace.sealed
        assert trace.verify(deep=True).sound


def _facts(trace: Trace) -> list[object]:
    """Answers that need the index of the newest events."""
    last = trace.last_seq
    lineage = trace.lineage(1)
    return [
        [touch.seq for touch in trace.touches(1, "a", parse("n"), first=max(1, last - 90))],
        list(trace.touches(1, "a", parse("n"), reverse=True))[:3],
        list(trace.touches(1, "a", parse("todo[id=2].s"), reverse=True))[-1].seq,
        trace.state(last, "a"),
        trace.count_types(),
        trace.next(lineage, last + 1, types=["state"], reverse=True),
        trace.next(lineage, 0, statuses=["error"]),
        trace.children(1)[-3:],
        trace.event(1),
        [cell.counts for cell in trace.density(1, 7)],
    ]


def test_a_live_recording_can_be_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.ttd"
    with Writer.create(path) as writer:
        line = writer.run("r")
        writer.append(line, "state", agent="a", state={"n": 0})
        with Trace.open(path) as trace:
            assert trace.live
            for at in range(1, 200):
                writer.append(line, "state", agent="a", state={"n": at})
                if at % 9 == 0:
                    assert trace.last_seq < at + 1
                    assert trace.refresh()
                    assert trace.last_seq == at + 1
                    assert trace.state(at + 1, "a") == {"n": at}
                    newest = next(trace.touches(1, "a", parse("n"), reverse=True))
                    assert (newest.seq, newest.value) == (at + 1, at)
                    assert len(trace.lineage(1)) == at + 1
                    assert trace.count_types() == {"state": at + 1}
            trace.refresh()
            assert not trace.refresh()
    assert [item.name for item in tmp_path.iterdir()] == ["a.ttd"]


def test_a_recording_of_another_process_is_live(tmp_path: Path) -> None:
    path = tmp_path / "a.ttd"
    process = subprocess.Popen(
        [sys.executable, "-c", _RECORD, path, "process"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        with Trace.open(path) as trace:
            assert trace.live
            assert not trace.warnings
            seen = trace.last_seq
            for _ in range(200):
                process.stdout.readline()
            assert trace.refresh()
            assert trace.last_seq > seen
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_a_group_that_nobody_adds_to_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "a.ttd"
    with Writer.create(path, durability="batch") as writer:
        writer.append(writer.run("r"), "message")
        deadline = time.monotonic() + 5
        with Trace.open(path) as trace:
            while trace.last_seq == 0 and time.monotonic() < deadline:
                time.sleep(0.02)
                trace.refresh()
            assert trace.last_seq == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_leaves_the_file_to_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "a.ttd"
    with Writer.create(path) as writer:
        line = writer.run("r")
        writer.append(line, "message")
        child = os.fork()
        if child == 0:
            writer.abandon()
            os._exit(0)
        os.waitpid(child, 0)
        writer.append(line, "message")
    with Trace.open(path) as trace:
        assert trace.last_seq == 2
        assert trace.verify(deep=True).sound


def test_only_what_nobody_writes_is_sealed(tmp_path: Path) -> None:
    path = tmp_path / "a.ttd"
    with pytest.raises(TraceError, match="does not exist"):
        seal(path)
    with Writer.create(path), pytest.raises(TraceError, match="is being written"):
        seal(path)
    seal(path)
    assert [item.name for item in tmp_path.iterdir()] == ["a.ttd"]
