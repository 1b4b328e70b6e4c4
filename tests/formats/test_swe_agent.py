"""Trajectories of SWE-agent and mini-SWE-agent, small ones with known content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ttdebug import formats
from ttdebug.model import Object
from ttdebug.store.trace import Trace


def opened(path: Path, value: Any) -> Trace:
    path.write_text(json.dumps(value, indent=1))
    return formats.open(path)


def types(trace: Trace) -> list[str]:
    return [event.type for event in trace.events()]


def last(trace: Trace) -> Any:
    return trace.state(trace.last_seq, "main")


def step(action: str, observation: str, **more: Any) -> Object:
    return {"action": action, "observation": observation, "response": f"I do {action}", **more}


PROMPTS: list[Any] = [
    {"role": "system", "content": "be good"},
    {"role": "user", "content": "like this", "is_demo": True},
    {"role": "assistant", "content": "so it is done", "is_demo": True},
    {"role": "user", "content": "fix it"},
    {"role": "assistant", "content": "I do x", "action": "x"},
]
INFO: Object = {"exit_status": "submitted", "model_stats": {"instance_cost": 1.5, "api_calls": 2}}


def answer(content: str | None, **extra: Any) -> Object:
    return {"role": "assistant", "content": content, "extra": extra}


def printed(call: str, output: str, code: int) -> Object:
    extra: Any = {"raw_output": output, "returncode": code}
    return {"role": "tool", "content": "<output>", "tool_call_id": call, "extra": extra}


def test_steps_of_1_x_hold_the_environment_after_them(tmp_path: Path) -> None:
    first = {"working_dir": "/w", "open_file": "/w/a.py"}
    second = {"working_dir": "/w/sub", "open_file": "/w/a.py", "diff": "+x"}
    edit_action = "edit 1:1\nx = 1\ny = 2\nend_of_edit"
    steps: Any = [
        step("create a.py", "made", execution_time=0.5, state=first),
        step(edit_action, "ok", execution_time=1.0, state=second),
    ]
    replay = json.dumps({"agent": {"name": "main"}})
    document = {"trajectory": steps, "history": PROMPTS, "info": INFO, "replay_config": replay}
    with opened(tmp_path / "t.traj", document) as trace:
        turns = ["llm.result", "tool.call", "tool.result"] * 2
        assert types(trace) == ["run.start", *["message"] * 4, *turns, "run.end"]
        assert trace.event(1).data["replay_config"] == {"agent": {"name": "main"}}
        names = [event.name for event in trace.events(types={"message"})]
        assert names == [None, "demo", "demo", None]
        create, edit = trace.events(types={"tool.call"})
        before: Any = trace.state(edit.seq, "main")
        assert (create.name, before["cwd"]) == ("create", "/w")
        assert last(trace)["cwd"] == "/w/sub"
        assert last(trace)["config"]["diff"] == "+x"
        assert (edit.time, edit.duration) == (500_000_000, 1_000_000_000)
        assert edit.source == {"trajectory": 1}
        assert last(trace)["usage"] == {"api_calls": 2, "cost_usd": 1.5}


def test_steps_of_0_x_hold_the_environment_before_them(tmp_path: Path) -> None:
    nothing = json.dumps({"working_dir": "/w", "open_file": "n/a"}) + "\n"
    file = json.dumps({"working_dir": "/w", "open_file": "/w/a.py"})
    steps: Any = [
        step("create a.py\n", "made", state=nothing),
        step("edit 1:1\nx = 1\nend_of_edit\n", "ok", state=file),
        step("edit 1:1\noops\nend_of_edit\n", "Your proposed edit has introduced", state=file),
        step("ls -l\n", "a.py", state=""),
    ]
    with opened(tmp_path / "t.traj", {"trajectory": steps, "history": PROMPTS}) as trace:
        assert last(trace)["files"] == {"/w/a.py": "x = 1"}
        assert [event.name for event in trace.events(types={"tool.call"})][-1] == "bash"
        reply = next(iter(trace.events(types={"llm.result"})))
        then: Any = trace.state(reply.seq, "main")
        assert then["config"]["open_file"] == "n/a"
        assert reply.time is None


def test_a_demonstration_is_a_history(tmp_path: Path) -> None:
    function = {"name": "str_replace_editor", "arguments": '{"command": "view", "path": "/a"}'}
    calls = [{"id": "c", "function": function}]
    history = [
        {"role": "user", "content": "fix it"},
        {"role": "assistant", "content": "look", "action": "view", "tool_calls": calls},
        {"role": "tool", "content": "text", "tool_call_ids": ["c"]},
    ]
    with opened(tmp_path / "t.traj", {"history": history}) as trace:
        assert trace.format == "swe-agent"
        assert types(trace) == ["message", "llm.result", "tool.call", "tool.result"]
        call = trace.event(3)
        args = {"command": "view", "path": "/a", "action": "view"}
        assert (call.name, call.data["args"]) == ("str_replace_editor", args)
        assert call.closing == 4


def test_commands_of_mini_swe_agent_stand_in_its_answers(tmp_path: Path) -> None:
    write = "cat <<'EOF' > a.txt\none\ntwo\nEOF"
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "cost": 0.25}
    response = {"model": "m-1", "created": 1_700_000_000, "usage": usage}
    messages: Any = [
        {"role": "user", "content": "go"},
        answer(f"so\n```bash\n{write}\n```", response=response),
        {"role": "user", "content": "<returncode>0</returncode>\n<output>\nfine\n</output>"},
        answer("```bash\nls\n```\nor\n```bash\npwd\n```"),
        {"role": "user", "content": "exactly one, please"},
        answer("```bash\nfalse\n```"),
        {"role": "user", "content": "<returncode>1</returncode>\n<output>\n</output>"},
    ]
    info = {"config": {"environment": {"cwd": "/w"}}, "exit_status": "LimitsExceeded"}
    document = {"info": info, "messages": messages, "trajectory_format": "mini-swe-agent-1"}
    with opened(tmp_path / "t.traj.json", document) as trace:
        turn = ["llm.result", "tool.call", "tool.result"]
        start = ["run.start", "message", *turn]
        assert types(trace) == [*start, "llm.result", "message", *turn, "run.end"]
        reply = trace.event(3)
        assert (reply.name, reply.data["cost_usd"]) == ("m-1", 0.25)
        results = list(trace.events(types={"tool.result"}))
        assert [one.status for one in results] == ["ok", "error"]
        assert [one.data["exit_code"] for one in results] == [0, 1]
        assert results[0].data["result"] == "fine"
        assert last(trace)["files"] == {"/w/a.txt": "one\ntwo\n"}
        assert trace.event(trace.last_seq).status == "error"


def test_actions_of_mini_swe_agent_2_are_listed(tmp_path: Path) -> None:
    actions = [{"command": "ls", "tool_call_id": "a"}, {"command": "rm x", "tool_call_id": "b"}]
    messages: Any = [
        answer(None, actions=actions, cost=0.1, timestamp=5),
        printed("b", "no", 1),
        printed("a", "x", 0),
        {"role": "exit", "content": "done", "extra": {"exit_status": "Submitted"}},
    ]
    document = {"info": {}, "messages": messages, "trajectory_format": "mini-swe-agent-1.1"}
    with opened(tmp_path / "t.traj.json", document) as trace:
        assert [event.opening for event in trace.events(types={"tool.result"})] == [4, 3]
        assert trace.event(5).data["error"] == "no"
        assert trace.event(trace.last_seq).name == "Submitted"


@pytest.mark.parametrize("name", ["t.traj.json", "list.json"])
def test_a_list_of_messages_is_one_run(tmp_path: Path, name: str) -> None:
    messages = [{"role": "system", "content": "a"}, {"role": "user", "content": "b"}]
    with opened(tmp_path / name, messages) as trace:
        assert trace.format == "mini-swe-agent"
        assert types(trace) == ["message", "message"]
        assert trace.event(2).source == {"message": 1}
