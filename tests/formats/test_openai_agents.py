"""What the OpenAI Agents SDK leaves behind, one rule at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ttdebug import formats
from ttdebug.errors import TraceError
from ttdebug.model import Event
from ttdebug.store.trace import Trace

Opened = Callable[..., Trace]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Opens records as exported lines, or a list of items as the SDK gives it."""

    def open_records(*records: Any, items: bool = False) -> Trace:
        path = tmp_path / ("items.json" if items else "trace.jsonl")
        text = json.dumps(records) if items else "\n".join(map(json.dumps, records))
        path.write_text(text)
        trace = formats.open(path)
        assert trace.format == "openai-agents"
        return trace

    return open_records


def span(identity: str, at: float, kind: str, parent: str | None = None, **told: Any) -> Any:
    error = told.pop("error", None)
    start, end = (f"2026-01-01T00:00:{second:09.6f}Z" for second in (at, at + 0.5))
    return {
        "object": "trace.span", "id": identity, "trace_id": "t", "parent_id": parent,
        "started_at": start, "ended_at": end, "span_data": {"type": kind, **told}, "error": error,
    }  # fmt: skip


def asked(call_id: str, name: str, args: str) -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": args}


def answered(call_id: str, output: Any) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": output}


def only(trace: Trace, kind: str, name: str | None = None) -> Event:
    [found] = [event for event in trace.events(types={kind}) if name in (None, event.name)]
    return found


TURN = [
    {"object": "trace", "id": "t", "workflow_name": "w", "group_id": "g", "metadata": None},
    span("m", 2, "generation", "u", model="gpt", output=[asked("c1", "f", '{"x": 1}')], usage={}),
    span("f", 3, "function", "u", name="f", input='{"x": 1}', output='{"state": {"n": 1}}'),
    span("n", 4, "generation", "u", input=[asked("c1", "f", ""), answered("c1", "1")], output=[]),
    span("u", 1, "custom", "a", name="turn", data={"sdk_span_type": "turn", "turn": 1}),
    span("a", 0, "agent", None, name="planner", tools=["f"], handoffs=[]),
]


def test_spans_nest_and_calls_are_joined_by_what_was_asked(opened: Opened) -> None:
    with opened(*TURN) as trace:
        assert [run.id for run in trace.runs] == ["g"]
        call, result = only(trace, "tool.call"), only(trace, "tool.result")
        assert call.data == {"args": {"x": 1}, "call_id": "c1"}
        assert call.agent == "planner"
        assert trace.event(call.parent or 0).name == "turn 1"
        first, second = trace.events(types={"llm.call"})
        assert [edge.seq for edge in trace.causes(call.seq)] == [first.closing]
        assert [edge.seq for edge in trace.causes(second.seq)] == [result.seq]
        assert call.source["span_id"] == "f"


def test_the_state_that_tools_return_is_the_context_of_all_agents(opened: Opened) -> None:
    whole = span("s", 0.1, "custom", None, name="state_snapshot", data={"state": {"n": 0, "k": 1}})
    with opened(*TURN, whole) as trace:
        snapshot, returned = trace.events(types={"state"})
        assert trace.state(snapshot.seq, "context") == {"n": 0, "k": 1}
        assert trace.state(returned.seq, "context") == {"n": 1, "k": 1}
        call = only(trace, "tool.call")
        assert returned.parent == call.seq
        assert returned.seq < (call.closing or 0)
        assert "context shared by all agents" in trace.runs[0].fidelity


def test_without_a_state_the_conversation_is_folded(opened: Opened) -> None:
    plain = span("f", 3, "function", "u", name="f", input='{"x": 1}', output="done")
    with opened(*TURN[:2], plain, *TURN[3:]) as trace:
        state: Any = trace.state(trace.last_seq, "planner")
        assert [message["role"] for message in state["messages"]] == ["assistant", "tool"]
        assert state["config"] == {"model": "gpt"}


