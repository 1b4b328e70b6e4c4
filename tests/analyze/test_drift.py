"""Rules of drift: each finds what it is for, and leaves what only looks like it alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug.analyze import drift
from ttdebug.analyze.drift import Finding
from ttdebug.errors import Cancelled, TraceError
from ttdebug.formats.opening import open_trace
from ttdebug.model import JSON
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

SECOND = 10**9
Write = Callable[..., int]


@contextmanager
def recorded(path: Path, record: Callable[[Write], None]) -> Iterator[Trace]:
    """A recording of one timeline, one event per second unless it says when."""
    with Writer.create(path / "drift.ttd", durability="process") as writer:
        main = writer.run("r", time=0)

        def write(type_: str = "state", agent: str = "a", **given: Any) -> int:
            time = given.pop("time", None)
            stamp = (writer.last_seq + 1) * SECOND if time is None else int(time * SECOND)
            return writer.append(main, type_, agent=agent, time=stamp, **given)

        record(write)
    with Trace.open(path / "drift.ttd") as trace:
        yield trace


def found(path: Path, record: Callable[[Write], None]) -> list[Finding]:
    with recorded(path, record) as trace:
        return drift.find(trace)


def call(write: Write, name: str, args: object = None, **given: Any) -> None:
    write("tool.call", name=name, data={"args": {"q": args}, "call_id": id(given)}, **given)


def test_the_same_call_again_and_again_is_a_loop(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        write(state={"n": 0, "messages": []})
        for n in range(5):
            call(write, "look", "x", state={"n": n + 1, "messages": [n]})
        call(write, "look", "y")

    (loop,) = found(tmp_path, record)
    assert (loop.kind, loop.first, loop.last) == ("loop", 2, 6)
    assert "look with the same arguments 5 times in a row" in loop.rule
    assert loop.evidence[0].value == {"q": "x"}


def test_a_state_change_or_other_arguments_are_no_loop(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        write(state={"room": "hall"})
        for n in range(8):
            call(write, "walk", "east", state={"room": f"room {n}"})
        for n in range(8):
            call(write, "look", n)
        for _ in range(3):
            call(write, "look", "x")
        for n in range(8):
            given = {"args": {"temperature": 0}, "messages": [{"role": "user", "content": n}]}
            write("llm.call", name="m", data=given)

    assert not found(tmp_path, record)


def test_a_cycle_of_calls_is_told_once(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for _ in range(6):
            call(write, "open")
            write("tool.call", "other", name="busy", data={"args": {"n": write("x", "other")}})
            call(write, "close")

    (loop,) = found(tmp_path, record)
    assert loop.agent == "a"
    assert "the same 2 calls (open, close) 6 times in a row" in loop.rule


def test_failures_close_together_are_a_storm(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(100):
            write("step", status="error" if n in (3, 50, 51, 53, 54, 58, 90) else "ok",
                  data={"error": f"fault {n}"})  # fmt: skip

    (storm,) = found(tmp_path, record)
    assert (storm.kind, storm.first, storm.last) == ("errors", 51, 59)
    assert storm.rule.startswith("5 failures within 9 events, against 2.2%")
    assert storm.evidence[0].value == "fault 50"


def test_failures_all_over_a_run_are_no_storm(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(200):
            write("step", status="error" if n % 7 == 0 or 50 < n < 58 else "ok")

    with recorded(tmp_path, record) as trace:
        kinds = [finding.kind for finding in drift.find(trace)]
    assert kinds.count("errors") <= 1


def test_a_span_and_the_error_in_it_are_one_failure(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for _ in range(4):
            opening = write("x", opens=True)
            write("error", parent=opening)
            write("x.end", closes=opening, status="error")
        for _ in range(50):
            write("step")

    assert not found(tmp_path, record)


def test_a_long_pause_is_a_stall(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(60):
            write("step", time=n if n < 40 else n + 600)

    (stall,) = found(tmp_path, record)
    assert (stall.kind, stall.first, stall.last) == ("stall", 40, 41)
    assert stall.rule == "nothing happened for 10 min; the median step takes 1 s"


def test_an_agent_that_stops_changing_its_state_stands_still(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(200):
            write("step", state={"n": min(n, 100)})

    (stall,) = found(tmp_path, record)
    assert (stall.kind, stall.first, stall.last) == ("stall", 101, 200)
    assert stall.rule.startswith("99 of its events left its state unchanged")


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ([5, 4, 3, None, None, None], 4),
        (["a", "b", "c", None, None, None], 4),
        ([5, 4, 3, None, 7, 7], None),
        ([5, None, 3, None, None, None], None),
        ([5, 5, 5, None, None, None], None),
        ([0.1, 0.2, 0.3, 0, 0, 0], 4),
        ([0, 0.2, 0.3, 0, 0, 0], None),
        ([*range(1, 40), None], 40),
        ([*map(str, range(39)), None], None),  # a run tidies up at its end
    ],
)
def test_a_field_falls_once_and_for_all(tmp_path: Path, values: list[Any], at: int | None) -> None:
    def record(write: Write) -> None:
        for value in values:
            write(state={"m": {"value": value}})

    firsts = [finding.first for finding in found(tmp_path, record) if finding.kind == "fallen"]
    assert firsts == ([] if at is None else [at])


def test_a_field_that_goes_away_falls(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(12):
            write(state={"m": {"gone": n, "here": 1} if n < 8 else {"here": 1}})

    (fall,) = found(tmp_path, record)
    assert (fall.first, fall.path) == (9, "m.gone")
    assert fall.rule.startswith("m.gone was removed after 8 writes")


def test_keys_that_come_and_go_do_not_fall(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(12):
            write(state={"m": {**({"x": n, "y": n, "z": n} if n < 8 else {}), "here": 1}})

    assert not found(tmp_path, record)


def test_a_fall_begins_where_the_value_went_first(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(20):
            held = {"left": n} if n < 8 else {} if n < 12 else {"left": None}
            write(state={"m": {**held, "here": 1}})

    (fall,) = found(tmp_path, record)
    assert (fall.first, fall.last) == (9, 20)


def test_the_one_member_that_vanished(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(200):  # an index slice on, members are told apart
            members = [{"id": m, "seen": n if m < 2 else 0} for m in range(7)]
            write(state={"todo": [one for one in members if n < 100 or one["id"] != 3]})

    (fall,) = found(tmp_path, record)
    assert (fall.first, fall.path) == (101, "todo[id=3]")


def test_members_that_come_and_go_do_not_vanish(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(20):
            write(state={"window": [{"id": m} for m in range(n, n + 7)]})

    assert not found(tmp_path, record)


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ([5, 4, 3, "two", "one", "none"], 4),
        (["a", "b", 3, 4, 5], 3),
        ([5, 4, "three", 2, 1, 0], None),
        ([5, "four", "three", "two"], None),
        ([True, False, 1, 2, 3], None),
        ([5, 4, 3, 2, "one"], None),
    ],
)
def test_a_value_of_another_type_for_good(
    tmp_path: Path, values: list[Any], at: int | None
) -> None:
    def record(write: Write) -> None:
        for value in values:
            write(state={"m": {"value": value}})

    firsts = [finding.first for finding in found(tmp_path, record) if finding.kind == "retyped"]
    assert firsts == ([] if at is None else [at])


@pytest.mark.parametrize(
    ("sizes", "at"),
    [
        ([3, 4, 5, 5, 0, 0, 0, 0], 5),
        ([5, 4, 3, 2, 1, 0, 0, 0], None),
        ([3, 0, 4, 4, 0, 0, 0, 0], None),
        ([0, 3, 4, 5, 0, 2, 2, 2], None),
        ([3, 3, 3, 3, 3, 3, 3, 0], None),
    ],
)
def test_a_list_that_lost_all_at_once(tmp_path: Path, sizes: list[int], at: int | None) -> None:
    def record(write: Write) -> None:
        for n, size in enumerate(sizes):
            write(state={"m": {"documents": list(range(size))}, "n": n})

    falls = [one for one in found(tmp_path, record) if one.path == "m.documents"]
    assert [fall.first for fall in falls] == ([] if at is None else [at])


@pytest.mark.parametrize(
    ("nulls", "at"),
    [({3: 6}, 6), ({3: 6, 2: 7}, None), ({3: 1}, None), ({3: 9}, None), ({}, None)],
)
def test_the_one_record_whose_field_fell(
    tmp_path: Path, nulls: dict[int, int], at: int | None
) -> None:
    """Ticket 3 loses its owner when another is closed."""

    def record(write: Write) -> None:
        for n in range(1, 10):
            owners = {t: None if n >= nulls.get(t, 99) else f"dev{t}" for t in range(5)}
            write(state={"tickets": {f"T{t}": {"who": who} for t, who in owners.items()}, "n": n})

    falls = [one for one in found(tmp_path, record) if one.path == "tickets.T3.who"]
    assert [fall.first for fall in falls] == ([] if at is None else [at])


def test_a_number_goes_below_zero_for_the_first_time(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(12):
            write(state={"health": 60 - 10 * n, "x": (-1) ** n * n})

    (fall,) = found(tmp_path, record)
    assert (fall.kind, fall.first, fall.path) == ("negative", 8, "health")
    assert [one.value for one in fall.evidence] == [10, 0, -10]


def test_a_number_that_is_often_below_zero_may_be(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(16):
            write(state={"balance": 5 if n < 4 or n % 3 else -5})

    assert not found(tmp_path, record)


def test_an_agent_that_ends_below_zero_has_ended(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(8):
            write("move", "sheep", state={"energy": 6 - n})
        for _ in range(20):
            write("move", "wolf")

    assert not found(tmp_path, record)


def test_a_context_that_grows_faster_and_faster(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(20):
            tokens = 1_000 + 400 * n * n
            write("llm.result", name="m", data={"usage": {"input_tokens": tokens}})
        for n in range(20):
            tokens = 4_000 + 500 * n
            write("llm.result", "calm", data={"usage": {"input_tokens": tokens}})

    (growth,) = found(tmp_path, record)
    assert (growth.kind, growth.agent) == ("growth", "a")
    assert "grew faster and faster" in growth.rule


def test_each_event_counts_once_on_the_timeline_that_recorded_it(tmp_path: Path) -> None:
    path = tmp_path / "fork.ttd"
    with Writer.create(path, durability="batch") as writer:
        main = writer.run("r", time=0)
        for value in (5, 4, 3, None):
            writer.append(main, "state", agent="a", state={"m": {"value": value}})
        fork = writer.fork(main, 4, "repair")
        writer.append(fork, "state", agent="a", state={"m": {"value": 3}})
        writer.append(main, "state", agent="a", state={"m": {"value": None}})
    with Trace.open(path) as trace:
        (fall,) = drift.find(trace)
        assert (fall.timeline, fall.first, fall.last) == (main, 4, 6)
        assert drift.find(trace, run="r") == [fall]
        assert not drift.find(trace, run="another")
        with pytest.raises(Cancelled):
            drift.find(trace, work=Work(lambda: True))


def test_what_a_fork_inherits_empty_was_emptied_before(tmp_path: Path) -> None:
    path = tmp_path / "fork.ttd"
    with Writer.create(path, durability="batch") as writer:
        main = writer.run("r", time=0)
        for n in range(8):
            state: JSON = {"m": {"documents": [1, 2, 3] if n < 4 else []}, "n": n}
            writer.append(main, "state", agent="a", state=state)
        fork = writer.fork(main, 8, "again")
        writer.append(fork, "step", agent="a")
    with Trace.open(path) as trace:
        (fall,) = drift.find(trace)
    assert (fall.timeline, fall.first, fall.path) == (main, 5, "m.documents")


def test_nothing_paused_while_another_timeline_went_on(tmp_path: Path) -> None:
    path = tmp_path / "fork.ttd"
    with Writer.create(path, durability="batch") as writer:
        main = writer.run("r", time=0)
        for n in range(40):
            writer.append(main, "step", agent="a", time=n * SECOND)
        fork = writer.fork(main, 40, "meanwhile")
        for n in range(40, 640):
            writer.append(fork, "step", agent="a", time=n * SECOND)
        for n in range(640, 660):
            writer.append(main, "step", agent="a", time=n * SECOND)
    with Trace.open(path) as trace:
        assert not drift.find(trace)


def test_damage_leaves_the_other_rules(tmp_path: Path) -> None:
    def record(write: Write) -> None:
        for n in range(40):
            write("step", state={"m": {"left": n if n < 20 else None}}, data={"n": n},
                  status="error" if 9 < n < 16 else "ok")  # fmt: skip

    with recorded(tmp_path, record):
        pass
    with closing(sqlite3.connect(tmp_path / "drift.ttd")) as file, file:
        file.execute("UPDATE deltas SET ops = '[[5]]' WHERE seq BETWEEN 18 AND 30")
        file.execute("UPDATE keyframes SET state = x'00' WHERE seq > 1")
    lost: list[TraceError] = []
    with Trace.open(tmp_path / "drift.ttd") as trace:
        kinds = {finding.kind for finding in drift.find(trace, lost=lost.append)}
        assert "errors" in kinds
        assert lost
        with pytest.raises(TraceError):
            drift.find(trace)


PLANTED = [
    ("langgraph_sqlite/trip_planner.sqlite", "fallen", "budget.remaining", None),
    ("langgraph_sqlite/long_run_5000.sqlite.gz", "fallen", "todo[id=5]", 22_312),
    ("langgraph_sqlite/delta_channel.sqlite", "negative", "health", None),
    ("langgraph_sqlite/dungeon_langgraph_0.3.34.sqlite", "negative", "health", None),
    ("mesa_jsonl/wolf_sheep_200.jsonl", "negative", "energy", 3_915),
    ("gymnasium_jsonl/taxi_qlearning_2000.jsonl", "fallen", "alpha", 1_213),
    ("redux_devtools/lifted_state.json", "fallen", "budget.remaining", 50),
    ("burr/agent/run-fork/log.jsonl", "fallen", "wallet", None),
    ("viztracer/agent_trace.json", "fallen", "budget", None),
    ("pydantic_ai/restock_all_messages.json", "negative", 'stock["SKU-3"]', None),
]


@needs_shared
def test_a_record_that_suffers_from_the_closing_of_another_is_found() -> None:
    with open_trace(SHARED / "traces/generated/autogen/team_stream.jsonl") as trace:
        falls = [(one.path, one.agent, one.first) for one in drift.find(trace)]
    assert falls == [("tickets.T3.assignee", "dev", 40), ("tickets.T3.assignee", "pm", 45)]


@needs_shared
@pytest.mark.parametrize(("name", "kind", "path", "first"), PLANTED)
def test_planted_bugs_are_what_the_rules_find(
    name: str, kind: str, path: str, first: int | None
) -> None:
    with open_trace(SHARED / "traces" / "generated" / name) as trace:
        (finding,) = drift.find(trace)
    assert (finding.kind, finding.path) == (kind, path)
    assert first in (None, finding.first)
