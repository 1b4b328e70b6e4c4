"""Events of OpenHands, small ones with known content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.formats.transcripts import write
from ttdebug import formats
from ttdebug.model import Object
from ttdebug.store.trace import Trace


def opened(path: Path, value: Any) -> Trace:
    path.write_text(json.dumps(value, indent=1))
    return formats.open(path)


def action(number: int, kind: str, source: str = "agent", **args: Any) -> Object:
    time = f"2025-01-20T20:29:{number:02d}.5"
    return {"id": number, "timestamp": time, "source": source, "action": kind, "args": args}


def seen(number: int, kind: str, cause: int | None, content: str = "", **extras: Any) -> Object:
    event = action(number, kind, "environment")
    del event["action"], event["args"]
    return {**event, "observation": kind, "cause": cause, "content": content, "extras": extras}


def types(trace: Trace, agent: str | None = None) -> list[str]:
    return [event.type for event in trace.events(agent=agent)]


def last(trace: Trace) -> Any:
    return trace.state(trace.last_seq, "main")


def test_observations_close_the_actions_that_caused_them(tmp_path: Path) -> None:
    events = [
        action(0, "message", "user", content="go"),
        action(1, "run", command="cat > a.txt <<'EOF'\nx\nEOF", thought="first"),
        seen(2, "run", 1, "done", metadata={"exit_code": 0, "working_dir": "/w"}),
        action(3, "write", path="/w/b.txt", content="b"),
        seen(4, "write", 3),
        action(5, "run", command="false"),
        seen(6, "run", 5, "no", metadata={"exit_code": 1}),
        seen(7, "edit", 99, "late", path="/w/c", new_content="c"),
        seen(8, "agent_state_changed", None, agent_state="stopped"),
        seen(9, "error", None, "broken"),
    ]
    with opened(tmp_path / "e.json", events) as trace:
        assert trace.format == "openhands"
        call = ["tool.call", "tool.result"]
        expected = ["message", "llm.result", *call, *call, *call, "tool.result", "state", "error"]
        assert types(trace) == expected
        results = list(trace.events(types={"tool.result"}))
        assert [one.status for one in results] == ["ok", "ok", "error", "ok"]
        assert [one.opening for one in results] == [3, 5, 7, None]
        assert results[0].source["id"] == 2
        assert last(trace)["files"] == {"/w/a.txt": "x\n", "/w/b.txt": "b", "/w/c": "c"}
        assert last(trace)["config"]["agent_state"] == "stopped"
        assert "1 observation without an action" in trace.runs[0].fidelity


def test_a_response_is_told_once_for_all_its_actions(tmp_path: Path) -> None:
    response = {
        "id": "r", "model": "m-1", "usage": {"prompt_tokens": 5, "completion_tokens": 2},
        "choices": [{"message": {"content": "both"}}],
    }  # fmt: skip
    events = []
    for number in (0, 1):
        metadata: Any = {"tool_call_id": f"c{number}", "model_response": response}
        events.append({**action(number, "run", command="ls"), "tool_call_metadata": metadata})
    with opened(tmp_path / "e.json", events) as trace:
        assert types(trace) == ["llm.result", "tool.call", "tool.call"]
        assert last(trace)["usage"] == {"input_tokens": 5, "output_tokens": 2}
        assert {edge.seq for seq in (2, 3) for edge in trace.causes(seq)} == {1}


def test_a_delegate_speaks_until_it_reports(tmp_path: Path) -> None:
    events = [
        action(0, "delegate", agent="Browser", inputs={}),
        action(1, "browse", url="x"),
        seen(2, "browse", 1, "page"),
        seen(3, "delegate", 0, "found"),
        action(4, "finish", thought="done"),
    ]
    with opened(tmp_path / "e.json", events) as trace:
        assert types(trace, "Browser") == ["tool.call", "tool.result"]
        assert types(trace, "main") == ["tool.call", "tool.result", "llm.result", "decision"]
        assert [edge.seq for edge in trace.causes(2)] == [1]


def test_condensation_forgets_messages(tmp_path: Path) -> None:
    forgotten: Any = {"forgotten_events_start_id": 1, "forgotten_events_end_id": 3}
    events = [
        action(0, "message", "user", content="keep"),
        action(1, "message", "user", content="lose"),
        action(2, "run", command="ls"),
        seen(3, "run", 2, "x"),
        action(4, "condensation", summary="s", **forgotten),
    ]  # fmt: skip
    with opened(tmp_path / "e.json", events) as trace:
        assert [one["content"] for one in last(trace)["messages"]] == ["keep", "s"]


def kinds(*events: Object) -> list[Object]:
    time = "2026-06-16T05:39:18.8"
    return [
        {"id": f"e{at}", "timestamp": time, "source": "agent", **event}
        for at, event in enumerate(events)
    ]


VIEW: Object = {"kind": "X", "command": "view", "path": "/a"}
TASKS: Any = [{"title": "t", "status": "todo"}]
V1 = kinds(
    {"kind": "SystemPromptEvent", "system_prompt": {"text": "be good"}, "tools": []},
    {"kind": "MessageEvent", "source": "user", "llm_message": {"role": "user", "content": "go"}},
    {
        "kind": "ActionEvent", "llm_response_id": "r", "tool_call_id": "a", "action": VIEW,
        "tool_name": "file_editor", "thought": [{"type": "text", "text": "hm"}],
    },
    {
        "kind": "ActionEvent", "llm_response_id": "r", "tool_call_id": "b",
        "tool_name": "task_tracker", "action": {"kind": "Y"},
    },
    {
        "kind": "ObservationEvent", "tool_call_id": "b", "action_id": "e3",
        "observation": {"kind": "Z", "task_list": TASKS},
    },
    {"kind": "UserRejectObservation", "action_id": "e2", "rejection_reason": "no"},
    {"kind": "ConversationStateUpdateEvent", "key": "execution_status", "value": "paused"},
    {"kind": "PauseEvent", "source": "user"},
    {"kind": "Condensation", "forgotten_event_ids": ["e1", "e2"], "summary": "short"},
)  # fmt: skip


def check_v1(trace: Trace) -> None:
    kinds_seen = [event for event in types(trace) if event != "run.start"]
    assert kinds_seen == [
        "message", "message", "llm.result", "tool.call", "tool.call", "tool.result", "tool.result",
        "state", "interrupt", "state",
    ]  # fmt: skip
    assert [one.status for one in trace.events(types={"tool.result"})] == ["ok", "cancelled"]
    state = last(trace)
    assert state["todos"] == TASKS
    assert state["config"]["execution_status"] == "paused"
    assert [one["id"] for one in state["messages"]] == ["e0", "r", "b", "summary-e8"]


def test_events_of_the_sdk_say_their_kind(tmp_path: Path) -> None:
    with formats.open(write(tmp_path / "events.jsonl", list(V1))) as trace:
        assert trace.format == "openhands"
        check_v1(trace)


def test_a_folder_of_events_is_one_recording(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    for number, event in enumerate(V1):
        name = f"event-{number:05d}-{event['id']}.json"
        (tmp_path / "events" / name).write_text(json.dumps(event, indent=1))
    base = {"id": "conversation-1", "agent": {}, "workspace": {}, "persistence_dir": "x"}
    (tmp_path / "base_state.json").write_text(json.dumps({**base, "execution_status": "idle"}))
    for path in (tmp_path, tmp_path / "base_state.json"):
        with formats.open(path) as trace:
            check_v1(trace)
            assert trace.runs[0].id == "conversation-1"


def test_lines_of_a_benchmark_are_runs(tmp_path: Path) -> None:
    history = [[action(0, "run", command="ls"), seen(1, "run", 0, "x")]]
    lines: list[Any] = [
        {"instance_id": name, "history": history, "test_result": {"resolved": True}}
        for name in ("one", "two")
    ]
    with formats.open(write(tmp_path / "output.jsonl", lines)) as trace:
        assert [run.id for run in trace.runs] == ["one", "two"]
        assert types(trace) == ["run.start", "tool.call", "tool.result", "run.end"] * 2
