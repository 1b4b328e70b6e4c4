"""Checkpoints that make themselves, callbacks, and putting a state back."""

from __future__ import annotations

import asyncio
import logging
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import ttdebug
from tests.support import ROOT
from ttdebug.genai.records import EventSpec
from ttdebug.model import Edge, Event
from ttdebug.recorder.faults import RunOver
from ttdebug.recorder.integrations.live import Live
from ttdebug.recorder.integrations.logging import TtdebugHandler
from ttdebug.recorder.lifecycle import CheckpointMade, ErrorRecorded
from ttdebug.store.trace import Trace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ttd"


def recorded(path: Path) -> list[Event]:
    with Trace.open(path) as trace:
        return list(trace.events())


def marks(path: Path) -> dict[str | None, Event]:
    return {event.name: event for event in recorded(path) if event.type == "checkpoint"}


def test_a_checkpoint_has_a_kind_and_can_bring_its_state(path: Path) -> None:
    with ttdebug.record(path, agent="a") as rec:
        plain = rec.checkpoint("plain")
        own = rec.checkpoint(
            "own", kind="milestone", tags=("x",), description="why", state={"n": 1}
        )
    with Trace.open(path) as trace:
        assert trace.event(plain).data == {"kind": "routine"}
        assert trace.event(own).data == {"kind": "milestone", "tags": ["x"], "description": "why"}
        assert trace.state(own, "a") == {"n": 1}


def test_checkpoints_after_so_many_events(path: Path) -> None:
    with ttdebug.record(path, agent="a", state=lambda: {"n": 1}, checkpoint_events=3) as rec:
        for number in range(7):
            rec.event("x", number=number)
            if number == 3:
                rec.checkpoint("mine")
    types = [event.name or event.type for event in recorded(path)]
    assert types == [
        "run.start", "x", "x", "x", "auto-1", "x", "mine", "x", "x", "x", "auto-2", "run.end",
    ]  # fmt: skip
    made = marks(path)["auto-1"]
    assert made.data == {
        "kind": "routine",
        "tags": ["automatic"],
        "description": "after 3 events",
    }
    assert (made.has_state, bool(made.changes)) == (True, False)


def test_none_comes_between_a_span_and_what_it_opens(path: Path) -> None:
    with ttdebug.record(path, checkpoint_events=1) as rec, rec.span("step"):
        rec.event("x")
    opening, _, inside, closing, after = recorded(path)[1:6]
    assert (opening.type, inside.type, inside.parent) == ("step", "checkpoint", opening.seq)
    assert (closing.type, after.type, after.parent) == ("step.end", "checkpoint", None)


@pytest.mark.parametrize("every", [60, 60.0, timedelta(minutes=1)])
def test_checkpoints_after_so_much_time(
    path: Path, monkeypatch: pytest.MonkeyPatch, every: float | timedelta
) -> None:
    now = 1000.0
    monkeypatch.setattr("ttdebug.recorder.lifecycle.clock.monotonic", lambda: now)
    with ttdebug.record(path, checkpoint_every=every) as rec:
        for seconds in (10, 40, 20, 59, 2):
            now += seconds
            rec.event("x", seconds=seconds)
    names = [event.name or event.type for event in recorded(path)[1:-1]]
    assert names == ["x", "x", "x", "auto-1", "x", "x", "auto-2"]
    assert marks(path)["auto-1"].data["description"] == "after 60 s"


def test_one_checkpoint_after_an_error_however_many_spans_it_leaves(path: Path) -> None:
    errors: list[ErrorRecorded] = []
    state = {"n": 0}
    rec = ttdebug.record(
        path, agent="a", state=lambda: state, checkpoint_on_error=True, on_error=errors.append
    )

    def fail() -> None:
        state["n"] = 7
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"), rec, rec.span("outer"), rec.span("inner"):
        fail()
    found = recorded(path)
    (made,) = marks(path).values()
    (error,) = errors
    assert (made.name, made.data["kind"]) == ("error-1", "recovery")
    assert made.data["tags"] == ["automatic", "error"]
    assert (found[made.seq - 2].type, found[-1].type) == ("inner.end", "run.end")
    assert (error.seq, error.type, error.agent) == (made.seq - 1, "inner.end", "a")
    assert "wrong" in str(error.data["error"])
    with Trace.open(path) as trace:
        assert trace.state(made.seq, "a") == {"n": 7}
        assert Edge(error.seq, "recorded") in trace.causes(made.seq)


