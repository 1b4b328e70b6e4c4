"""Temporal conditions, by hit tables worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conditions import naive
from tests.recordings import BEGAN, SECOND
from ttdebug.errors import Cancelled, ConditionError
from ttdebug.model import MISSING, Position, Value
from ttdebug.replay import hits
from ttdebug.replay.breakpoints import BreakpointSet
from ttdebug.replay.conditions import compile as condition
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

MAIN, FORK = 1, 2


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trace]:
    """Two agents that share the only state, a's; event N at second `at`, 8 at an unknown time.

    main    1 tool.call a c1     at 1        6 retry b      at 6
            2 tool.call b c2     at 2        7 retry a      at 9
            3 tool.result a c1   at 3        8 tool.call a c3
            4 error a            at 4        9 state a ok   at 10
            5 message            at 5
    fork-1 at 8: 10 tool.result a c3 at 11; 11 error a at 12
    main   12 message at 13; 13 error b at 14; 14 decision a at 15; 15 state a ok at 16
    """
    writer = Writer.create(tmp_path_factory.mktemp("calls") / "calls.ttd", durability="batch")
    main = writer.run("r", time=BEGAN)

    def add(
        line: int, type_: str, agent: str | None, at: int | None,
        call: str | None = None, state: Value = MISSING,
    ) -> None:  # fmt: skip
        writer.append(
            line, type_, agent=agent, time=None if at is None else BEGAN + at * SECOND,
            data={"call_id": call} if call else {}, state=state,
        )  # fmt: skip

    add(main, "tool.call", "a", 1, call="c1")
    add(main, "tool.call", "b", 2, call="c2")
    add(main, "tool.result", "a", 3, call="c1")
    add(main, "error", "a", 4)
    add(main, "message", None, 5)
    add(main, "retry", "b", 6)
    add(main, "retry", "a", 9)
    add(main, "tool.call", "a", None, call="c3")
    fork = writer.fork(main, 8)
    add(main, "state", "a", 10, state={"ok": True})
    add(fork, "tool.result", "a", 11, call="c3")
    add(fork, "error", "a", 12)
    add(main, "message", None, 13)
    add(main, "error", "b", 14)
    add(main, "decision", "a", 15)
    add(main, "state", "a", 16, state={"ok": True, "n": 1})
    writer.close()
    with Trace.open(writer.path) as trace:
        yield trace


CALL, RESULT = 'event.type == "tool.call"', 'event.type == "tool.result"'
ERROR, RETRY = 'event.type == "error"', 'event.type == "retry"'
SAME_CALL = f"({RESULT} and event.data.call_id == that.data.call_id)"
OTHER_CALL = f"({RESULT} and event.data.call_id != that.data.call_id)"

TABLE: list[tuple[str, list[int], list[int]]] = [
    # condition, hits in the whole file, hits on the fork
    (f"{CALL} then not {RESULT}", [2, 8], [2]),
    (f"{CALL} then not {RESULT} within 1", [1, 2, 8], [1, 2]),
    (f"{CALL} then not {RESULT} within 2", [2, 8], [2]),
    (f"no {RESULT} after {CALL}", [2, 8], [2]),
    (f"no {RESULT} after {CALL} within 1 event", [1, 2, 8], [1, 2]),
    (f"{CALL} then {RESULT}", [1], [1, 8]),
    (f"{CALL} then {RESULT} within 1", [], [8]),
    (f"{ERROR} then not {RETRY} within 2", [4, 11, 13], [4, 11]),
    (f"{ERROR} then not {RETRY} within 3", [11, 13], [11]),
    (f"{ERROR} then {RETRY} within 3", [4], [4]),
    (f"{ERROR} then not {RETRY} within 4s", [4, 11, 13], [4, 11]),
    (f"{ERROR} then not {RETRY} within 5s", [11, 13], [11]),
    (f"{ERROR} then {RETRY} within 5000ms", [4], [4]),
    (f"{CALL} then not {RESULT} within 1s", [1, 2], [1, 2]),  # nobody knows when 8 was
    (f"{CALL} then {RESULT} within 1h", [1], [1]),
    (f'{RETRY} and event.agent == "a" then {CALL} within 500ms', [7], [7]),  # 8 is before 9
    (f"{RETRY} without {ERROR} before it", [6], [6]),
    (f"{ERROR} without {RETRY} before it", [4], [4]),
    (f"{RESULT} without {CALL} before it", [], []),
    (f"{ERROR} without {ERROR} before it", [4, 13], [4]),
    (f"{ERROR} then {ERROR}", [], [4]),
    (f"{CALL} then not {SAME_CALL}", [2, 8], [2]),
    (f"{CALL} then {SAME_CALL} within 2", [1], [1, 8]),
    (f"{CALL} then {OTHER_CALL}", [], [1]),
    (f"{RESULT} without (event.data.call_id == that.data.call_id) before it", [], []),
    (f"{RETRY} then not event.seq == that.seq + 1", [6], [6]),
    ("event.agent == null then not event.agent == null", [12], [5]),
    (f"{CALL} then state.ok == true", [1, 8], []),
    ('event.type == "decision" then state.ok == true', [], []),  # it was true already
    ('event.type == "decision" then state.ok == true and event.seq > 0', [14], []),
    ("state.ok == true then not event.type == 'message'", [9], []),
    (f"{CALL} or {ERROR} then not {RESULT} or {RETRY} within 3", [2, 8, 11, 13], [2, 11]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "in_file", "on_fork"), TABLE, ids=[row[0] for row in TABLE])
def test_hits(calls: Trace, text: str, in_file: list[int], on_fork: list[int]) -> None:
    found = [hit.seq for hit in hits.find(calls, condition(text))]
    assert found == in_file
    assert [hit.seq for hit in hits.find(calls, condition(text), timeline=FORK)] == on_fork


@pytest.mark.parametrize("text", [row[0] for row in TABLE])
def test_hits_and_ordinals_are_the_same_in_both_directions(calls: Trace, text: str) -> None:
    for timeline in calls.timelines:
        expected = naive.hits_on(calls, condition(text), timeline)
        index = hits.HitIndex(calls, condition(text), timeline)
        back, at = [], calls.last_seq + 1
        while hit := index.previous(at):
            back.append((hit.seq, hit.hits))
            at = hit.seq
        ahead, at = [], 0
        while hit := index.next(at):
            ahead.append((hit.seq, hit.hits))
            at = hit.seq
        assert ahead == expected
        assert back == expected[::-1]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (f"{CALL} then not {RESULT} within 1", [
            "no tool.result of a by event 2 (1 event)",
            "no tool.result of b by event 3 (1 event)",
            "no tool.result of a by event 9 (1 event)",
        ]),
        (f"{ERROR} then not {RETRY} within 4", [
            "no retry of a within 4 events: fork-1 ends 0 events later",
            "no retry of b within 4 events: main ends 2 events later",
        ]),
        (f"{ERROR} then not {RETRY} within 4s", [
            "no retry of a by event 6 (4s)",
            "no retry of a within 4s: fork-1 ends 0s later",
            "no retry of b within 4s: main ends 2s later",
        ]),
        (f"{ERROR} then {RETRY} within 10", ["retry of a at event 7 (3 events later)"]),
        (f"{ERROR} then {RETRY} within 1m", ["retry of a at event 7 (5s later)"]),
        (f"{RETRY} without {ERROR} before it", ["no error of b before it"]),
        (f"no {RESULT} after {CALL} and event.agent == 'b'",
         ["no tool.result of b after it, up to the end at event 15"]),
        (f"{CALL} and event.agent == 'b' then not {SAME_CALL} within 3",
         ['no tool.result with event.data.call_id "c2" of b by event 5 (3 events)']),
        ("state.ok == true then not state.n > 1 within 2",
         ["no state.n > 1 of a by event 13 (2 events); state.ok missing → true"]),
        ("event.agent == null then not event.agent == null",
         ["no event.agent == null after it, up to the end at event 15"]),
    ],
)  # fmt: skip
def test_the_deadline_is_in_the_reason(calls: Trace, text: str, reasons: list[str]) -> None:
    assert [hit.reason for hit in hits.find(calls, condition(text))] == reasons


def test_an_agent_and_bounds_are_about_the_events_that_are_hit(calls: Trace) -> None:
    wanted = condition(f"{CALL} then {RESULT}")
    assert [hit.seq for hit in hits.find(calls, wanted, agent="b")] == []
    assert [hit.seq for hit in hits.find(calls, wanted, last=1)] == [1]
    late = condition(f"{CALL} then not {RESULT}")
    assert [(hit.seq, hit.hits) for hit in hits.find(calls, late, first=3)] == [(8, 2)]


def test_an_open_recording_says_that_more_may_come(tmp_path: Path) -> None:
    wanted = condition(f"{CALL} then not {RESULT} within 3")
    with Writer.create(tmp_path / "open.ttd") as writer:
        line = writer.run("r")
        writer.append(line, "tool.call", agent="a")
        writer.append(line, "message", agent="a")
        with Trace.open(writer.path) as trace:
            index = hits.HitIndex(trace, wanted, MAIN)
            (hit,) = index.all()
            assert hit.reason == (
                "no tool.result of a so far: the recording is open and ends 1 event later"
            )
            writer.append(line, "tool.result", agent="a")
            trace.refresh()
            assert index.all() == []


def test_breakpoints_stop_at_them_and_logpoints_collect(calls: Trace) -> None:
    points = BreakpointSet(calls)
    points.add("break", condition=f"{CALL} then not {RESULT}", hits="hits > 1")
    points.add("log", condition=f"{ERROR} then {RETRY}", log="{event.seq} {event.agent}")
    stop = points.next_stop(Position(MAIN, 0))
    assert (stop.position.seq, stop.hits) == (8, 2)
    assert [line.text for line in stop.logs] == ["4 a"]
    assert points.next_stop(Position(MAIN, 15), reverse=True).position.seq == 8


def test_where_a_single_event_is_looked_at_there_is_none(calls: Trace) -> None:
    points = BreakpointSet(calls)
    with pytest.raises(ConditionError, match="not a temporal form"):
        points.add("watch", path="ok", condition=f"{CALL} then {RESULT}")
    with pytest.raises(ConditionError, match="not a temporal form"):
        points.add("log", condition="true", log="{state.x then state.y}")


def test_everywhere_is_about_the_first_part(calls: Trace) -> None:
    wanted = condition("state.ok == true then not event.type == 'retry'").everywhere()
    assert [hit.seq for hit in hits.find(calls, wanted)] == [9, 12, 13, 14, 15]


def test_the_plans_of_both_parts_are_told(calls: Trace) -> None:
    search = hits.find(calls, condition(f"{CALL} then not {RESULT} within 3"))
    list(search)
    told = search.explain()
    assert told[0].startswith("A: ")
    assert "event types: tool.call" in told[1]
    assert any(line.startswith("B: ") for line in told)
    assert told[-1].startswith("looked at ")


def test_a_search_can_be_stopped(calls: Trace) -> None:
    with pytest.raises(Cancelled):
        list(hits.find(calls, condition(f"{CALL} then {RESULT}"), cancelled=lambda: True))
