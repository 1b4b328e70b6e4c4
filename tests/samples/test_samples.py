"""The sample recordings: small, made again alike by their programs, each with its bug in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import SAMPLES
from ttdebug import formats
from ttdebug.analyze.history import history
from ttdebug.model import Event
from ttdebug.paths import parse
from ttdebug.replay import hits
from ttdebug.replay.conditions import compile as condition
from ttdebug.store.trace import Trace

TRIP = SAMPLES / "trip_planning"
LANGGRAPH = SAMPLES / "langgraph_agent"
GRID = SAMPLES / "grid_learner"
MAX_BYTES = 3_000_000

Open = Callable[[Path], Trace]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    traces: list[Trace] = []

    def open_trace(path: Path) -> Trace:
        traces.append(formats.open(path))
        return traces[-1]

    yield open_trace
    for trace in traces:
        trace.close()


def found(trace: Trace, text: str) -> list[Event]:
    return [trace.event(hit.seq) for hit in hits.find(trace, condition(text))]


def state(trace: Trace, seq: int, agent: str, timeline: int = 1) -> Any:
    return trace.state(seq, agent, timeline)


def told(event: Event) -> tuple[object, ...]:
    """An event without what differs from one recording to the next."""
    data = {} if event.type == "run.start" else event.data
    place = (event.seq, event.timeline, event.parent, event.opening, event.closing)
    return (*place, event.agent, event.type, event.name, event.status, event.changes, data)


def make(folder: Path, out: Path) -> None:
    command = [sys.executable, "-B", str(folder / "make.py"), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stdout


@pytest.mark.parametrize("folder", [TRIP, GRID])
def test_a_program_makes_the_same_recording_again(
    opened: Open, tmp_path: Path, folder: Path
) -> None:
    make(folder, tmp_path / "again.ttd")
    stored, again = opened(folder / "run.ttd"), opened(tmp_path / "again.ttd")
    assert [told(event) for event in stored.events()] == [told(event) for event in again.events()]
    assert again.runs[0].start == pytest.approx(stored.runs[0].start, abs=10**9)
    assert again.runs[0].end == pytest.approx(stored.runs[0].end, abs=10**10)
    assert not again.facts(again.runs[0].id).get("warning")


@pytest.mark.parametrize("folder", [TRIP, GRID])
def test_a_stored_recording_is_whole(opened: Open, folder: Path) -> None:
    trace = opened(folder / "run.ttd")
    assert trace.sealed
    assert not trace.verify(deep=True).problems


def test_sizes_are_bounded() -> None:
    files = [
        path for path in SAMPLES.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    assert sum(path.stat().st_size for path in files) < MAX_BYTES
    assert (LANGGRAPH / "checkpoints.sqlite").stat().st_size < 400_000
    assert not [path.name for path in files if path.name.endswith(("-wal", "-shm"))]


class TestTripPlanning:
    @pytest.fixture
    def trace(self, opened: Open) -> Trace:
        return opened(TRIP / "run.ttd")

    def test_what_is_in_it(self, trace: Trace) -> None:
        types = trace.count_types()
        assert 300 <= trace.last_seq <= 600
        assert set(trace.runs[0].agents) == {"planner", "researcher", "booker"}
        for type_ in ("llm.call", "tool.call", "message", "decision", "error", "retry"):
            assert types[type_] >= 5
        assert types["edit"] == 1
        assert [line.name for line in trace.timelines.values()] == ["main", "fix-budget"]

    def test_the_budget_is_lost_once(self, trace: Trace) -> None:
        (lost,) = found(trace, "state.budget.remaining == None")
        assert (lost.seq, lost.type, lost.name) == (256, "tool.result", "apply_discount")
        writes = list(history(trace, parse("budget.remaining"), agent="booker"))
        numbers = [write.new for write in writes if write.seq <= lost.seq]
        assert numbers == [3300.0, 2921.5, 2518.1, 2603.1, 2105.4, 1846.9, 1657.76, None]

    def test_the_guard_is_skipped_and_the_trip_costs_too_much(self, trace: Trace) -> None:
        skipped = found(
            trace, 'event.name == "check_budget" and contains(event.data.result.summary, "skipped")'
        )
        assert skipped[0].seq == 261
        assert {event.timeline for event in skipped} == {"main"}
        (over,) = found(trace, "state.budget.spent > state.budget.limit")
        assert over.name == "book_flight"

    def test_the_fork_ends_within_the_limit(self, trace: Trace) -> None:
        main, fork = trace.timelines
        assert state(trace, trace.last_seq, "booker", main)["budget"]["spent"] == 3631.69
        repaired = state(trace, trace.last_seq, "booker", fork)["budget"]
        assert (repaired["spent"], repaired["remaining"]) == (3287.29, 12.71)

    def test_causes_lead_from_the_loss_to_the_page(self, trace: Trace) -> None:
        reached, edge = set[int](), [256]
        while edge:
            reached.update(edge)
            before = [c.seq for seq in edge for c in trace.causes(seq)]
            before += [p for seq in edge if (p := trace.event(seq).opening)]
            edge = [seq for seq in before if seq not in reached]
        said = [str(trace.event(seq).data) for seq in reached]
        assert any("Use code PARTNER15" in text for text in said)
        assert any("PARTNER15 is valid for hotels" in text for text in said)


class TestGridLearner:
    @pytest.fixture
    def trace(self, opened: Open) -> Trace:
        return opened(GRID / "run.ttd")

    def test_the_rate_becomes_zero_long_before_it_shows(self, trace: Trace) -> None:
        (zero,) = found(trace, "state.alpha == 0")
        assert zero.name == "episode 40"
        failed = found(
            trace,
            'event.type == "episode.end" and event.data.result == "gave up" and state.episode > 20',
        )
        assert failed[0].name == "episode 54"
        assert len(failed) >= 30
        changed = found(trace, "changed(state.values)")
        assert changed[-1].seq < zero.seq
        assert trace.count_types()["step"] > 2000


class TestLangGraphAgent:
    @pytest.fixture
    def trace(self, opened: Open) -> Trace:
        return opened(LANGGRAPH / "checkpoints.sqlite")

    def check(self, trace: Trace) -> None:
        (lost,) = found(
            trace,
            "exists(before.services.orders.status) and not exists(state.services.orders.status)",
        )
        assert lost.data["step"] == 13
        near = [trace.event(c.seq) for c in trace.causes(lost.seq)]
        (write,) = [event for event in near if event.type == "write"]
        tools = [trace.event(c.seq).name for c in trace.causes(write.seq)]
        assert "note_owner" in tools
        types = trace.count_types()
        assert (types["checkpoint"], types["tool.call"], types["interrupt"]) == (29, 7, 2)
        main, fork = trace.timelines
        assert state(trace, trace.last_seq, "root", main)["incident"]["closed"] is True
        assert state(trace, trace.last_seq, "root", fork)["incident"]["closed"] is False

    def test_the_stored_file(self, trace: Trace) -> None:
        self.check(trace)

    def test_its_program_makes_it_again(self, opened: Open, tmp_path: Path) -> None:
        make(LANGGRAPH, tmp_path / "again.sqlite")
        self.check(opened(tmp_path / "again.sqlite"))