def test_errors_guardrails_handoffs_and_unknown_spans(opened: Opened) -> None:
    failed = {"message": "boom", "data": {}}
    with opened(
        span("1", 1, "function", None, name="f", input="{}", output=None, error=failed),
        span("2", 2, "guardrail", None, name="pii", triggered=True),
        span("3", 3, "handoff", None, from_agent="a", to_agent="b"),
        span("4", 4, "brand_new", None, name="x", more=[1]),
        {**span("5", 5, "task", None, name="open"), "ended_at": None},
        {"object": "trace.other"},
    ) as trace:
        result = only(trace, "tool.result")
        assert (result.status, result.data["error"]) == ("error", failed)
        assert only(trace, "guardrail.end").status == "error"
        assert only(trace, "handoff").name == "b"
        assert only(trace, "brand_new").data == {"more": [1]}
        assert only(trace, "task").closing is None
        assert only(trace, "marker").data == {"value": {"object": "trace.other"}}


def test_what_is_sent_to_the_service_is_the_same(opened: Opened, tmp_path: Path) -> None:
    sent = tmp_path / "sent.json"
    sent.write_text(json.dumps({"data": TURN}))
    with opened(*TURN) as lines, formats.open(sent) as trace:
        assert [repr(event) for event in lines.events()] == [repr(e) for e in trace.events()]


def test_items_become_messages_calls_results_and_handoffs(opened: Opened) -> None:
    text = [{"type": "output_text", "text": "sure"}]
    with opened(
        {"role": "user", "content": "go"},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
        {"type": "message", "role": "assistant", "id": "m1", "content": text},
        asked("c", "f", '{"a": 1}'),
        answered("c", '{"state": {"n": 1}}'),
        asked("h", "transfer_to_b", "{}"),
        answered("h", '{"assistant": "b"}'),
        {"type": "web_search_call", "id": "w", "status": "completed", "action": {"q": "x"}},
        answered("gone", "late"),
        {"type": "brand_new", "x": 1},
        items=True,
    ) as trace:
        kinds = [(event.type, event.name) for event in trace.events()]
        assert kinds == [
            ("message", None), ("message", "reasoning"), ("llm.result", None),
            ("tool.call", "f"), ("tool.result", "f"),
            ("tool.call", "transfer_to_b"), ("tool.result", "transfer_to_b"), ("handoff", "b"),
            ("tool.call", "web_search"), ("tool.result", "web_search"),
            ("tool.result", "function"), ("marker", "brand_new"),
        ]  # fmt: skip
        state: Any = trace.state(trace.last_seq, "main")
        assert state["n"] == 1
        assert [edge.seq for edge in trace.causes(4)] == [3]
        assert trace.event(5).source == {"index": 4}
        assert "1 result without a call" in trace.runs[0].fidelity


def database(path: Path, *rows: tuple[str, str]) -> Path:
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE agent_sessions (session_id TEXT)")
        made.execute(
            "CREATE TABLE agent_messages (id INTEGER PRIMARY KEY, session_id TEXT,"
            " message_data TEXT, created_at TIMESTAMP DEFAULT '2026-01-01 00:00:00')"
        )
        made.executemany(
            "INSERT INTO agent_messages (session_id, message_data) VALUES (?, ?)", rows
        )
        made.commit()
    return path


def test_each_session_of_a_database_is_a_run(tmp_path: Path) -> None:
    item = json.dumps({"role": "user", "content": "hi"})
    path = database(tmp_path / "s.db", ("one", item), ("two", item), ("one", "{broken"))
    before = sorted(tmp_path.iterdir())
    with formats.open(path) as trace:
        assert [run.id for run in trace.runs] == ["one", "two"]
        assert trace.event(2).source == {"session_id": "two", "id": 2}
        assert trace.event(3).type == "marker"
        assert trace.warnings[0].startswith("row 3: not JSON")
    assert set(before) <= set(tmp_path.iterdir())


def test_a_database_that_would_run_something_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE agent_sessions (message_data)")
        made.execute("CREATE VIEW agent_messages AS SELECT 1 AS id")
        made.commit()
    with pytest.raises(TraceError, match="not an ordinary table"):
        formats.open(path)
