"""Reading whole LangGraph databases: the real ones, and small ones made for one question."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.errors import TraceError
from ttdebug.formats.langgraph.agents import Agents
from ttdebug.model import Event
from ttdebug.store.trace import Trace

PUBLIC = SHARED / "traces" / "langgraph-sqlite"
GENERATED = SHARED / "traces" / "generated" / "langgraph_sqlite"

Open = Callable[[Path], Trace]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens recordings with a cache of the test's own."""
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    traces: list[Trace] = []

    def open_trace(path: Path) -> Trace:
        traces.append(formats.open(path, format="langgraph"))
        return traces[-1]

    yield open_trace
    for trace in traces:
        trace.close()


def checkpoints(trace: Trace, agent: str = "root", timeline: int | None = None) -> list[Event]:
    return list(trace.events(types={"checkpoint"}, agent=agent, timeline=timeline))


def step(trace: Trace, number: int, agent: str = "root", timeline: int = 1) -> Event:
    found = [e for e in checkpoints(trace, agent, timeline) if e.data["step"] == number]
    assert len(found) == 1
    return found[0]


def state(trace: Trace, event: Event) -> Any:
    assert event.agent is not None
    return trace.state(event.seq, event.agent)


def causes(trace: Trace, seq: int, levels: int) -> list[Event]:
    found: dict[int, Event] = {}
    edge = [seq]
    for _ in range(levels):
        edge = [cause.seq for at in edge for cause in trace.causes(at)]
        found.update({at: trace.event(at) for at in edge})
    return list(found.values())


@needs_shared
@pytest.mark.parametrize(
    ("path", "count"),
    [
        (PUBLIC / "json-serde-2024.db", 19),
        (PUBLIC / "mixed-json-msgpack-2025.db", 39),
        (PUBLIC / "create-agent-msgpack-v4.db", 58),
        (PUBLIC / "domain-state-msgpack-v4.db", 9),
        (GENERATED / "trip_planner.sqlite", 87),
        (GENERATED / "delta_channel.sqlite", 62),
        (GENERATED / "dungeon_langgraph_0.2.20.sqlite", 25),
        (GENERATED / "dungeon_langgraph_0.3.34.sqlite", 25),
    ],
)
def test_every_checkpoint_is_an_event_with_state(opened: Open, path: Path, count: int) -> None:
    trace = opened(path)
    made = list(trace.events(types={"checkpoint"}))
    assert len(made) == count
    assert all(event.has_state and event.time is not None for event in made)
    assert not trace.warnings
    assert sorted(event.source["checkpoint_id"] for event in made) == [  # type: ignore[type-var]  # ids are text
        event.source["checkpoint_id"] for event in made
    ]