def test_errors_that_follow_each_other_are_as_many(path: Path) -> None:
    errors: list[ErrorRecorded] = []
    log = logging.getLogger("my.agent")
    with ttdebug.record(path, checkpoint_on_error=True, on_error=errors.append) as rec:
        for number in range(3):
            rec.event("error", f"e{number}")
        log.addHandler(handler := TtdebugHandler(rec))
        for text in ("a", "b"):
            log.error(text)
        log.removeHandler(handler)
        for _ in range(2):
            with pytest.raises(ValueError, match="same"), rec.span("step"):
                raise ValueError("same")
    assert [error.name for error in errors] == ["e0", "e1", "e2", *["my.agent"] * 2, None, None]
    made = [event.seq for event in recorded(path) if event.type == "checkpoint"]
    assert made == [error.seq + 1 for error in errors]


def test_an_exception_is_one_error_whatever_happens_on_its_way(path: Path) -> None:
    errors: list[ErrorRecorded] = []
    log = logging.getLogger("my.agent")
    rec = ttdebug.record(path, on_error=errors.append)
    log.addHandler(handler := TtdebugHandler(rec))

    def fail() -> None:
        try:
            with rec.span("inner"):
                raise KeyError("k")
        except KeyError:
            rec.event("x")
            log.exception("failed")
            rec.event("error", "another")
            raise

    with pytest.raises(KeyError) as raised, rec, rec.span("outer"):
        fail()
    log.removeHandler(handler)
    assert [error.name or error.type for error in errors] == ["inner.end", "another"]
    assert str(pickle.loads(pickle.dumps(raised.value))) == "'k'"


def test_an_exception_is_left_as_it_is_unless_somebody_asks_for_errors(path: Path) -> None:
    error = ValueError("wrong")
    with (
        pytest.raises(ValueError, match="wrong"),
        ttdebug.record(path, checkpoint_events=5) as rec,
        rec.span("step"),
    ):
        raise error
    assert vars(error) == {}


def test_an_error_of_a_framework_is_one_however_many_spans_it_leaves(path: Path) -> None:
    errors: list[ErrorRecorded] = []
    with ttdebug.record(path, on_error=errors.append) as rec:
        live = Live(rec)
        for turn in ("one", "two"):
            live.open("outer", EventSpec("chain", turn))
            live.open("inner", EventSpec("node"), "outer")
            live.point(EventSpec("error", "E", {"message": "wrong"}, "error"), "inner")
            for key in ("inner", "outer"):
                failed = EventSpec(f"{key}.end", None, {"error": "E: wrong"})
                failed.status = "error"
                live.close(key, failed)
        live.open("loud", EventSpec("chain"))
        for text in ("a", "a"):
            live.point(EventSpec("error", text, {"message": text}, "error"), "loud")
        live.close("loud", EventSpec("chain.end", None, {"error": "b"}, "error"))
    assert [error.type for error in errors] == [*["error"] * 4, "chain.end"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, asyncio.CancelledError])
def test_who_stops_a_run_makes_no_error(path: Path, stop: type[BaseException]) -> None:
    errors: list[ErrorRecorded] = []
    rec = ttdebug.record(path, checkpoint_on_error=True, on_error=errors.append)
    with pytest.raises(stop), rec, rec.span("step"):
        raise stop
    found = recorded(path)[1:]
    assert [event.type for event in found] == ["step", "step.end", "run.end"]
    assert [event.status for event in found] == ["cancelled"] * 3
    assert not errors


def test_threads_make_each_checkpoint_once(path: Path) -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with (
            ttdebug.record(path, checkpoint_events=10, durability="batch") as rec,
            ThreadPoolExecutor(6) as pool,
        ):
            for _ in range(6):
                pool.submit(lambda: [rec.event("x") for _ in range(100)])
    finally:
        sys.setswitchinterval(interval)
    made = [event.seq for event in recorded(path) if event.type == "checkpoint"]
    assert len(made) > 5
    assert all(after - before > 10 for before, after in pairwise(made))


def test_an_error_outside_all_spans_has_its_checkpoint_before_the_end(path: Path) -> None:
    rec = ttdebug.record(path, checkpoint_on_error=True)

    @rec
    def work() -> None:
        rec.event("error", message="first")
        rec.event("x")
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        work()
    types = [event.name or event.type for event in recorded(path)]
    assert types == ["run.start", "error", "error-1", "x", "error-2", "run.end"]


