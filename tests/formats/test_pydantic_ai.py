"""pydantic-ai's message histories, one rule at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ttdebug import formats
from ttdebug.store.trace import Trace

Opened = Callable[..., Trace]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Opens a list of messages."""

    def open_messages(*messages: Any) -> Trace:
        path = tmp_path / "messages.json"
        path.write_text(json.dumps(messages))
        trace = formats.open(path)
        assert trace.format == "pydantic-ai"
        return trace

    return open_messages


def request(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "request", "parts": list(parts), **more}


def response(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "response", "parts": list(parts), "model_name": "m", **more}


def part(kind: str, content: Any = None, **more: Any) -> dict[str, Any]:
    return {"part_kind": kind, "content": content, **more}


def call(identity: str, args: Any = None) -> dict[str, Any]:
    return {"part_kind": "tool-call", "tool_name": "f", "tool_call_id": identity, "args": args}


def returned(identity: str, content: Any, **more: Any) -> dict[str, Any]:
    return part("tool-return", content, tool_name="f", tool_call_id=identity, **more)


def state(trace: Trace, seq: int | None = None) -> Any:
    return trace.state(seq or trace.last_seq, "main")


def test_parts_become_messages_answers_calls_and_results(opened: Opened) -> None:
    with opened(
        request(part("system-prompt", "be brief"), part("user-prompt", ["hi", {"x": 1}])),
        response(
            part("thinking", "hm"), part("text", "sure"), call("c", '{"a": 1}'),
            usage={"input_tokens": 3, "output_tokens": 2, "details": {}},
        ),
        request(returned("c", 7), run_id="r"),
    ) as trace:  # fmt: skip
        system, user, answer, called, result = trace.events()
        assert (system.data["role"], user.data["content"]) == ("system", ["hi", {"x": 1}])
        assert answer.data["output"] == "sure"
        assert answer.data["thinking"] == "hm"
        assert answer.data["usage"] == {"input_tokens": 3, "output_tokens": 2}
        assert [edge.seq for edge in trace.causes(answer.seq)] == [1, 2]
        assert called.data["args"] == {"a": 1}
        assert (result.opening, result.data["result"]) == (called.seq, 7)
        assert result.source == {"message": 2, "part": 0, "run_id": "r", "tool_call_id": "c"}
        assert state(trace)["usage"] == {"input_tokens": 3, "output_tokens": 2}


def test_a_state_that_tools_return_goes_into_the_state(opened: Opened) -> None:
    with opened(
        response(call("a"), call("b"), call("c")),
        request(
            returned("a", {"state": {"n": 1, "list": [1]}}),
            returned("b", json.dumps({"state": {"n": None}})),
            returned("c", {"state": {"n": 9}}, outcome="failed"),
        ),
    ) as trace:
        assert state(trace, 5)["n"] == 1
        assert trace.delta(6) is not None
        assert state(trace)["n"] is None
        assert state(trace)["list"] == [1]
        assert trace.event(7).status == "error"
        assert len(state(trace)["messages"]) == 3


def test_retries_of_both_times_are_told(opened: Opened) -> None:
    with opened(
        response(call("a"), call("b")),
        request(returned("a", "503", outcome="retried", retry={"attempt": 1})),
        request({**returned("b", "wrong"), "part_kind": "retry-prompt"}),
        request(part("retry-prompt", "say it again")),
    ) as trace:
        results = list(trace.events(types={"tool.result"}))
        assert [event.status for event in results] == ["error", "error"]
        assert results[0].data["retry"] == {"attempt": 1}
        assert trace.event(trace.last_seq).type == "retry"
        assert "3 results sent back" in trace.runs[0].fidelity


def test_unknown_parts_are_markers(opened: Opened) -> None:
    with opened(
        request(part("brand-new", 1)),
        request(),
        response(part("file", "data:image/png;base64," + "A" * 500)),
    ) as trace:
        markers = [event.name for event in trace.events(types={"marker"})]
        assert markers == ["brand-new", "message", "file"]
        assert "characters of base64" in str(trace.event(4).data)