@needs_shared
class TestTripPlanner:
    @pytest.fixture
    def trace(self, opened: Open) -> Trace:
        return opened(GENERATED / "trip_planner.sqlite")

    def test_the_budget_is_lost_at_step_24(self, trace: Trace) -> None:
        lost = next(
            event
            for event in checkpoints(trace, timeline=1)
            if "budget" in state(trace, event)
            and state(trace, event)["budget"]["remaining"] is None
        )
        assert lost.source == {
            "thread_id": "trip-4711",
            "checkpoint_ns": "",
            "checkpoint_id": "1f1e51f8-13eb-6d33-8018-54823911f9ac",
            "parent_checkpoint_id": "1f1e51f8-13e1-6163-8017-c700408ad2da",
            "step": 24,
        }
        assert trace.before(lost.seq, "root")["budget"]["remaining"] == 1657.76  # type: ignore[index, call-overload]  # the state is JSON

    def test_its_causes_are_the_write_and_the_tool(self, trace: Trace) -> None:
        lost = step(trace, 24)
        found = causes(trace, lost.seq, 2)
        (write,) = [event for event in found if event.name == "budget"]
        assert write.type == "write"
        assert write.source["task_id"] == "1f002008-0e25-a3b5-e5f5-37b28d70032b"
        assert write.source["idx"] == 0
        assert write.data["node"] == "tools"
        of_write = [trace.event(cause.seq) for cause in trace.causes(write.seq)]
        calls = [event for event in of_write if event.type == "tool.call"]
        assert [(call.name, call.data["args"]) for call in calls] == [
            ("apply_discount", {"code": "PARTNER15", "percent": 15.0})
        ]
        (innocent,) = [event for event in found if event.name == "memory"]
        assert "apply_discount" not in {
            trace.event(cause.seq).name for cause in trace.causes(innocent.seq)
        }

    def test_the_fork_repairs_it(self, trace: Trace) -> None:
        assert [line.name for line in trace.timelines.values()] == ["main", "fork-1"]
        main, fork = trace.timelines.values()
        assert fork.fork_seq == step(trace, 24).seq
        update = step(trace, 25, timeline=fork.id)
        assert update.name == "update"
        assert state(trace, update)["budget"]["remaining"] == 1657.76
        assert step(trace, 25, timeline=main.id).source["checkpoint_id"] == (
            "1f1e51f8-13ef-6003-8019-6ef3b1e4cd32"
        )
        assert step(trace, 49, timeline=main.id).data["nodes"] == ["finalize"]
        assert "0 items booked" in state(trace, step(trace, 50, timeline=fork.id))["report"]

    def test_why_is_a_chain_and_not_the_whole_history(self, trace: Trace) -> None:
        chain, at = [], step(trace, 24).seq
        while edges := trace.causes(at):
            at = min(edges, key=lambda edge: edge.seq).seq
            event = trace.event(at)
            chain.append((event.type, event.name))
        assert chain[:6] == [
            ("write", "budget"),
            ("tool.call", "apply_discount"),
            ("llm.result", "agent"),
            ("tool.result", "reserve"),
            ("tool.call", "reserve"),
            ("llm.result", "agent"),
        ]
        assert chain[-2:] == [("message", None), ("checkpoint", "input")]
        assert len(chain) < 60

    def test_crash_and_retry_are_told_apart(self, trace: Trace) -> None:
        (error,) = trace.events(types={"error"})
        assert (error.name, error.status, error.data["node"]) == (
            "ConnectionError",
            "error",
            "research",
        )
        again = [
            event
            for event in trace.events(types={"write"})
            if event.source["task_id"] == error.source["task_id"]
        ]
        assert [event.name for event in again] == ["findings", "visited", "memory"]
        assert all(event.seq > error.seq for event in again)
        handed = [trace.event(cause.seq) for cause in trace.causes(error.seq)]
        assert [e.data["args"] for e in handed if e.type == "handoff"] == [
            {"city": "OSL", "idx": 2}
        ]

    def test_interrupts_are_answered_in_their_order(self, trace: Trace) -> None:
        asked = list(trace.events(types={"interrupt", "resume"}, timeline=1))
        assert [(event.type, event.agent) for event in asked] == [
            ("interrupt", "booking"),
            ("interrupt", "root"),
            ("resume", "root"),
            ("resume", "booking"),
        ]
        assert [event.opening for event in asked[2:]] == [asked[1].seq, asked[0].seq]
        assert asked[0].data["value"]["question"] == "Approve total?"  # type: ignore[index, call-overload]  # the data is JSON

    def test_a_subgraph_is_an_agent_inside_a_span(self, trace: Trace) -> None:
        assert trace.runs[0].agents == ("root", "booking", "booking-2")
        first = checkpoints(trace, "booking")[0]
        assert first.parent is not None
        span = trace.event(first.parent)
        assert (span.type, span.name, span.agent, span.status) == (
            "subgraph",
            "booking",
            "root",
            "ok",
        )
        (cause,) = trace.causes(span.seq)
        handed = trace.event(cause.seq)
        assert (handed.type, handed.data["node"]) == ("llm.result", "agent")
        last = checkpoints(trace, "booking")[-1]
        assert span.closing is not None
        assert last.seq < span.closing < step(trace, 48).seq
        ended = [cause.rule for cause in trace.causes(span.closing)]
        assert "where the subgraph ended" in ended
        second = trace.event(checkpoints(trace, "booking-2")[0].parent or 0)
        assert second.timeline == "fork-1"

    def test_results_close_their_calls(self, trace: Trace) -> None:
        for result in trace.events(types={"tool.result"}):
            assert result.opening is not None
            call = trace.event(result.opening)
            assert call.data["call_id"] == result.data["call_id"]
            assert call.name == result.name
        failed = [event.data for event in trace.events(types={"tool.result"}, statuses={"error"})]
        assert len(failed) >= 2
        assert any("TimeoutError" in str(data["error"]) for data in failed)