def test_callbacks_are_told_and_may_record(path: Path) -> None:
    made: list[CheckpointMade] = []

    def on_checkpoint(one: CheckpointMade) -> None:
        made.append(one)
        rec.checkpoint("again")
        rec.note("in between")

    def on_error(one: ErrorRecorded) -> None:
        rec.event("error", message="of the callback")
        rec.checkpoint("after-error", kind="recovery")

    with ttdebug.record(
        path, agent="a", checkpoint_events=3, on_checkpoint=on_checkpoint, on_error=on_error
    ) as rec:
        seq = rec.checkpoint("mine", tags=["db"], description="why")
        rec.event("error")
    assert made == [CheckpointMade(path, seq, "mine", "routine", ("db",), "why", "a")]
    names = [event.name or event.type for event in recorded(path)[1:-1]]
    assert names == ["mine", "again", "note", "error", "error", "after-error"]


@pytest.mark.parametrize("fault", [ValueError, SystemExit, GeneratorExit])
def test_faults_in_callbacks_are_counted(path: Path, fault: type[BaseException]) -> None:
    def fail(_: object) -> None:
        raise fault

    with ttdebug.record(path, on_checkpoint=fail, on_error=fail) as rec:
        assert rec.checkpoint("c") == 2
        assert rec.event("error") == 3
    assert rec.stats.faults == 2
    assert f"on_error= raised {fault.__name__}" in str(rec.stats.last_fault)


def test_a_coroutine_function_is_no_callback(path: Path) -> None:
    async def later(_: object) -> None:
        await asyncio.sleep(0)

    with ttdebug.record(path, on_checkpoint=later) as rec:
        rec.checkpoint("c")
    assert "on_checkpoint= raised TypeError" in str(rec.stats.last_fault)


def test_each_run_counts_from_its_start(path: Path) -> None:
    rec = ttdebug.record(path, checkpoint_events=2)
    for _ in range(2):
        with rec:
            rec.event("x")
            rec.event("x")
    assert [event.name for event in recorded(path) if event.type == "checkpoint"] == ["auto-1"] * 2


def test_what_a_closed_run_leaves_behind_starts_no_other(path: Path) -> None:
    log = logging.getLogger("my.agent")

    rec = ttdebug.record(path)

    @rec.traced
    def work() -> None:
        log.error("at work")

    log.addHandler(handler := TtdebugHandler(rec))
    live = Live(rec)
    with rec:
        work()
        late = rec.span("late")
        late.__enter__()
        putting = rec.restoring("late")
        putting.__enter__()
        live.open("node", EventSpec("node"))
    putting.__exit__(None, None, None)
    late.__exit__(None, None, None)
    with pytest.raises(RunOver):
        live.close("node", EventSpec("node.end"))
    work()
    log.error("after")
    assert len(recorded(path)) == rec.stats.events == 9
    assert rec.event("x", "asked for") == 11
    work()
    rec.close()
    log.removeHandler(handler)
    with Trace.open(path) as trace:
        assert [run.name for run in trace.runs] == ["", ""]
        assert trace.sealed
    assert rec.stats.faults == 0


STREAM = """
import atexit, logging, sys, ttdebug
rec = ttdebug.record(sys.argv[1])
logging.getLogger().addHandler(__import__(
    "ttdebug.recorder.integrations.logging", fromlist=["x"]).TtdebugHandler(rec))
atexit.register(logging.error, "bye")

@rec.traced
def stream():
    yield 1
    yield 2

class Late:
    def __del__(self):
        rec.event("x")

with rec:
    g = stream()
    next(g)
late = sys.late = Late()
"""


def test_a_clean_exit_leaves_a_clean_file(path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", STREAM, path], check=True, cwd=ROOT, stderr=subprocess.DEVNULL
    )
    with Trace.open(path) as trace:
        assert trace.sealed
        assert (len(trace.runs), trace.warnings) == (1, ())
        assert [event.type for event in trace.events()] == ["run.start", "call", "run.end"]


def test_putting_a_state_back_lies_between_two_checkpoints(path: Path) -> None:
    state = {"n": 9}
    with ttdebug.record(path, agent="a", state=lambda: state) as rec:
        with rec.restoring("before-payment", seq=4):
            state["n"] = 1
        with pytest.raises(OSError, match="gone"), rec.restoring("again"):
            raise OSError("gone")
    found = recorded(path)
    before, opening, closing, after = found[1:5]
    assert [one.name for one in (before, after)] == [
        "before before-payment",
        "after before-payment",
    ]
    assert (before.data["kind"], after.data["kind"]) == ("recovery", "recovery")
    assert (opening.type, opening.name, opening.data) == ("restore", "before-payment", {"seq": 4})
    assert (closing.type, closing.status) == ("restore.end", "ok")
    assert [event.name for event in found[5:-1]] == ["before again", "again", "again"]
    with Trace.open(path) as trace:
        assert [trace.state(one.seq, "a") for one in (before, after)] == [{"n": 9}, {"n": 1}]
        assert trace.causes(after.seq) == [Edge(opening.seq, "recorded")]
