"""ATIF trajectories, small ones with known content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ttdebug import formats
from ttdebug.model import Object
from ttdebug.store.trace import Trace


def document(*steps: Object, **more: Any) -> Object:
    numbered: Any = [{"step_id": at, **step} for at, step in enumerate(steps, 1)]
    agent = {"name": "coder", "version": "1", "model_name": "m-1"}
    return {"schema_version": "ATIF-v1.7", "agent": agent, "steps": numbered, **more}


def turn(message: Any, *calls: Object, results: Any = (), **more: Any) -> Object:
    step: Object = {"source": "agent", "message": message, "tool_calls": list(calls), **more}
    if results:
        step["observation"] = {"results": list(results)}
    return step


def call(identity: str, name: str, **arguments: Any) -> Object:
    return {"tool_call_id": identity, "function_name": name, "arguments": arguments}


def opened(path: Path, value: Any) -> Trace:
    path.write_text(json.dumps(value, indent=1))
    return formats.open(path)


def types(trace: Trace, agent: str | None = None) -> list[str]:
    return [event.type for event in trace.events(agent=agent)]


def last(trace: Trace) -> Any:
    return trace.state(trace.last_seq, "main")


def test_a_step_is_a_turn_its_calls_and_their_results(tmp_path: Path) -> None:
    create = call("c1", "str_replace_editor", command="create", path="/a", file_text="x\ny\n")
    edit = call(
        "c2", "str_replace_editor", command="str_replace", path="/a", old_str="y", new_str="z"
    )
    step = turn(
        "working", create, edit,
        results=[{"source_call_id": one, "content": "done"} for one in ("c1", "c2")],
        metrics={"prompt_tokens": 9, "completion_tokens": 2, "cost_usd": 0.5, "logprobs": [0, 1]},
        reasoning_content="hm", timestamp="2026-01-01T00:00:00Z",
    )  # fmt: skip
    with opened(tmp_path / "t.json", document({"source": "user", "message": "go"}, step)) as trace:
        expected = ["run.start", "message", "llm.result", "tool.call", "tool.call"]
        assert types(trace) == [*expected, "tool.result", "tool.result"]
        reply = trace.event(3)
        assert (reply.name, reply.source) == ("m-1", {"step": 2})
        assert reply.data == {
            "output": "working", "thinking": "hm", "cost_usd": 0.5, "metrics": {"logprobs": 2},
            "usage": {"input_tokens": 9, "output_tokens": 2},
        }  # fmt: skip
        assert [trace.event(seq).opening for seq in (6, 7)] == [4, 5]
        assert last(trace)["usage"] == {"input_tokens": 9, "output_tokens": 2, "cost_usd": 0.5}
        assert last(trace)["files"] == {"/a": "x\nz\n"}


def test_results_without_an_id_are_joined_in_order_or_observed(tmp_path: Path) -> None:
    calls = [call("c1", "run"), call("c2", "run")]
    joined = turn("", *calls, results=[{"content": "one"}, {"content": "two"}])
    alone = turn("just text", results=[{"content": "a screen"}])
    with opened(tmp_path / "t.json", document(joined, alone)) as trace:
        results = list(trace.events(types={"tool.result"}))
        assert [result.data["call_id"] for result in results] == ["c1", "c2"]
        [seen] = trace.events(types={"message"})
        assert (seen.name, seen.data["role"]) == ("observation", "environment")


def test_dispatch_without_a_model_is_no_reply(tmp_path: Path) -> None:
    step = turn("", call("c", "run"), results=[{"content": "done"}], llm_call_count=0)
    with opened(tmp_path / "t.json", document(step)) as trace:
        assert types(trace) == ["run.start", "tool.call", "tool.result"]


def test_embedded_sub_agents_work_inside_their_call(tmp_path: Path) -> None:
    child = document(turn("found"), trajectory_id="child")
    child["agent"] = {"name": "scout"}
    reference = {"trajectory_id": "child"}
    result = {"source_call_id": "c", "content": "ok", "subagent_trajectory_ref": [reference]}
    parent = document(turn("", call("c", "ask"), results=[result]), subagent_trajectories=[child])
    with opened(tmp_path / "t.json", parent) as trace:
        mine = list(trace.events(agent="scout"))
        [opening] = trace.events(types={"tool.call"})
        assert {event.parent for event in mine} == {opening.seq}
        assert opening.closing == mine[-1].seq + 1
        assert [trace.event(edge.seq).type for edge in trace.causes(mine[0].seq)] == ["handoff"]


def test_sub_agents_of_one_name_are_agents_of_their_own(tmp_path: Path) -> None:
    children = []
    for number in range(2):
        child = document(turn("found"), trajectory_id=f"child {number}")
        child["agent"] = {"name": "scout"}
        children.append(child)
    parent = document(turn("go"), subagent_trajectories=children)
    with opened(tmp_path / "t.json", parent) as trace:
        agents = {event.agent for event in trace.events()}
        assert {"scout", "scout-2"} <= agents


def test_files_beside_it_are_joined_and_missing_ones_shown(tmp_path: Path) -> None:
    copied: Object = {"source": "user", "message": "old", "is_copied_context": True}
    (tmp_path / "cont.json").write_text(json.dumps(document(copied, turn("on"))))
    references = [{"trajectory_path": "../secret.json"}, {"trajectory_path": "gone.json"}]
    result = {"subagent_trajectory_ref": references}
    observed: Any = {"results": [result]}
    step: Object = {"source": "system", "message": "handed off", "observation": observed}
    whole = document(step, continued_trajectory_ref="cont.json")
    with opened(tmp_path / "t.json", whole) as trace:
        handoffs = list(trace.events(types={"handoff"}))
        assert [event.data.get("resolved") for event in handoffs] == [False, False, None]
        assert types(trace)[-2:] == ["handoff", "llm.result"]
        assert trace.event(trace.last_seq).source == {"file": "cont.json", "step": 2}
        assert "2 references to a trajectory that was not found" in trace.runs[0].fidelity


def test_compaction_replaces_the_messages(tmp_path: Path) -> None:
    step = {
        "source": "system",
        "message": "compacted",
        "observation": {"results": [{"content": "short"}]},
        "extra": {"context_management": {"type": "compaction"}},
    }
    steps: Any = [{"source": "user", "message": "go"}, step]
    with opened(tmp_path / "t.json", document(*steps)) as trace:
        assert [one["content"] for one in last(trace)["messages"]] == ["short"]


def test_a_trajectory_that_refers_to_itself_ends(tmp_path: Path) -> None:
    loop = [{"trajectory_id": "me"}] * 4
    result = {"subagent_trajectory_ref": loop}
    child = document(turn("", results=[result]), trajectory_id="me")
    with opened(
        tmp_path / "t.json", document(turn("", results=[result]), subagent_trajectories=[child])
    ) as trace:
        assert trace.last_seq < 20_000


def test_bundles_hold_several_runs(tmp_path: Path) -> None:
    bundle = {
        "parent": document(turn("a"), session_id="p"),
        "child": document(turn("b"), session_id="c"),
    }
    with opened(tmp_path / "t.json", bundle) as trace:
        assert [run.id for run in trace.runs] == ["p", "c"]
