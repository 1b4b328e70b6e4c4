"""LangSmith runs: halves joined, ancestry, threads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.formats.spans_written import events, written

ROOT = "019c5e97-f228-7e20-93ef-61ee3479e880"
CHILD = "019c5e97-f22c-7270-9c12-55359be87f56"
DOTTED = f"20260214T235902184025Z{ROOT}"


def run(identity: str, name: str, at: int, **more: Any) -> dict[str, Any]:
    """A run that starts in second `at`."""
    start = f"2026-02-14T23:59:{at:02}.000000"
    return {"id": identity, "trace_id": ROOT, "name": name, "run_type": "chain",
            "start_time": start, "dotted_order": DOTTED, "inputs": {"n": 1}, **more}  # fmt: skip


def end(identity: str, at: int, **more: Any) -> dict[str, Any]:
    time = f"2026-02-14T23:59:{at:02}.000000"
    return {"id": identity, "trace_id": ROOT, "dotted_order": DOTTED,
            "end_time": time, "outputs": {"n": 2}, **more}  # fmt: skip


TOP = run(ROOT, "top", 1)
BELOW = run(CHILD, "child", 2, dotted_order=f"{DOTTED}.20260214T235903000000Z{CHILD}")
BELOW_END = end(CHILD, 3, dotted_order=BELOW["dotted_order"])
WHOLE = [{**TOP, **end(ROOT, 9)}, {**BELOW, **BELOW_END}]
SHAPES: dict[str, list[Any]] = {
    "operations": [
        {"operation": "post", **TOP},
        {"operation": "post", **BELOW},
        {"operation": "patch", **BELOW_END},
        {"operation": "patch", **end(ROOT, 9)},
    ],
    "patch first": [
        {"operation": "patch", **end(ROOT, 9)},
        {"operation": "post", **TOP},
        {"operation": "post", **BELOW},
        {"operation": "patch", **BELOW_END},
    ],
    "batch": [{"post": [TOP, BELOW], "patch": [BELOW_END, end(ROOT, 9)]}],
    "runs": WHOLE,
    "list": [WHOLE],
    "nested": [{**WHOLE[0], "child_runs": [{**WHOLE[1], "dotted_order": None,
                                            "parent_run_id": ROOT}]}],
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_runs_are_the_same_in_every_shape(tmp_path: Path, shape: str) -> None:
    with written(tmp_path / "runs.jsonl", *SHAPES[shape]) as trace:
        assert trace.format == "langsmith"
        assert trace.warnings == ()
        top, child, closed, last = trace.events()
        assert (top.name, child.name, child.parent) == ("top", "child", top.seq)
        assert (top.duration, child.duration) == (8_000_000_000, 1_000_000_000)
        assert (top.data["input"], last.data["output"]) == ({"n": 1}, {"n": 2})
        assert (closed.type, closed.status) == ("chain.end", "ok")
        assert child.source == {"trace_id": ROOT, "run_id": CHILD, "parent_run_id": ROOT}
        assert "times without a zone taken for UTC" in trace.runs[0].fidelity


def test_halves_that_stay_alone_are_shown(tmp_path: Path) -> None:
    with written(tmp_path / "runs.jsonl", {"operation": "post", **TOP}) as trace:
        (top,) = trace.events()
        assert top.status == "open"
        assert "1 run of which only one half is there" in trace.runs[0].fidelity


def test_a_model_call_has_its_messages_tokens_and_thread(tmp_path: Path) -> None:
    def message(kind: str, **fields: Any) -> dict[str, Any]:
        path = ["langchain", "schema", "messages", kind]
        return {"lc": 1, "type": "constructor", "id": path, "kwargs": fields}

    answer = message("AIMessage", content="well", usage_metadata={"input_tokens": 7})
    call = run(
        ROOT, "ChatModel", 1,
        run_type="llm",
        inputs={"messages": [[message("HumanMessage", content="hi")]]},
        outputs={"generations": [[{"text": "well", "message": answer}]]},
        end_time="2026-02-14T23:59:02",
        events=[{"name": "new_token", "time": "x"}] * 3,
        extra={"metadata": {"ls_model_name": "m", "thread_id": "th"}},
    )  # fmt: skip
    with written(tmp_path / "runs.jsonl", call) as trace:
        assert trace.runs[0].id == "th"
        asked, answered = trace.events()
        assert (asked.type, asked.name) == ("llm.call", "m")
        assert asked.data["messages"] == [{"role": "user", "content": "hi"}]
        assert asked.data["streamed_tokens"] == 3
        assert (answered.data["output"], answered.data["usage"]) == ("well", {"input_tokens": 7})


def test_a_tool_and_its_error(tmp_path: Path) -> None:
    sound = {"content": "2", "type": "tool", "tool_call_id": "c1"}
    tools = [
        {**WHOLE[0], "run_type": "tool", "inputs": {"input": '{"n": 1}'},
         "outputs": {"output": sound}},
        {**WHOLE[1], "run_type": "tool", "outputs": None, "error": "ValueError('no')"},
    ]  # fmt: skip
    with written(tmp_path / "runs.jsonl", *tools) as trace:
        first, _ = events(trace, "tool.call")
        failed, fine = events(trace, "tool.result")
        assert (first.data["args"], first.data["call_id"]) == ({"n": 1}, "c1")
        assert (fine.data["result"], fine.status) == ("2", "ok")
        assert (failed.data["error"], failed.status) == ("ValueError('no')", "error")
