"""`gc`: what goes, what stays, and that what stays is as it was."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ttdebug
from tests.cli.conftest import Run
from ttdebug.analyze import retention
from ttdebug.model import Position
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer
from ttdebug.tui.session import Session, load_session, save_session, session_path

SECOND = 1_000_000_000
DAY = 86_400 * SECOND


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTDEBUG_STATE", str(tmp_path / "state"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Runs 1 to 5 of 50, 40, ... 10 days ago; 2 failed, 3 has a fork, 5 holds seven checkpoints."""
    found = tmp_path / "runs.ttd"
    now = time.time_ns()
    with Writer.create(found, durability="batch") as writer:
        for number in range(1, 6):
            began = now - (60 - 10 * number) * DAY
            _run(writer, number, began)
    return found


def _run(writer: Writer, number: int, began: int) -> None:
    line = writer.run(f"id-{number}", f"run {number}", time=began)
    padding = random.Random(number).randbytes(20_000).hex()
    state: dict[str, Any] = {"n": number, "log": [], "padding": padding}

    def add(type_: str, name: str | None = None, **more: Any) -> int:
        state["log"].append(name or type_)
        snapshot = json.loads(json.dumps(state))
        return writer.append(
            line, type_, agent="a", name=name, time=began + writer.last_seq * SECOND,
            state=snapshot, **more,
        )  # fmt: skip

    add("run.start")
    call = add("tool.call", "t", opens=True)
    add("tool.result", "t", closes=call, status="error" if number == 2 else "ok")
    if number == 3:
        writer.append(writer.fork(line, call, "what-if"), "note", agent="a", time=began)
    if number == 5:
        for name, kind, tags in MARKS:
            add("checkpoint", name, data={"kind": kind, "tags": tags, "more": name})
        writer.append(writer.fork(line, writer.last_seq - 1, "again"), "note", agent="a")
    add("run.end", status="ok")


MARKS: tuple[tuple[str, str, list[str]], ...] = (
    ("m1", "routine", []),
    ("m2", "routine", ["db"]),
    ("m3", "routine", []),
    ("m4", "pre-operation", []),
    ("m5", "recovery", ["automatic", "error"]),
    ("m6", "routine", []),
    ("m7", "routine", []),
)


def names(path: Path) -> list[str]:
    with Trace.open(path) as trace:
        return [run.name for run in trace.runs]


def marks(path: Path) -> list[str | None]:
    with ttdebug.open(path) as rec:
        return [one.name for one in rec.checkpoints()]


def events(path: Path) -> dict[tuple[str, float | None, str], Any]:
    """What is known of each event, whatever its number."""
    with Trace.open(path) as trace:
        return {
            (event.run, event.elapsed, event.type): (
                replace(event, seq=0, timeline_id=0, parent=0, opening=0, closing=0, source={}),
                trace.state(event.seq, "a", event.timeline_id),
                len(trace.causes(event.seq)),
            )
            for event in trace.events()
        }


def test_nothing_goes_without_a_rule(tt: Run, path: Path) -> None:
    before = path.read_bytes()
    found = tt("gc", path)
    assert (found.code, path.read_bytes()) == (2, before)
    assert "--keep" in found.err


def test_a_dry_run_only_tells(tt: Run, path: Path) -> None:
    before = path.read_bytes()
    found = tt("gc", path, "--keep", 1, "--keep-per-kind", 1, "--dry-run")
    assert found.code == 0
    assert path.read_bytes() == before
    assert "run 1 goes: beyond the newest 1" in found.out
    assert "run 2 stays: 1 error, although" in found.out
    assert "run 3 stays: 1 fork, although" in found.out
    assert "run 5 loses 3 of 7 marks" in found.out
    assert "2 runs and 3 checkpoint marks would go, about" in found.out
    records = tt("gc", path, "--keep", 1, "--keep-per-kind", 1, "--dry-run", "--json").json
    assert [one["goes"] for one in records[:-1]] == [True, False, False, True, False]
    assert records[1]["guard"] == "1 error"
    assert records[-1]["record"] == "total"
    assert (records[-1]["runs"], records[-1]["dry_run"]) == (2, True)


def test_what_stays_is_as_it_was(tt: Run, path: Path) -> None:
    before, size, mode = events(path), path.stat().st_size, path.stat().st_mode
    found = tt("gc", path, "--max-age", 15)
    assert found.code == 0
    assert "freed" in found.out
    assert names(path) == ["run 2", "run 3", "run 5"]
    after = events(path)
    assert after == {key: one for key, one in before.items() if key in after}
    assert {run for run, _, _ in after} == {"id-2", "id-3", "id-5"}
    assert path.stat().st_size < size - 30_000
    assert path.stat().st_mode == mode
    assert list(path.parent.iterdir()) == [path]
    assert tt("verify", path, "--deep").code == 0
    with Trace.open(path) as trace:
        assert trace.sealed
        assert trace.event(1).source == {"seq": 5}
        assert "gc dropped 2 other runs" in trace.runs[0].fidelity
        (fact,) = trace.facts("id-2")["gc"]
        assert isinstance(fact, dict)
        assert [one["id"] for one in fact["runs"]] == ["id-1", "id-4"]  # type: ignore[union-attr,index,call-overload]  # objects


