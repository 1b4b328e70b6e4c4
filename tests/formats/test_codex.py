"""Rollouts of Codex, small ones with known content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.formats.rollouts import THREAD, Rollout
from tests.formats.transcripts import write
from ttdebug import formats
from ttdebug.model import Event
from ttdebug.store.trace import Trace


def opened(path: Path) -> Trace:
    return formats.open(path)


def types(trace: Trace) -> list[str]:
    return [event.type for event in trace.events()]


def last(trace: Trace, agent: str = "main") -> Any:
    return trace.state(trace.last_seq, agent)


def only(trace: Trace, kind: str) -> Event:
    [event] = trace.events(types={kind})
    return event


def test_an_utterance_is_told_once_whichever_copy_comes_first(tmp_path: Path) -> None:
    rollout = Rollout()
    rollout.says("user", "hello")
    rollout.event("user_message", message="hello")
    rollout.event("agent_message", message="good day")
    rollout.event("token_count", info=None)
    rollout.says("assistant", "good day")
    rollout.event("user_message", message="bye")
    rollout.event("task_started", turn_id="t")
    rollout.says("user", "bye")
    rollout.event("agent_message", message="only said in an event")
    with opened(rollout.write(tmp_path / "r.jsonl")) as trace:
        told = [(e.type, e.source["line"]) for e in trace.events() if e.type != "marker"]
        assert told == [
            ("run.start", 1), ("message", 2), ("llm.result", 6), ("turn", 8), ("message", 9),
            ("llm.result", 10),
        ]  # fmt: skip
        assert "dropped: 3 event messages" in trace.runs[0].fidelity


def test_thoughts_belong_to_the_reply_they_led_to(tmp_path: Path) -> None:
    rollout = Rollout()
    rollout.add("turn_context", {"cwd": "/repo", "model": "gpt-5", "effort": "high"})
    rollout.says("user", "look")
    rollout.event("agent_reasoning", text="let me see")
    rollout.event("token_count", info={"last_token_usage": {"output_tokens": 7}})
    rollout.item("reasoning", summary=[{"type": "summary_text", "text": "let me see"}])
    rollout.call("c1", "shell", command=["ls"])
    rollout.item("reasoning", summary=[], encrypted_content="x" * 30)
    rollout.says("assistant", "all is well")
    with opened(rollout.write(tmp_path / "r.jsonl")) as trace:
        first, second = trace.events(types={"llm.result"})
        assert first.name == "gpt-5"
        assert first.data["thinking"] == "let me see"
        assert first.data["usage"] == {"output_tokens": 7}
        assert second.data == {"output": "all is well", "encrypted_thinking": 30}
        call, result, message = (only(trace, k) for k in ("tool.call", "tool.result", "message"))
        assert [edge.seq for edge in trace.causes(call.seq)] == [first.seq]
        told = [(edge.seq, edge.kind) for edge in trace.causes(second.seq)]
        assert told == [(result.seq, "inferred")]
        assert [edge.seq for edge in trace.causes(first.seq)] == [message.seq]


@pytest.mark.parametrize(
    ("output", "result", "status", "code", "duration"),
    [
        (
            json.dumps({"output": "no", "metadata": {"exit_code": 2, "duration_seconds": 0.5}}),
            "no", "error", 2, 500_000_000,
        ),
        ("Wall time: 2 seconds\nProcess exited with code 0\nOutput:\nx", None, "ok", 0, 2 * 10**9),
        ({"content": "denied", "success": False}, "denied", "error", None, 10**9),
        ([{"type": "input_text", "text": "part"}], None, "ok", None, 10**9),
    ],
)  # fmt: skip
def test_outputs_of_every_age_are_understood(
    tmp_path: Path, output: Any, result: Any, status: str, code: int | None, duration: int
) -> None:
    rollout = Rollout()
    rollout.call("c1", "shell", output, command=["false"])
    with opened(rollout.write(tmp_path / "r.jsonl")) as trace:
        event = only(trace, "tool.result")
        assert (event.status, event.data.get("exit_code")) == (status, code)
        assert event.duration == duration
        key = "error" if status == "error" else "result"
        assert event.data[key] == (output if result is None else result)
        assert event.opening == event.seq - 1


PATCH = """*** Begin Patch
*** Add File: src/a.py
+one
+two
*** Update File: known.txt
@@
 x
