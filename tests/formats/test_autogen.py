"""AutoGen streams and saved states: calls joined, what tools told, and odd messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats, paths
from ttdebug.errors import TraceError
from ttdebug.model import JSON, Object
from ttdebug.store.trace import Trace

REAL = SHARED / "traces" / "generated" / "autogen"


def message(kind: str, source: str, content: JSON, **more: JSON) -> Object:
    return {
        "id": f"{kind}-{source}", "source": source, "models_usage": None, "metadata": {},
        "created_at": "2026-01-01T00:00:00Z", "content": content, "type": kind, **more,
    }  # fmt: skip


def call(call_id: str, name: str = "look") -> Object:
    return {"id": call_id, "name": name, "arguments": '{"at": 1}'}


def result(call_id: str, content: str, *, failed: bool = False) -> Object:
    return {"call_id": call_id, "name": "look", "content": content, "is_error": failed}


def opened(path: Path, *records: JSON) -> Trace:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return formats.open(path)


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    return tmp_path / "stream.jsonl"


def told(trace: Trace) -> list[tuple[str, str | None, str | None]]:
    return [(event.type, event.name, event.agent) for event in trace.events()]


def fidelity(trace: Trace) -> str:
    return str(trace.facts(trace.runs[0].id)["fidelity"])


def test_a_request_is_an_answer_with_calls_which_results_close(stream: Path) -> None:
    usage: Object = {"prompt_tokens": 5, "completion_tokens": 2}
    with opened(
        stream,
        message("TextMessage", "user", "go"),
        message("ToolCallRequestEvent", "dev", [call("c1"), call("c2")], models_usage=usage),
        message("ToolCallExecutionEvent", "dev", [result("c2", "no", failed=True)]),
        message("ToolCallExecutionEvent", "dev", [result("c1", "yes"), result("c9", "lost")]),
    ) as trace:
        assert trace.format == "autogen"
        assert told(trace) == [
            ("message", None, "user"),
            ("llm.result", None, "dev"),
            ("tool.call", "look", "dev"),
            ("tool.call", "look", "dev"),
            ("tool.result", "look", "dev"),
            ("tool.result", "look", "dev"),
            ("tool.result", "look", "dev"),
        ]
        assert [event.opening for event in trace.events()][4:] == [4, 3, None]
        failed = trace.event(5)
        assert (failed.status, failed.data["error"]) == ("error", "no")
        assert trace.event(3).data["args"] == {"at": 1}
        assert trace.event(2).data["usage"] == {"input_tokens": 5, "output_tokens": 2}
        state: Any = trace.state(7, "dev")
        assert state["usage"] == usage
        assert [edge.seq for edge in trace.causes(2)] == [1]
        assert "1 result without a call" in fidelity(trace)


def test_objects_that_tools_return_are_state(stream: Path) -> None:
    def told_by(call_id: str, value: Object) -> Object:
        return message("ToolCallExecutionEvent", "dev", [result(call_id, json.dumps(value))])

    with opened(
        stream,
        message("TextMessage", "user", "go"),
        told_by("c1", {"tickets": {"T1": {"who": "a"}, "T2": {"who": "b"}}, "usage": "taken"}),
        told_by("c2", {"tickets": {"T1": {"who": None}, "T2": {"who": "b"}}}),
        told_by("c3", {"tickets": {"T1": {"who": None}, "T2": {"who": "b"}}}),
    ) as trace:
        state: Any = trace.state(3, "dev")
        assert state["tickets"]["T1"]["who"] is None
        assert isinstance(state["usage"], dict)
        touched = [touch.seq for touch in trace.touches(1, "dev", paths.parse("tickets.T1.who"))]
        assert touched == [2, 3]
        assert "what tools told" in fidelity(trace)


def test_other_messages_have_their_meaning(stream: Path) -> None:
    blocks: JSON = [{"code": "1/0", "language": "python"}]
    ran: Object = {"exit_code": 1, "output": "ZeroDivisionError"}
    code = message("CodeGenerationEvent", "exec", "```", code_blocks=blocks)
    usage: Object = {"prompt_tokens": 1, "completion_tokens": 1}
    with opened(
        stream,
        message("TextMessage", "dev", "words", models_usage=usage),
        message("HandoffMessage", "dev", "yours", target="pm"),
        message("ThoughtEvent", "pm", "hmm"),
        message("SelectSpeakerEvent", "manager", ["dev", "pm"]),
        message("UserInputRequestedEvent", "user", "", request_id="r"),
        code,
        message("CodeExecutionEvent", "exec", "", result=ran),
        message("StructuredMessage[Plan]", "pm", {"steps": 2}),
        message("BrandNewEvent", "pm", "?"),
        {"type": "TaskResult", "stop_reason": "done", "messages": [code, code]},
    ) as trace:
        assert told(trace) == [
            ("llm.result", None, "dev"),
            ("handoff", "pm", "dev"),
            ("decision", "thought", "pm"),
            ("decision", "dev, pm", "manager"),
            ("interrupt", None, "user"),
            ("llm.result", None, "exec"),
            ("tool.call", "code", "exec"),
            ("tool.result", "code", "exec"),
            ("message", None, "pm"),
            ("marker", "BrandNewEvent", "pm"),
            ("run.end", None, "pm"),
        ]
        assert (trace.event(8).status, trace.event(8).opening) == ("error", 7)
        assert trace.event(9).data["content"] == {"steps": 2}
        assert trace.event(11).data == {"stop_reason": "done", "messages": 2}
        assert "1 record of no known type" in fidelity(trace)


def test_damage_is_told_and_the_rest_read(stream: Path) -> None:
    lines = [json.dumps(message("TextMessage", "user", "go"))] * 3
    stream.write_text("\n".join([*lines, "{oops", "[7]", lines[0][:40]]))
    with formats.open(stream) as trace:
        assert [event.type for event in trace.events()] == ["message"] * 3 + ["marker"]
        assert trace.warnings[0].startswith("line 4: not JSON")
        assert trace.warnings[1].startswith("line 6: cut off")


def test_a_saved_agent_is_read_from_its_context(tmp_path: Path) -> None:
    context: JSON = [
        {"type": "SystemMessage", "content": "be good"},
        {"type": "UserMessage", "source": "user", "content": "go"},
        {"type": "AssistantMessage", "source": "dev", "content": [call("c1")], "thought": "hm"},
        {"type": "FunctionExecutionResultMessage", "content": [result("c1", '{"n": 1}')]},
    ]
    state: Object = {
        "type": "AssistantAgentState", "version": "1.0.0", "llm_context": {"messages": context},
    }  # fmt: skip
    with opened(tmp_path / "state.json", state) as trace:
        assert [event.type for event in trace.events()] == [
            "message", "message", "llm.result", "tool.call", "tool.result", "checkpoint",
        ]  # fmt: skip
        assert trace.event(1).data["role"] == "system"
        assert trace.event(5).source == {"agent": "agent", "index": 3}
        assert trace.event(4).closing == 5


def test_a_tasks_result_is_a_document_of_messages(tmp_path: Path) -> None:
    whole: Object = {"messages": [message("TextMessage", "user", "go")], "stop_reason": None}
    with opened(tmp_path / "result.json", whole) as trace:
        assert [event.type for event in trace.events()] == ["message", "run.end"]


def test_a_state_without_messages_says_so(tmp_path: Path) -> None:
    empty: Object = {"type": "TeamState", "version": "1.0.0", "agent_states": {}}
    with pytest.raises(TraceError, match="no messages in it"):
        opened(tmp_path / "state.json", empty)


@needs_shared
def test_a_stream_and_the_state_saved_after_it_agree() -> None:
    with (
        formats.open(REAL / "team_stream.jsonl") as stream,
        formats.open(REAL / "team_state.json") as saved,
    ):
        assert told(stream)[:74] == told(saved)[:74]
        for agent in ("pm", "dev"):
            assert stream.state(74, agent) == saved.state(74, agent)
        assert [event.name for event in saved.events()][74:] == [
            "RoundRobinManagerState", "ChatAgentContainerState", "ChatAgentContainerState",
        ]  # fmt: skip
        assert stream.warnings == saved.warnings == ()
