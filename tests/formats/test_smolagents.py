"""The memory of smolagents, one rule at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ttdebug import formats
from ttdebug.store.trace import Trace

Opened = Callable[..., Trace]

CALL = {"id": "c1", "type": "function", "function": {"name": "run", "arguments": "print(1)"}}


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Opens a list of steps."""

    def open_steps(*steps: Any) -> Trace:
        path = tmp_path / "memory.json"
        path.write_text(json.dumps(steps))
        trace = formats.open(path)
        assert trace.format == "smolagents"
        return trace

    return open_steps


def step(number: int, **more: Any) -> dict[str, Any]:
    return {
        "step_number": number,
        "timing": {"start_time": 1_700_000_000.0, "end_time": 1_700_000_002.5, "duration": 2.5},
        "model_output": "I will run it",
        "tool_calls": [CALL],
        "observations": "1",
        "error": None,
        "token_usage": {"input_tokens": 4, "output_tokens": 2},
        **more,
    }


def types(trace: Trace) -> list[str]:
    return [event.type for event in trace.events()]


def test_a_step_is_a_span_with_answer_call_and_result(opened: Opened) -> None:
    asked = [{"role": "user", "content": "go"}]
    with opened({"task": "go", "task_images": None}, step(1, model_input_messages=asked)) as trace:
        assert types(trace) == [
            "message", "step", "llm.call", "llm.result", "tool.call", "tool.result", "step.end",
        ]  # fmt: skip
        opening, end = trace.event(2), trace.event(7)
        assert (end.opening, end.duration, end.status) == (2, 2_500_000_000, "ok")
        assert [trace.event(seq).parent for seq in (3, 4, 5, 6)] == [2, 3, 2, 5]
        assert trace.event(3).data["messages"] == asked
        assert trace.event(5).data["args"] == "print(1)"
        assert trace.event(6).data["result"] == "1"
        assert opening.source == {"index": 1, "step": 1}
        state: Any = trace.state(7, "main")
        assert state["usage"] == {"input_tokens": 4, "output_tokens": 2}
        assert [message["content"] for message in state["messages"]] == ["go", "I will run it", "1"]


def test_an_error_is_the_result_of_the_call_the_model_asked_for(opened: Opened) -> None:
    failed = {"type": "AgentToolExecutionError", "message": "boom"}
    message = {"role": "assistant", "content": "", "tool_calls": [CALL]}
    with opened(
        step(1, tool_calls=[], model_output_message=message, error=failed, observations=None),
        step(2, tool_calls=None, error=failed),
    ) as trace:
        [result] = trace.events(types={"tool.result"})
        assert (result.status, result.data["error"]) == ("error", failed)
        [error] = trace.events(types={"error"})
        assert error.data["error"] == failed
        assert [event.status for event in trace.events(types={"step.end"})] == ["error", "error"]
        assert "2 steps failed" in trace.runs[0].fidelity


def test_of_several_calls_the_last_holds_what_was_observed(opened: Opened) -> None:
    other = {**CALL, "id": "c2"}
    with opened(step(1, tool_calls=[CALL, other])) as trace:
        results = list(trace.events(types={"tool.result"}))
        assert [event.data["result"] for event in results] == [None, "1"]
        assert all(event.opening for event in results)


def test_older_steps_and_other_entries(opened: Opened) -> None:
    old = step(0, step=3, start_time=1_700_000_000.0, duration=1.0)
    del old["step_number"], old["timing"]
    with opened(
        {"system_prompt": "be good"},
        old,
        {"plan": "first this", "timing": {"end_time": 1_700_000_009.0}},
        {"output": 42},
        {"strange": True},
    ) as trace:
        assert trace.event(1).data["role"] == "system"
        assert (trace.event(2).name, trace.event(2).source["step"]) == ("step 3", 3)
        assert trace.event(6).duration == 1_000_000_000
        [plan] = [event for event in trace.events() if event.data.get("plan")]
        assert plan.data["output"] == "first this"
        last, strange = list(trace.events(types={"marker"}))
        assert (last.name, last.data["output"]) == ("final_answer", 42)
        assert strange.data == {"strange": True}


def test_the_result_of_a_run_holds_its_steps(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    timing = {"start_time": 1_700_000_000.0, "end_time": 1_700_000_003.0, "duration": 3.0}
    result = {"output": 42, "state": "success", "steps": [step(1), step(2)], "timing": timing}
    path.write_text(json.dumps(result))
    with formats.open(path) as trace:
        assert trace.format == "smolagents"
        assert types(trace).count("step") == 2
        end = trace.event(trace.last_seq)
        assert (end.type, end.status, end.duration) == ("run.end", "ok", 3 * 10**9)
        assert end.data == {"output": 42, "state": "success"}