-y
+z
*** Update File: unknown.txt
@@ def f
-old
+new
*** Delete File: gone.txt
*** End Patch"""


def test_patches_leave_files_as_they_are_afterwards(tmp_path: Path) -> None:
    rollout = Rollout()
    added = "*** Begin Patch\n*** Add File: {}\n+x\n+y\n*** End Patch"
    for name in ("known.txt", "gone.txt"):
        script = f"apply_patch <<'EOF'\n{added.format(name)}\nEOF"
        rollout.call(name, "shell", command=["bash", "-lc", script])
    rollout.item("custom_tool_call", call_id="p", name="apply_patch", input=PATCH)
    rollout.item("custom_tool_call_output", call_id="p", output="Success.")
    rollout.item("custom_tool_call", call_id="q", name="apply_patch", input=added.format("no"))
    failed = json.dumps({"output": "", "metadata": {"exit_code": 1}})
    rollout.item("custom_tool_call_output", call_id="q", output=failed)
    with opened(rollout.write(tmp_path / "r.jsonl")) as trace:
        assert last(trace)["files"] == {
            "/repo/known.txt": "x\nz\n",
            "/repo/src/a.py": "one\ntwo\n",
            "/repo/unknown.txt": {"excerpt": "new"},
        }


def test_the_end_of_a_patch_says_what_it_changed(tmp_path: Path) -> None:
    rollout = Rollout()
    changes: Any = {"/repo/a": {"type": "add", "content": "1\n"}}
    rollout.item("custom_tool_call", call_id="p", name="apply_patch", input="odd")
    rollout.event("patch_apply_end", call_id="p", success=True, changes=changes)
    rollout.item("custom_tool_call_output", call_id="p", output="Success.")
    diff = "@@ -1 +1 @@\n-1\n+2\n"
    changes = {"/repo/a": {"type": "update", "unified_diff": diff, "move_path": "/repo/b"}}
    rollout.event("patch_apply_end", call_id="alone", success=True, changes=changes)
    with opened(rollout.write(tmp_path / "r.jsonl")) as trace:
        assert last(trace)["files"] == {"/repo/b": "2\n"}
        assert types(trace)[-2:] == ["tool.call", "tool.result"]
        sign = only(trace, "marker")
        assert sign.parent == trace.event(sign.seq - 1).seq


def test_plans_tokens_and_turns(tmp_path: Path) -> None:
    rollout = Rollout()
    rollout.add("turn_context", {"cwd": "/repo", "approval_policy": "never", "effort": "low"})
    rollout.event("task_started", turn_id="t1")
    plan: Any = [{"step": "look", "status": "completed"}]
    rollout.call("c", "update_plan", plan=plan)
    total: Any = {"input_tokens": 10, "output_tokens": 2, "total_tokens": 12}
    rollout.event("token_count", info={"total_token_usage": total})
    rollout.add("turn_context", {"cwd": "/else", "approval_policy": "never"})
    rollout.event("turn_aborted", reason="interrupted")
    with opened(rollout.write(tmp_path / "r.jsonl")) as trace:
        state = last(trace)
        assert (state["todos"], state["usage"], state["cwd"]) == (plan, total, "/else")
        assert state["config"] == {"cli_version": "0.130.0", "approval_policy": "never"}
        turn = only(trace, "turn")
        assert turn.status == "cancelled"
        assert only(trace, "tool.call").parent == turn.seq
        assert only(trace, "interrupt").name == "interrupted"


def test_compaction_replaces_the_messages(tmp_path: Path) -> None:
    rollout = Rollout()
    rollout.says("user", "a")
    rollout.says("assistant", "b")
    history: list[Any] = [{"type": "message", "role": "user", "content": [{"text": "kept"}]}]
    rollout.add("compacted", {"message": "", "replacement_history": history})
    rollout.add("compacted", {"message": "in short"})
    with opened(rollout.write(tmp_path / "r.jsonl")) as trace:
        first, second = (e for e in trace.events() if e.name == "compaction")
        states: Any = [trace.state(e.seq, "main") for e in (first, second)]
        assert [s["messages"][0]["content"] for s in states] == ["kept", "in short"]


def test_a_rollback_goes_on_from_before_the_turns_it_takes_back(tmp_path: Path) -> None:
    rollout = Rollout()
    for number in range(3):
        rollout.says("user", f"question {number}")
        rollout.says("assistant", f"answer {number}")
    rollout.event("thread_rolled_back", num_turns=2)
    rollout.says("user", "another question")
    with opened(rollout.write(tmp_path / "r.jsonl")) as trace:
        main, fork = trace.timelines.values()
        assert (main.name, fork.name) == ("main", "fork-1")
        assert trace.event(fork.fork_seq).data["output"] == "answer 0"
        texts = [message["content"] for message in last(trace)["messages"]]
        assert texts == ["question 0", "answer 0", "another question"]


def test_paginated_history_repeats_items_and_ends_calls(tmp_path: Path) -> None:
    rollout = Rollout(history_mode="paginated")
    rollout.says("user", "run it")
    said: Any = {"type": "UserMessage", "id": "u", "content": [{"type": "text", "text": "run it"}]}
    rollout.event("item_completed", item=said)
    rollout.item("function_call", call_id="c", name="exec_command", arguments='{"cmd":"ls"}')
    ran: Any = {"type": "CommandExecution", "id": "c", "exit_code": 0, "status": "completed"}
    rollout.event("item_completed", item=ran)
    rollout.item("function_call_output", call_id="c", output="x")
    said = {"type": "AgentMessage", "id": "a", "content": [{"type": "Text", "text": "done"}]}
    rollout.says("assistant", "done")
    rollout.event("item_completed", item=said)
    for number, line in enumerate(rollout.lines):
        line["ordinal"] = number
    with opened(rollout.write(tmp_path / "r.jsonl")) as trace:
        expected = ["run.start", "message", "tool.call", "marker", "tool.result", "llm.result"]
        assert types(trace) == expected
        assert only(trace, "tool.result").source == {"line": 6, "ordinal": 5}


def test_old_rollouts_are_bare_items(tmp_path: Path) -> None:
    lines: list[Any] = [
        {"id": THREAD, "timestamp": "2025-06-01T00:00:00Z", "instructions": None, "git": {}},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]},
        {"record_type": "state"},
        {"type": "function_call", "call_id": "c", "name": "shell", "arguments": "{}"},
    ]
    with opened(write(tmp_path / "old.jsonl", lines)) as trace:
        assert trace.format == "codex"
        assert types(trace) == ["run.start", "message", "marker", "tool.call"]
        assert trace.runs[0].id == THREAD


def test_unknown_records_are_kept(tmp_path: Path) -> None:
    rollout = Rollout()
    rollout.add("new_kind", {"a": 1})
    rollout.item("new_item", b=2)
    rollout.event("new_event", c=3)
    rollout.add("new_kind", "text")
    with opened(rollout.write(tmp_path / "r.jsonl")) as trace:
        markers = list(trace.events(types={"marker"}))
        assert [m.name for m in markers] == ["new_kind", "new_item", "new_event", "new_kind"]
        assert markers[2].data == {"c": 3}


CHILD = "019e0000-0000-7000-8000-00000000000c"


def spawning() -> tuple[Rollout, Rollout]:
    parent = Rollout()
    spawned = json.dumps({"agent_id": CHILD, "nickname": "Hubble"})
    parent.call("s", "spawn_agent", spawned, message="go")
    parent.call("w0", "wait_agent", json.dumps({"status": {CHILD: "running"}}))
    parent.says("assistant", "meanwhile")
    finished = json.dumps({"status": {CHILD: {"completed": "found it"}}})
    parent.call("w", "wait_agent", finished, targets=[CHILD])
    spawn: Any = {"thread_spawn": {"parent_thread_id": THREAD, "agent_nickname": "Hubble"}}
    child = Rollout(CHILD, source={"subagent": spawn})
    child.says("assistant", "found it")
    return parent, child


@pytest.mark.parametrize("compressed", [False, True])
def test_a_spawned_agent_is_told_before_it_reports(tmp_path: Path, compressed: bool) -> None:
    day, next_day = tmp_path / "2026/01/31", tmp_path / "2026/02/01"
    parent, child = spawning()
    path = parent.write(day / f"rollout-2026-01-31T00-00-00-{THREAD}.jsonl")
    other = child.write(next_day / f"rollout-2026-02-01T00-00-00-{CHILD}.jsonl")
    if compressed:
        for file in (path, other):
            packed = zstandard.compress(file.read_bytes())
            file.unlink()
            file.with_name(f"{file.name}.zst").write_bytes(packed)
        path, other = (f.with_name(f"{f.name}.zst") for f in (path, other))
    with opened(path) as trace:
        mine = list(trace.events(agent="Hubble"))
        assert [event.type for event in mine] == ["run.start", "llm.result"]
        assert mine[0].source["file"] == other.name
        [start] = trace.causes(mine[0].seq)
        assert trace.event(start.seq).name == "spawn_agent"
        assert trace.event(mine[-1].seq + 1).data["call_id"] == "w"
        assert "1 sub-agent joined" in trace.runs[0].fidelity


def test_a_line_cut_off_is_named(tmp_path: Path) -> None:
    rollout = Rollout()
    rollout.says("user", "hi")
    path = rollout.write(tmp_path / "r.jsonl")
    path.write_bytes(path.read_bytes() + b'{"timestamp": "2026')
    with opened(path) as trace:
        assert trace.warnings == ("line 3: cut off; 2 events before it",)
        assert trace.last_seq == 2
