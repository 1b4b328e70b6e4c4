from __future__ import annotations

import dataclasses
import logging
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import ttdebug
from ttdebug.model import MISSING
from ttdebug.store.trace import Trace


def test_a_file_that_cannot_be_written_costs_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "ttdebug")
    with ttdebug.record(tmp_path / "missing" / "x.ttd", state=dict) as rec:
        assert rec.event("x") == 0
        with rec.span("step") as step:
            assert step.result(1) == 1
        assert rec.snapshot({}) == rec.checkpoint("c") == rec.note("n") == 0
        assert rec.fork("f").event("y") == 0
        assert rec.message("hi", id="1") == 0
    assert rec.stats.faults >= 6
    assert "cannot be written" in str(rec.stats.last_fault)
    assert len(caplog.records) == 1


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.ttd"
    path.write_text("not a recording")
    with ttdebug.record(path) as rec:
        rec.event("x")
    assert rec.stats.faults
    assert path.read_text() == "not a recording"


@pytest.mark.parametrize(
    "wrong",
    [
        {"durability": "fast"},
        {"durability": None},
        {"redact": None},
        {"state": {"n": 1}},
        {"on_error": "tell"},
        {"on_checkpoint": 5},
        {"checkpoint_every": 0},
        {"checkpoint_every": "soon"},
        {"checkpoint_every": float("nan")},
        {"checkpoint_every": timedelta(seconds=-1)},
        {"checkpoint_events": 0},
        {"checkpoint_events": True},
    ],
)
def test_a_wrong_wish_is_left_out_and_told(
    tmp_path: Path, wrong: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x.ttd"
    with ttdebug.record(path, **wrong) as rec:
        assert f"{next(iter(wrong))}= is" in caplog.text
        assert rec.event("error", password="swordfish-9") == 2
        assert rec.checkpoint("c") == 3
    assert rec.stats.faults == 1
    with Trace.open(path) as trace:
        (warning,) = trace.warnings
        assert f"{next(iter(wrong))}= is" in warning
        assert "could not be recorded" not in warning
        assert "[redacted" in str(trace.event(2).data)


def test_a_path_that_is_none_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with ttdebug.record(5) as rec:  # type: ignore[arg-type]  # as agents do
        assert rec.event("x") == 2
    assert rec.path.name.startswith("run-")


@pytest.mark.parametrize("cause", ["zz", 5.0, object(), True, b"x", {}, 99, -1, 2**70])
def test_a_cause_that_is_none_is_left_out(tmp_path: Path, cause: Any) -> None:
    with ttdebug.record(tmp_path / "x.ttd") as rec:
        with rec.span("t", "n", cause=cause) as span:
            seqs = [
                rec.event("x", cause=[span, cause]),
                rec.snapshot({"n": 1}, cause=cause),
                rec.message("hi", cause=cause),
            ]
        assert all(seqs)
        assert "cause= is " in str(rec.stats.last_fault)
        assert rec.stats.faults == 4
    with Trace.open(tmp_path / "x.ttd") as trace:
        assert [edge.seq for edge in trace.causes(seqs[0])] == [span.seq]
        assert [trace.causes(seq) for seq in (span.seq, *seqs[1:])] == [[]] * 3


def test_causes_that_are_some(tmp_path: Path) -> None:
    with ttdebug.record(tmp_path / "x.ttd") as rec:
        span = rec.span("t")
        first = rec.event("x", cause=span)
        with span:
            seq = rec.event("x", cause=(each for each in (span, first, first)))
    assert rec.stats.faults == 0
    with Trace.open(tmp_path / "x.ttd") as trace:
        assert [edge.seq for edge in trace.causes(seq)] == [first, span.seq]


def test_odd_arguments_cost_no_event(tmp_path: Path) -> None:
    odd: list[Any] = [5, None, [], b"x", object(), Hostile()]
    with ttdebug.record(tmp_path / "x.ttd", agent=odd[-1], run=odd[-1]) as rec:
        for each in odd:
            handle = rec.agent(each).fork(each, at=each)
            with handle.span(each, each, cause=each) as span:
                span.error(each)
            with rec.restoring(each):
                pass
            assert span.seq
            assert handle.event(each, each, agent=each, cause=each)
            assert handle.snapshot({}, agent=each)
            assert handle.message(each, role=each, to=each, id=each)
            assert handle.note(each)
            assert handle.checkpoint(each, kind=each, tags=each, description=each)
            assert handle.traced(type=each, name=each, agent=each)(lambda: 1)() == 1
    with Trace.open(tmp_path / "x.ttd") as trace:
        assert not any("could not be recorded" in warning for warning in trace.warnings)
        assert all(event.closing for event in trace.events() if event.type == "restore")


def test_a_text_is_one_tag(tmp_path: Path) -> None:
    with ttdebug.record(tmp_path / "x.ttd") as rec:
        seqs = [rec.checkpoint("c", tags=tags) for tags in ("money", ["a", 1], 5)]  # type: ignore[arg-type]  # as agents do
    with Trace.open(tmp_path / "x.ttd") as trace:
        tags = [trace.event(seq).data.get("tags") for seq in seqs]
    assert tags == [["money"], ["a", "1"], None]
    assert "tags= is several texts, not int" in str(rec.stats.last_fault)


@pytest.mark.parametrize("fault", [SystemExit, GeneratorExit, ValueError, RecursionError])
def test_state_may_fail(tmp_path: Path, fault: type[BaseException]) -> None:
    def state() -> object:
        raise fault

    with ttdebug.record(tmp_path / "x.ttd", agent="a", state=state) as rec:
        seq = rec.event("x")
    assert (seq, rec.stats.faults) == (2, 2)
    with Trace.open(tmp_path / "x.ttd") as trace:
        assert trace.state(seq, "a") is MISSING


def test_interrupts_are_the_agents(tmp_path: Path) -> None:
    def state() -> object:
        raise KeyboardInterrupt

    rec = ttdebug.record(tmp_path / "x.ttd", state=state)
    with pytest.raises(KeyboardInterrupt):
        rec.event("x")


def test_a_state_that_records_does_not_recurse(tmp_path: Path) -> None:
    def state() -> object:
        rec.event("inner")
        return {}

    rec = ttdebug.record(tmp_path / "x.ttd", state=state)
    assert rec.event("x") == 2
    rec.close()
    assert "records events itself" in str(rec.stats.last_fault)


class Hostile:
    def _exit(self, *_: object) -> Any:
        raise SystemExit

    __repr__ = __str__ = __eq__ = __getattribute__ = __bool__ = _exit
    __hash__ = object.__hash__


class HostileError(Exception):
    def __str__(self) -> str:
        raise SystemExit


@dataclasses.dataclass
class Cyclic:
    me: object = None


def test_hostile_data_is_recorded_as_what_it_is(tmp_path: Path) -> None:
    cyclic = Cyclic()
    cyclic.me = cyclic
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    values = [Hostile(), cyclic, deep, "\ud83d", 2**64, float("nan"), {1: 2}, threading.Lock()]
    with ttdebug.record(tmp_path / "x.ttd", agent="a") as rec:
        for value in values:
            assert rec.event("x", value=value)
            assert rec.snapshot({"value": value, "n": 1})
            assert rec.snapshot(value)
        with pytest.raises(HostileError), rec.span("step"):
            raise HostileError(Hostile())
    assert rec.stats.faults == 0
    with Trace.open(tmp_path / "x.ttd") as trace:
        assert len(list(trace.events())) == rec.stats.events
        assert trace.verify(deep=True).problems in ((), [])


def test_odd_names_are_kept_readable(tmp_path: Path) -> None:
    with ttdebug.record(tmp_path / "x.ttd") as rec:
        seqs = [rec.event("x", name) for name in ("\ud83d", "n" * 5000, 5, Hostile())]  # type: ignore[arg-type]  # as agents do
        assert all(seqs)
    with Trace.open(tmp_path / "x.ttd") as trace:
        names = [trace.event(seq).name for seq in seqs]
    assert (names[0], names[2]) == ("\\ud83d", "5")
    assert str(names[3]).endswith("Hostile")


def test_a_state_changing_under_our_eyes(tmp_path: Path) -> None:
    state: dict[str, Any] = {"memory": {f"k{n}": {"v": [n]} for n in range(300)}, "step": 0}
    done = threading.Event()

    def work() -> None:
        number = 0
        while not done.is_set():
            number += 1
            state["memory"][f"k{number % 400}"] = {"v": [number]}
            state["memory"].pop(f"k{(number * 7) % 400}", None)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        with ttdebug.record(tmp_path / "x.ttd", agent="a", state=lambda: state) as rec:
            until = time.monotonic() + 0.5
            while time.monotonic() < until:
                assert rec.event("x")
    finally:
        done.set()
        thread.join()
    assert rec.stats.faults == 0
    with Trace.open(tmp_path / "x.ttd") as trace:
        assert trace.verify(deep=True).problems in ((), [])


def test_a_busy_file_gets_a_neighbour(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "x.ttd"
    with ttdebug.record(path) as rec:
        rec.event("x")
        with ttdebug.record(path) as other:
            other.event("y")
            with ttdebug.record(path) as third:
                third.event("z")
        assert other.path == tmp_path / f"x.{os.getpid()}.ttd"
        assert third.path == tmp_path / f"x.{os.getpid()}-2.ttd"
    assert caplog.text.count("being written by another recorder of this process") == 2
    for file, kind in ((path, "x"), (other.path, "y"), (third.path, "z")):
        with Trace.open(file) as trace:
            assert trace.event(2).type == kind


def test_the_agent_behaves_as_if_not_recorded(tmp_path: Path) -> None:
    plain = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    recorded = (
        "import sys, ttdebug\n"
        f"with ttdebug.record({str(tmp_path / 'x.ttd')!r}, state=lambda: 1 / 0) as rec:\n"
        "    with rec.span('step'):\n"
        "        print('out'); sys.exit(3)\n"
    )
    results = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        for code in (plain, recorded)
    ]
    assert results[0].returncode == results[1].returncode == 3
    assert results[0].stdout == results[1].stdout
    with Trace.open(tmp_path / "x.ttd") as trace:
        assert [event.status for event in trace.events()] == [None] + ["error"] * 3


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, ttdebug; assert 'sqlite3' not in sys.modules\n"
        "rec = ttdebug.record('unused.ttd')\n"
        "heavy = {'textual', 'rich', 'deepdiff', 'jsonpatch', 'click', 'asyncio', 'logging'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