def test_what_a_killed_one_left_beside_goes(tt: Run, path: Path) -> None:
    left, other = (path.parent / f".ttdebug-{name}-x" for name in (path.name, "other.ttd"))
    for folder in (left, other):
        folder.mkdir()
        (folder / "kept.ttd").write_bytes(b"half")
    assert tt("gc", path, "--max-age", 15).code == 0
    assert sorted(path.parent.iterdir()) == sorted([path, other])


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["--keep-per-kind", 1], ["m4", "m5", "m6", "m7"]),
        (["--max-count", 1], ["m5", "m6", "m7"]),
        (["--tagged-only"], ["m2", "m5", "m6"]),
        (["--keep-per-kind", 0, "--even", "errors"], ["m6"]),
        (["--keep-per-kind", 0, "--even", "forks"], ["m5"]),
        (["--keep-per-kind", 9], ["m1", "m2", "m3", "m4", "m5", "m6", "m7"]),
    ],
)
def test_marks_go_and_their_events_stay(
    tt: Run, path: Path, words: list[object], left: list[str]
) -> None:
    with Trace.open(path) as trace:
        before = {event.seq: event for event in trace.events()}
        states = {seq: trace.state(seq, "a") for seq in before}
    assert tt("gc", path, *words).code == 0
    assert marks(path) == left
    assert tt("verify", path, "--deep").code == 0
    with Trace.open(path) as trace:
        for event in trace.events():
            old = before[event.seq]
            assert trace.state(event.seq, "a") == states[event.seq]
            if old.type == "checkpoint" and old.name not in left:
                assert (event.type, event.name) == ("state", None)
                assert event.data == {"more": old.name, "dropped": "checkpoint"}
                assert (event.time, event.changes) == (old.time, old.changes)
            else:
                assert event == old


def test_marks_older_than_a_day_go_with_a_run_that_stays(tt: Run, path: Path) -> None:
    assert tt("gc", path, "--max-age", 1, "--keep", 5).code == 0
    assert names(path) == ["run 2", "run 3", "run 5"]
    assert marks(path) == ["m5", "m6"]


def test_bookmarks_keep_a_run_and_follow_it(tt: Run, path: Path) -> None:
    with Trace.open(path) as trace:
        old = session_path(trace)
        line, kept = (trace.runs[at].timelines[0].id for at in (0, 4))
        mark = next(event.seq for event in trace.events() if event.name == "m1")
    session = Session(marks={"a": Position(kept, mark)}, position=Position(line, 1))
    session.points = [{"kind": "break", "condition": "true"}]
    save_session(old, session, str(path))
    assert tt("gc", path, "--keep", 0, "--keep-per-kind", 0, "--even", "forks").code == 0
    assert names(path) == ["run 2", "run 5"]
    assert marks(path) == ["m1", "m5"]
    with Trace.open(path) as trace:
        again = load_session(session_path(trace))
        assert trace.event(again.marks["a"].seq).name == "m1"
        assert trace.event(again.marks["a"].seq).timeline_id == again.marks["a"].timeline
    assert (again.position, again.points) == (None, session.points)
    assert not old.exists()
    assert tt("gc", path, "--keep", 0, "--even", "bookmarks", "--even", "forks").code == 0
    assert names(path) == ["run 2"]


def test_over_a_folder_files_without_runs_go(tt: Run, path: Path) -> None:
    for number in range(3):
        with ttdebug.record(path.parent / f"{number}.ttd", run=f"new {number}") as rec:
            rec.event("x")
    left = tt("gc", path.parent, "--keep", 2, "--even", "errors", "--even", "forks")
    assert left.code == 0
    assert sorted(file.name for file in path.parent.glob("*.ttd")) == ["1.ttd", "2.ttd"]


def test_a_recording_that_grew_meanwhile_stays(
    tt: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = retention.judge

    def slowly(*given: Any) -> list[retention.Verdict]:
        verdicts = judge(*given)
        with ttdebug.record(path) as rec:
            rec.event("x")
        return verdicts

    monkeypatch.setattr(retention, "judge", slowly)
    found = tt("gc", path, "--keep", 0, "--even", "errors", "--even", "forks")
    assert found.code == 3
    assert "changed meanwhile" in found.err
    assert "0 runs" in found.out
    assert len(names(path)) == 6


def test_a_file_named_twice_is_collected_once(tt: Run, path: Path) -> None:
    assert tt("gc", path, path.parent, "--keep", 2).code == 0
    assert names(path) == ["run 2", "run 3", "run 4", "run 5"]


def test_what_is_open_or_foreign_stays(tt: Run, tmp_path: Path) -> None:
    live, log, killed = (tmp_path / name for name in ("live.ttd", "log.jsonl", "killed.ttd"))
    log.write_text('{"ts": 1, "type": "a"}\n')
    with ttdebug.record(live) as rec:
        rec.event("x")
        found = tt("gc", live, log, "--keep", 0)
    assert "is being written" in found.err
    assert "only recordings" in found.err
    with Writer.create(killed) as writer:
        writer.append(writer.run("r"), "x")
        copy = tmp_path / "copy.ttd"
        copy.write_bytes(killed.read_bytes())
        (tmp_path / "copy.ttd-wal").write_bytes((tmp_path / "killed.ttd-wal").read_bytes())
    found = tt("gc", copy, "--keep", 0)
    assert "ttdebug seal" in found.err
    assert copy.exists()
    assert "0 runs" in found.out
    assert tt("seal", copy).code == 0
    found = tt("gc", copy, "--keep", 0, "--even", "forks")
    assert "ttdebug seal" not in found.err
    assert "1 run" in found.out


def test_a_damaged_recording_stays_as_it_is(tt: Run, path: Path) -> None:
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE events SET data = x'00' WHERE seq = 9")
    connection.close()
    before = path.read_bytes()
    found = tt("gc", path, "--keep", 1, "--even", "forks")
    assert found.code == 3
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
