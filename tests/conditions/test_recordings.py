"""Hunting the bugs planted in real recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.model import Position
from ttdebug.replay.breakpoints import BreakpointSet
from ttdebug.replay.conditions import compile as condition
from ttdebug.replay.hits import find

pytestmark = needs_shared

TRIP = SHARED / "traces/generated/langgraph_sqlite/trip_planner.sqlite"


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("TTDEBUG_CACHE", str(folder))


def test_running_backwards_to_where_the_budget_fell_to_null() -> None:
    with formats.open(TRIP) as trace:
        points = BreakpointSet(trace)
        points.add("break", condition="state.budget.remaining == null", agent="root")
        main = trace.runs[0].timelines[0]
        end = trace.lineage(main.id).seq_at(len(trace.lineage(main.id)) - 1)
        stop = points.next_stop(Position(main.id, end), reverse=True)
        assert stop.reason == "state.budget.remaining 1657.76 → null"
        source = trace.event(stop.position.seq).source
        assert source["checkpoint_id"] == "1f1e51f8-13eb-6d33-8018-54823911f9ac"
        overspent = find(trace, condition("state.budget.spent > state.budget.limit"), agent="root")
        first = next(overspent)
        assert first.seq > stop.position.seq
        assert first.reason == "state.budget.spent 3186.14 → 3419.64"


def test_the_error_results_of_a_long_session() -> None:
    session = "claude-code/ae4a77f8-aedd-4bc1-888f-c94edc91af04.jsonl"
    with formats.open(SHARED / "traces" / session) as trace:
        wanted = condition('event.type == "tool.result" and event.status == "error"')
        assert [hit.hits for hit in find(trace, wanted)] == list(range(1, 13))