@needs_shared
def test_a_lost_item_in_a_long_compressed_run(opened: Open) -> None:
    trace = opened(GENERATED / "long_run_5000.sqlite.gz")
    before, after = (state(trace, step(trace, number))["todo"] for number in (3186, 3187))
    lost = [item for item in before if item["id"] not in {other["id"] for other in after}]
    assert [item["id"] for item in lost] == [5]
    assert step(trace, 3187).source["checkpoint_id"] == "1f1e51fd-5afc-6d01-8c73-5fc6f07beca7"
    assert trace.count_types() == {"checkpoint": 5002, "write": 30001}


@needs_shared
def test_delta_channels_are_rebuilt(opened: Open) -> None:
    trace = opened(GENERATED / "delta_channel.sqlite")
    sick = step(trace, 44)
    assert state(trace, sick)["health"] == -90
    assert len(state(trace, sick)["notes"]) == 44
    for event in checkpoints(trace):
        delta = trace.delta(event.seq) or []
        assert not any(op["op"] == "remove" and op["path"] == "/notes" for op in delta)
    (fidelity,) = trace.facts(trace.runs[0].id)["fidelity"]
    assert "derived: notes, from writes" in str(fidelity)
    assert "2 of 2 snapshots agree" in str(fidelity)


@needs_shared
@pytest.mark.parametrize(("version", "path"), [("0.2.20", False), ("0.3.34", True)])
def test_dungeons_of_old_versions(opened: Open, version: str, path: bool) -> None:
    trace = opened(GENERATED / f"dungeon_langgraph_{version}.sqlite")
    hurt = step(trace, 8)
    assert trace.before(hurt.seq, "root")["health"] == 10  # type: ignore[index, call-overload]  # the state is JSON
    assert state(trace, hurt)["health"] == -4
    blow = [trace.event(c.seq) for c in trace.causes(hurt.seq)]
    assert [e.data["node"] for e in blow if e.name == "health"] == ["explore"]
    fork = next(line for line in trace.timelines.values() if line.parent)
    assert fork.fork_seq == step(trace, 10).seq
    assert step(trace, 11, timeline=fork.id).name == "update"
    assert set(state(trace, hurt)) == {
        *("messages", "queue", "inventory", "findings", "health", "n", "at")
    }
    scouts = [trace.event(c.seq) for c in trace.causes(step(trace, 2).seq)]
    assert sorted(str(e.data["value"]) for e in scouts if e.name == "findings") == [
        f"[{{'dir': '{way}', 'exits': {exits}}}]"
        for way, exits in (("east", 1), ("north", 2), ("south", 2))
    ]


@needs_shared
def test_removed_messages_shrink_the_conversation(opened: Open) -> None:
    trace = opened(PUBLIC / "create-agent-msgpack-v4.db")
    sizes = [len(state(trace, event).get("messages", [])) for event in checkpoints(trace)]
    assert any(later < earlier for earlier, later in pairwise(sizes))
    (first, *_) = trace.events(types={"write"})
    assert set(first.data["value"]) == {"removed"}  # type: ignore[arg-type]  # the data is JSON


@needs_shared
def test_both_serializers_in_one_thread_show_messages_alike(opened: Open) -> None:
    trace = opened(PUBLIC / "mixed-json-msgpack-2025.db")
    for event in checkpoints(trace)[1:]:
        now = {m.get("id"): m for m in state(trace, event).get("messages", [])}
        before: Any = trace.before(event.seq, "root")
        for earlier in before.get("messages", []):
            if earlier.get("id") in now and earlier.get("id"):
                assert now[earlier["id"]]["content"] == earlier["content"]
                assert now[earlier["id"]]["type"] == earlier["type"]


