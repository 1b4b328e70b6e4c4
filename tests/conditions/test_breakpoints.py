"""Where journeys stop, in both directions, and what they collect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ttdebug.errors import Cancelled, ConditionError, NotFoundError, UsageError
from ttdebug.model import Position
from ttdebug.replay.breakpoints import BreakpointSet, Stop
from ttdebug.replay.conditions import compile as condition
from ttdebug.replay.hits import HitIndex, find
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

MAIN, FORK = 1, 2


def walk(points: BreakpointSet, start: int, reverse: bool = False) -> list[int]:
    """Where repeated `continue` stops."""
    at, seen = Position(MAIN, start), []
    while (stop := points.next_stop(at, reverse=reverse)).breakpoint is not None:
        at = stop.position
        seen.append(at.seq)
    return seen


def test_a_file_that_grew_has_new_hits(tmp_path: Path) -> None:
    with Writer.create(tmp_path / "a.ttd") as writer:
        line = writer.run("r")
        for n in range(3):
            writer.append(line, "state", agent="a", state={"n": n})
        with Trace.open(tmp_path / "a.ttd") as trace:
            points = BreakpointSet(trace)
            points.add("break", condition="state.n == 2 or state.n == 4")
            assert walk(points, 0) == [3]
            for n in range(3, 6):
                writer.append(line, "state", agent="a", state={"n": n})
            assert trace.refresh()
            assert walk(points, 0) == [3, 5]


def test_a_journey_keeps_the_last_log_lines(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ttdebug.replay.breakpoints.MAX_LOGS", 2)
    points = BreakpointSet(trace)
    points.add("log", condition="true", log="{event.seq}")
    stop = points.next_stop(Position(MAIN, 0))
    assert [line.seq for line in stop.logs] == [10, 15]


def test_both_directions_stop_at_the_same_events(trace: Trace) -> None:
    points = BreakpointSet(trace)
    points.add("break", condition="state.n == 5 or state.n == null")
    points.add("break", condition='event.type == "message"')
    assert walk(points, 0) == [4, 5]
    assert walk(points, 15, reverse=True) == [5, 4]
    points.add("break", condition="changed(state.n)")
    assert walk(points, 0) == [4, 5, 7, 8, 9, 10]
    assert walk(points, 15, reverse=True) == [10, 9, 8, 7, 5, 4]


def test_never_the_current_event(trace: Trace) -> None:
    points = BreakpointSet(trace)
    points.add("break", condition="event.seq in [4, 7]")
    assert points.next_stop(Position(MAIN, 4)).position == Position(MAIN, 7)
    assert points.next_stop(Position(MAIN, 7), reverse=True).position == Position(MAIN, 4)


def test_a_stop_tells_why_and_who_else(trace: Trace) -> None:
    points = BreakpointSet(trace)
    first = points.add("break", condition="changed(state.flag)")
    second = points.add("watch", path="/n")
    stop = points.next_stop(Position(MAIN, 5))
    assert (stop.position.seq, stop.breakpoint, stop.hits) == (6, first, 1)
    assert stop.reason == "state.flag true → 1"
    assert stop.also == (second.number,)


def test_the_end_and_the_start_of_a_timeline(trace: Trace) -> None:
    points = BreakpointSet(trace)
    assert points.next_stop(Position(MAIN, 3)) == Stop(
        Position(MAIN, 15), None, "end of the timeline"
    )
    back = points.next_stop(Position(FORK, 12), reverse=True)
    assert (back.position, back.breakpoint) == (Position(FORK, 0), None)


def test_a_watch_tells_equal_writes_apart(trace: Trace) -> None:
    points = BreakpointSet(trace)
    points.add("watch", path="n", agent="a")
    at, told = Position(MAIN, 0), []
    while (stop := points.next_stop(at)).breakpoint is not None:
        at = stop.position
        told.append((at.seq, stop.reason))
    assert told == [
        (1, "n missing → 1"), (4, "n 1 → 5"), (6, "n written, still 5"), (8, "n 5 → null"),
        (9, 'n null → "5"'),
    ]  # fmt: skip


def test_a_watch_may_have_a_condition(trace: Trace) -> None:
    points = BreakpointSet(trace)
    points.add("watch", path="n", condition='event.agent == "b" or state.n == null')
    assert walk(points, 0) == [3, 7, 8, 10]
    assert walk(points, 15, reverse=True) == [10, 8, 7, 3]


@pytest.mark.parametrize(
    ("when", "expected"),
    [("hits > 2", [5, 6, 7]), ("hits % 2 == 0", [4, 6]), ("ignore 3", [6, 7]), ("hits == 1", [3])],
)
def test_hit_conditions_hold_in_both_directions(
    trace: Trace, when: str, expected: list[int]
) -> None:
    points = BreakpointSet(trace)
    points.add("break", condition="3 <= event.seq <= 7", hits=when)
    assert walk(points, 0) == expected
    assert walk(points, 15, reverse=True) == expected[::-1]


def test_a_temporary_point_is_deleted_at_its_first_stop(trace: Trace) -> None:
    points = BreakpointSet(trace)
    points.add("break", condition="event.seq > 2", temporary=True)
    assert walk(points, 0) == [3]
    assert len(points) == 0


@pytest.mark.parametrize("name", ["fork-1", "r1/fork-1", "small/fork-1"])
def test_disabled_points_and_those_of_other_timelines_do_not_stop(trace: Trace, name: str) -> None:
    points = BreakpointSet(trace)
    number = points.add("break", condition="event.seq == 4", enabled=False).number
    points.add("break", condition="event.seq == 5", timeline=name)
    assert walk(points, 0) == []
    points.enable(number)
    assert walk(points, 0) == [4]
    assert points.next_stop(Position(FORK, 4)).position == Position(FORK, 5)


def test_an_agent_restricts_a_point(trace: Trace) -> None:
    points = BreakpointSet(trace)
    points.add("break", condition="changed(state.n)", agent="b")
    assert walk(points, 0) == [7, 10]


def test_logpoints_collect_on_the_way_and_never_stop(trace: Trace) -> None:
    points = BreakpointSet(trace)
    points.add("log", condition="changed(state.n)", log="{event.seq}: {state.n} {{was {before.n}}}")
    points.add("break", condition="event.seq == 9", log="at {event.time}")
    stop = points.next_stop(Position(MAIN, 3))
    assert [(line.seq, line.text) for line in stop.logs] == [
        (4, "4: 5 {was 1}"), (7, "7: missing {was 1.0}"), (8, "8: null {was 5}"),
        (9, '9: 5 {was null}'), (9, "at 2023-11-14T22:13:29.000000Z"),
    ]  # fmt: skip
    back = points.next_stop(Position(MAIN, 9), reverse=True)
    assert [line.seq for line in back.logs] == [8, 7, 4]


def test_numbers_are_never_used_again(trace: Trace) -> None:
    points = BreakpointSet(trace)
    first = points.add("break", condition="true").number
    points.remove(first)
    assert points.add("break", condition="true").number == first + 1
    with pytest.raises(NotFoundError, match="There is 2"):
        points.remove(first)


def test_a_session_file_brings_everything_back(trace: Trace) -> None:
    points = BreakpointSet(trace)
    points.add("break", condition="state.n == 5", hits="hits > 1", temporary=True, agent="a")
    points.add("watch", path="todo[id=5].status", condition="event.seq > 3", temporary=True)
    points.add("log", condition="true", log="{event.seq}", enabled=False, timeline="main")
    points.remove(1)
    saved = json.loads(json.dumps(points.to_json()))
    again = BreakpointSet.from_json(trace, saved)
    assert again.to_json() == points.to_json()
    assert list(again) == list(points)
    assert again.add("break", condition="true").number == 4


@pytest.mark.parametrize(
    "data",
    [{}, ["x"], [{"kind": "break"}], [{"kind": "break", "number": 1}], [{"number": True}],
     [{"kind": "run", "number": 1, "condition": "true"}], [{"kind": "watch", "number": 1}],
     [{"kind": "log", "number": 1, "condition": "true"}],
     [{"kind": "break", "number": 1, "condition": "import os"}],
     [{"kind": "break", "number": 1, "condition": 5}]],
)  # fmt: skip
def test_a_bad_session_file_is_refused(trace: Trace, data: object) -> None:
    with pytest.raises(UsageError):
        BreakpointSet.from_json(trace, data)  # type: ignore[arg-type]  # on purpose


def test_a_bad_condition_sets_nothing(trace: Trace) -> None:
    points = BreakpointSet(trace)
    with pytest.raises(ConditionError):
        points.add("break", condition="event.typ == 1")
    assert len(points) == 0


def test_a_cancelled_question_can_be_asked_again(trace: Trace) -> None:
    index = HitIndex(trace, condition("changed(state.n)"), MAIN)
    with pytest.raises(Cancelled):
        index.next(0, lambda: True)
    found = index.next(0)
    assert found is not None
    assert found.seq == 4


def test_progress_is_told_and_cancelling_stops(trace: Trace) -> None:
    told: list[tuple[int, int]] = []
    list(find(trace, condition("changed(state.n)"), progress=lambda *done: told.append(done)))
    assert told
    assert all(0 <= done <= total == 15 for done, total in told)
    with pytest.raises(Cancelled):
        list(find(trace, condition("changed(state.n)"), cancelled=lambda: True))