OLD = "CREATE TABLE checkpoints (thread_id, thread_ts, parent_ts, checkpoint BLOB, metadata BLOB)"


def test_the_columns_of_mid_2024(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(OLD)
        for number, parent in ((1, None), (2, 1)):
            body = {
                "ts": f"2024-06-0{number}T00:00:00+00:00",
                "channel_values": {"n": number, "start:a": "x"},
            }
            writes = {"a": {"n": number}}
            connection.execute(
                "INSERT INTO checkpoints VALUES ('t', ?, ?, ?, ?)",
                (
                    f"2024-06-0{number}",
                    parent and f"2024-06-0{parent}",
                    json.dumps(body).encode(),
                    json.dumps({"source": "loop", "step": number, "writes": writes}),
                ),
            )
        connection.commit()
    trace = opened(path)
    assert [state(trace, event) for event in checkpoints(trace)] == [{"n": 1}, {"n": 2}]
    (write,) = trace.events(types={"write"})
    assert (write.name, write.data["node"], write.data["value"]) == ("n", "a", 2)


def new(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE checkpoints (thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT, "
        "parent_checkpoint_id TEXT, type TEXT, checkpoint BLOB, metadata BLOB)"
    )
    connection.execute(
        "CREATE TABLE writes (thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT, "
        "task_id TEXT, task_path TEXT, idx INTEGER, channel TEXT, type TEXT, value BLOB)"
    )
    return connection


def add(
    connection: sqlite3.Connection, id_: str, parent: str | None, state: object, **metadata: object
) -> None:
    body = json.dumps({"channel_values": state, "ts": "2026-01-01T00:00:00Z"})
    connection.execute(
        "INSERT INTO checkpoints VALUES ('t', '', ?, ?, 'json', ?, ?)",
        (id_, parent, body, json.dumps({"source": "loop", **metadata})),
    )


def put(
    connection: sqlite3.Connection,
    parent: str,
    idx: int,
    channel: str,
    value: object,
    task: str = "task-1",
) -> None:
    connection.execute(
        "INSERT INTO writes VALUES ('t', '', ?, ?, '~__pregel_pull, tools', ?, ?, 'json', ?)",
        (parent, task, idx, channel, json.dumps(value)),
    )


def tool(call: str) -> list[dict[str, str]]:
    return [{"type": "tool", "content": "done", "tool_call_id": call, "name": call}]


@pytest.mark.parametrize("leads", [True, False])
def test_writes_of_one_task_belong_to_the_tool_beside_them(
    opened: Open, tmp_path: Path, leads: bool
) -> None:
    path = tmp_path / "tools.db"
    with closing(new(path)) as connection:
        asked: list[object] = [{"name": name, "args": {}, "id": name} for name in ("pay", "note")]
        answer = {"type": "ai", "content": "", "tool_calls": asked}
        add(connection, "c1", None, {})
        add(connection, "c2", "c1", {})
        add(connection, "c3", "c2", {"budget": 1, "memo": 2})
        put(connection, "c1", 0, "messages", [answer])
        rows: list[tuple[str, object]] = [("budget", 1), ("messages", tool("pay"))]
        rows += [("memo", 2), ("messages", tool("note"))]
        if leads:
            rows = [rows[1], rows[0], rows[3], rows[2]]
        for idx, (channel, value) in enumerate(rows):
            put(connection, "c2", idx, channel, value)
        connection.commit()
    trace = opened(path)
    tools = {
        event.name: [
            (trace.event(cause.seq).name, cause.kind)
            for cause in trace.causes(event.seq)
            if trace.event(cause.seq).type == "tool.call"
        ]
        for event in trace.events(types={"write"})
    }
    assert tools == {"budget": [("pay", "inferred")], "memo": [("note", "inferred")]}


def test_a_crash_that_nothing_followed_is_the_last_event(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "crash.db"
    with closing(new(path)) as connection:
        add(connection, "c1", None, {"n": 1})
        put(connection, "c1", -1, "__error__", "ValueError('no such seat')")
        connection.commit()
    trace = opened(path)
    last = trace.event(trace.last_seq)
    assert (last.type, last.name, last.status) == ("error", "ValueError", "error")
    assert last.data == {"node": "tools", "error": "ValueError('no such seat')"}


def test_an_unanswered_interrupt_stays_open(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "waiting.db"
    with closing(new(path)) as connection:
        add(connection, "c1", None, {"n": 1})
        put(connection, "c1", -3, "__interrupt__", [{"@type": "x.Interrupt", "value": "Sure?"}])
        connection.commit()
    trace = opened(path)
    last = trace.event(trace.last_seq)
    assert (last.type, last.status, last.data["value"]) == ("interrupt", "open", "Sure?")


def test_each_of_several_interrupts_is_answered_by_its_task(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "several.db"
    with closing(new(path)) as connection:
        add(connection, "c1", None, {"n": 1})
        add(connection, "c2", "c1", {"n": 2})
        for task in ("a", "b", "c"):
            put(connection, "c1", -3, "__interrupt__", [{"question": task}], task)
        nobody = "00000000-0000-0000-0000-000000000000"
        for task in (nobody, "a", "b", "c"):
            put(connection, "c1", -4, "__resume__", {"ok": True}, task)
        connection.commit()
    trace = opened(path)
    a, b, c = trace.events(types={"interrupt"})
    answers = [event.opening for event in trace.events(types={"resume"})]
    assert answers == [c.seq, a.seq, b.seq, None]


def test_children_of_one_checkpoint_are_forks_in_the_order_they_were_made(
    opened: Open, tmp_path: Path
) -> None:
    path = tmp_path / "forks.db"
    with closing(new(path)) as connection:
        add(connection, "c1", None, {"n": 1})
        for number, id_ in enumerate(("c2", "c3", "c4")):
            add(connection, id_, "c1", {"n": 10 + number})
        add(connection, "c5", "c3", {"n": 20})
        connection.commit()
    trace = opened(path)
    assert [(line.name, line.fork_seq) for line in trace.timelines.values()] == [
        ("main", 0),
        ("fork-1", 1),
        ("fork-2", 1),
    ]
    fork = trace.timelines[2]
    assert [state(trace, e)["n"] for e in checkpoints(trace, timeline=fork.id)] == [1, 11, 20]


def test_damage_in_part_is_a_warning(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "damaged.db"
    with closing(new(path)) as connection:
        add(connection, "c1", None, {"n": 1})
        add(connection, "c2", "c1", {"n": 2})
        add(connection, "c3", "gone", {"n": 3})
        connection.execute("UPDATE checkpoints SET checkpoint = '{' WHERE checkpoint_id = 'c2'")
        connection.execute("UPDATE checkpoints SET metadata = x'c1' WHERE checkpoint_id = 'c3'")
        put(connection, "c1", 0, "n", 2)
        connection.execute("UPDATE writes SET type = 'pickle', value = x'80'")
        connection.commit()
    trace = opened(path)
    made = checkpoints(trace)
    assert [event.has_state for event in made] == [True, False, True]
    assert "problem" in made[1].data
    assert len(trace.warnings) == 3
    (write,) = trace.events(types={"write"})
    assert write.data["value"]["@type"] == "pickle"  # type: ignore[index, call-overload]  # the data is JSON


def test_an_empty_table_says_where_the_rows_may_be(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    new(path).close()
    with pytest.raises(TraceError, match="-wal"):
        opened(path)


@needs_shared
def test_compressed_and_plain_read_alike(opened: Open, tmp_path: Path) -> None:
    plain = tmp_path / "trip.sqlite"
    shutil.copyfile(GENERATED / "trip_planner.sqlite", plain)
    packed = tmp_path / "trip.sqlite.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes(), 1))
    assert list(opened(plain).events()) == list(opened(packed).events())


def test_agents_are_named_by_the_nodes_that_lead_to_them() -> None:
    agents = Agents()
    names = [
        agents.name(ns)
        for ns in ("", "mid:1", "mid:1|inner:2", "mid:3", "mid:3|inner:4", "mid:1", "memo")
    ]
    assert names == ["root", "mid", "mid/inner", "mid-2", "mid-2/inner", "mid", "memo"]
