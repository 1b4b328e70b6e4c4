"""Claude Code transcripts, one rule at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.formats.transcripts import SESSION, Transcript, text, use
from ttdebug import formats
from ttdebug.model import JSON, Event, Object
from ttdebug.store.trace import Trace

Opened = Callable[[Transcript], Trace]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens transcripts as the session they belong to."""
    traces: list[Trace] = []

    def open_transcript(transcript: Transcript) -> Trace:
        path = transcript.write(tmp_path / "project" / f"{SESSION}.jsonl")
        traces.append(formats.open(path))
        assert traces[-1].format == "claude-code"
        return traces[-1]

    yield open_transcript
    for trace in traces:
        trace.close()


def shapes(trace: Trace) -> list[tuple[str, str | None]]:
    return [(event.type, event.name) for event in trace.events()]


def find(trace: Trace, **wanted: object) -> Event:
    [found] = [
        event
        for event in trace.events()
        if all(getattr(event, key) == value for key, value in wanted.items())
    ]
    return found


def state(trace: Trace, seq: int | None = None, agent: str = "main") -> Any:
    return trace.state(seq or trace.last_seq, agent)


def test_lines_of_one_message_are_one_event(opened: Opened) -> None:
    script = Transcript()
    script.prompt("u1", "go")
    script.answer("a1", {"type": "thinking", "thinking": "hm"}, message="m1")
    script.answer("a2", text("I will."), message="m1")
    script.answer("a3", use("c1", "Bash", command="ls"), message="m1")
    script.result("u2", "c1", "file")
    trace = opened(script)
    assert shapes(trace) == [
        ("message", None),
        ("llm.result", "model-1"),
        ("tool.call", "Bash"),
        ("tool.result", "Bash"),
    ]
    message = trace.event(2)
    assert message.data["output"] == "I will."
    assert message.data["thinking"] == "hm"
    assert message.data["usage"] == {"input_tokens": 10, "output_tokens": 3}
    assert state(trace)["usage"]["output_tokens"] == 3


def test_calls_and_results_are_spans_with_causes(opened: Opened) -> None:
    script = Transcript()
    script.prompt("u1", "go")
    script.answer("a1", use("c1", "Bash", command="a"), use("c2", "Bash", command="b"))
    script.result("u2", "c2", "two")
    script.result("u3", "c1", "boom", error=True)
    script.answer("a2", text("done"))
    trace = opened(script)
    one, two = trace.event(3), trace.event(4)
    assert (one.opening, one.closing, one.status) == (None, 6, "error")
    assert (two.closing, two.status, two.duration) == (5, "ok", 1_000_000_000)
    assert trace.event(6).opening == 3
    assert trace.event(6).data["error"] == "boom"
    assert [edge.seq for edge in trace.causes(3)] == [2]
    assert [edge.seq for edge in trace.causes(6)] == [3]
    assert [edge.seq for edge in trace.causes(7)] == [6]


def test_orphans_on_both_sides_are_kept(opened: Opened) -> None:
    script = Transcript()
    script.answer("a1", use("c1", "Bash"))
    script.result("u1", "nobody", "x")
    trace = opened(script)
    assert find(trace, type="tool.call").status == "open"
    assert find(trace, type="tool.result").opening is None
    assert "1 result without a call" in trace.runs[0].fidelity


def test_files_are_what_tools_wrote(opened: Opened) -> None:
    script = Transcript()
    script.answer("a1", use("w", "Write", file_path="/f", content="one\n"))
    script.result("u1", "w", "ok", {"filePath": "/f", "content": "one\n", "type": "create"})
    script.answer("a2", use("r", "Read", file_path="/f"))
    script.result("u2", "r", "one", {"type": "text", "file": {"filePath": "/f", "content": "one"}})
    script.answer("a3", use("e", "Edit", file_path="/f", old_string="one", new_string="two"))
    edit: Object = {
        "filePath": "/f",
        "oldString": "one",
        "newString": "two",
        "originalFile": "one one\n",
    }
    script.result("u3", "e", "ok", edit)
    script.answer("a4", use("x", "Edit", file_path="/f", old_string="?", new_string="!"))
    script.result("u4", "x", "not found", "Error: not found", error=True)
    edits: list[JSON] = [
        {"old_string": "two", "new_string": "2"},
        {"old_string": "one", "new_string": "1"},
    ]
    script.answer("a5", use("m", "MultiEdit", file_path="/f", edits=edits))
    script.result("u5", "m", "ok")
    trace = opened(script)
    contents = [
        state(trace, event.seq)["files"].get("/f") for event in trace.events(types={"tool.result"})
    ]
    assert contents == ["one\n", "one\n", "two one\n", "two one\n", "2 1\n"]
    writes = [
        event.source["uuid"]
        for event in trace.events()
        if any("/files/" in str(op["path"]) for op in trace.delta(event.seq) or [])
    ]
    assert writes == ["u1", "u3", "u5"]


def test_a_write_that_changes_nothing_is_a_write(opened: Opened) -> None:
    script = Transcript()
    for n in range(2):
        script.answer(f"a{n}", use(f"w{n}", "Write", file_path="/f", content="same"))
        script.result(f"u{n}", f"w{n}", "ok", {"filePath": "/f", "content": "same"})
    trace = opened(script)
    results = list(trace.events(types={"tool.result"}))
    assert any(op["path"] == "/files/~1f" for op in trace.delta(results[1].seq) or [])


def test_todos_come_whole_or_one_by_one(opened: Opened) -> None:
    script = Transcript()
    todos: list[Any] = [{"content": "x", "status": "pending"}]
    script.answer("a1", use("t", "TodoWrite", todos=todos))
    script.result("u1", "t", "ok", {"oldTodos": [], "newTodos": todos})
    trace = opened(script)
    assert state(trace)["todos"] == todos

    script = Transcript()
    script.answer("a1", use("t1", "TaskCreate", subject="first"))
    script.result("u1", "t1", "ok", {"task": {"id": "1", "subject": "first"}})
    script.answer("a2", use("t2", "TaskUpdate", taskId="1", status="completed"))
    script.result("u2", "t2", "ok", {"success": True})
    trace = opened(script)
    assert state(trace)["todos"] == [{"id": "1", "status": "completed", "subject": "first"}]


def test_a_rewind_opens_a_timeline(opened: Opened) -> None:
    script = Transcript()
    script.prompt("u1", "start")
    script.answer("a1", text("ready"))
    script.prompt("u2", "first try")
    script.answer("a2", use("w", "Write", file_path="/f", content="x"))
    script.result("u3", "w", "ok", {"filePath": "/f", "content": "x"})
    script.prompt("u4", "second try", after="a1")
    script.answer("a4", text("again"))
    script.prompt("u5", "third try", after="a1")
    trace = opened(script)
    names = [line.name for line in trace.timelines.values()]
    assert names == ["main", "fork-1", "fork-2"]
    assert [line.fork_seq for line in trace.timelines.values()] == [0, 2, 2]
    assert [event.timeline for event in trace.events()] == ["main"] * 6 + ["fork-1"] * 2 + [
        "fork-2"
    ]
    assert state(trace, 6)["files"] == {"/f": "x"}
    assert state(trace, 8)["files"] == {}
    said = [message["content"] for message in state(trace, 8)["messages"]]
    assert said == ["start", "ready", "second try", "again"]
    assert "2 rewinds" in trace.runs[0].fidelity


def test_results_of_parallel_calls_are_no_rewind(opened: Opened) -> None:
    script = Transcript()
    script.answer("a1", use("c1", "Bash"), use("c2", "Bash"))
    script.result("u1", "c1", "one", after="a1")
    script.result("u2", "c2", "two", after="a1")
    script.line("progress", "p1", after="a1", data={"type": "hook_progress"})
    script.prompt("u3", "meta", after="a1", isMeta=True)
    script.prompt("u4", "typed", after="a1")
    trace = opened(script)
    assert len(trace.timelines) == 1


def test_compaction_resets_the_conversation_and_is_bridged(opened: Opened) -> None:
    script = Transcript()
    script.prompt("u1", "long")
    script.answer("a1", text("story"))
    script.line(
        "system",
        "s1",
        after=None,
        logicalParentUuid="a1",
        subtype="compact_boundary",
        compactMetadata={"trigger": "auto"},
    )
    script.prompt("u2", "in short", isCompactSummary=True)
    script.prompt("u3", "on")
    trace = opened(script)
    boundary = find(trace, name="compaction")
    assert (boundary.type, boundary.data) == ("state", {"trigger": "auto"})
    assert [edge.seq for edge in trace.causes(boundary.seq)] == [2]
    assert state(trace, boundary.seq)["messages"] == []
    assert find(trace, name="summary").type == "message"
    assert [message["content"] for message in state(trace)["messages"]] == ["in short", "on"]
    assert state(trace)["usage"]["input_tokens"] == 10


def test_clear_empties_the_conversation(opened: Opened) -> None:
    script = Transcript()
    script.prompt("u1", "old")
    script.prompt("u2", "<command-name>/clear</command-name>")
    script.prompt("u3", "new")
    trace = opened(script)
    assert find(trace, name="/clear").type == "message"
    assert [message["id"] for message in state(trace)["messages"]] == ["u2", "u3"]


@pytest.mark.parametrize("where", [f"{SESSION}/subagents/agent-ab1.jsonl", "agent-ab1.jsonl"])
def test_a_sub_agent_in_a_file_of_its_own(tmp_path: Path, opened: Opened, where: str) -> None:
    side = Transcript(isSidechain=True, agentId="ab1")
    side.prompt("s1", "find it", after=None)
    side.answer("s2", use("sc", "Grep", pattern="x"))
    side.result("s3", "sc", "hit")
    side.answer("s4", text("found"))
    side.write(tmp_path / "project" / where)
    script = Transcript()
    script.prompt("u1", "go")
    script.answer("a1", use("t", "Task", prompt="find it"))
    script.line("progress", "p1", data={"type": "agent_progress"}, parentToolUseID="t")
    script.result("u2", "t", "found", {"agentId": "ab1", "status": "completed"})
    script.answer("a2", text("thanks"))
    trace = opened(script)
    call = find(trace, name="Task", type="tool.call")
    mine = list(trace.events(agent="agent-ab1"))
    assert [event.type for event in mine] == [
        "message",
        "llm.result",
        "tool.call",
        "tool.result",
        "llm.result",
    ]
    assert mine[0].parent == call.seq
    assert mine[0].source["file"] == where
    assert mine[0].source["line"] == 1
    result = trace.event(mine[-1].seq + 1)
    assert result.opening == call.seq
    assert {edge.seq for edge in trace.causes(result.seq)} == {call.seq, mine[-1].seq}
    assert [edge.seq for edge in trace.causes(mine[0].seq)] == [call.seq]
    assert state(trace, agent="agent-ab1")["messages"][-1]["content"] == "found"
    assert "found" not in [m["content"] for m in state(trace, call.seq)["messages"]]
    assert trace.events(types={"marker"}).__next__().parent == call.seq


def test_a_sub_agent_that_never_returned_comes_last(tmp_path: Path, opened: Opened) -> None:
    side = Transcript(isSidechain=True, agentId="ab1")
    side.prompt("s1", "find it", after=None)
    side.write(tmp_path / "project" / SESSION / "subagents" / "agent-ab1.jsonl")
    script = Transcript()
    script.answer("a1", use("t", "Task", prompt="find it"))
    progress: Object = {"type": "agent_progress", "agentId": "ab1"}
    script.line("progress", "p1", data=progress, parentToolUseID="t")
    script.prompt("u2", "stop")
    trace = opened(script)
    last = trace.event(trace.last_seq)
    assert (last.agent, last.parent) == ("agent-ab1", find(trace, type="tool.call").seq)


def test_agents_of_other_sessions_are_left_alone(tmp_path: Path, opened: Opened) -> None:
    other = Transcript(session="other", isSidechain=True, agentId="zz")
    other.prompt("s1", "not ours", after=None)
    other.write(tmp_path / "project" / "agent-zz.jsonl")
    script = Transcript()
    script.prompt("u1", "go")
    assert opened(script).runs[0].agents == ("main",)


def test_a_sub_agent_inside_the_session(opened: Opened) -> None:
    script = Transcript()
    script.answer("a1", use("t", "Task", prompt="find it"))
    script.prompt("s1", "find it", after=None, isSidechain=True)
    script.answer("s2", text("found"), isSidechain=True)
    script.result("u1", "t", "found", after="a1")
    trace = opened(script)
    mine = list(trace.events(agent="sidechain-1"))
    call = find(trace, type="tool.call")
    assert [event.parent for event in mine] == [call.seq, call.seq]
    assert {edge.seq for edge in trace.causes(trace.last_seq)} == {call.seq, mine[-1].seq}


def test_what_is_beside_the_conversation_keeps_its_meaning(opened: Opened) -> None:
    script = Transcript()
    script.lines.append({"type": "permission-mode", "permissionMode": "plan", "sessionId": "s"})
    script.lines.append({"type": "summary", "summary": "s", "leafUuid": "elsewhere"})
    snapshot: Object = {"messageId": "m", "trackedFileBackups": {}}
    script.lines.append({"type": "file-history-snapshot", "messageId": "m", "snapshot": snapshot})
    script.prompt("u1", "[Request interrupted by user]")
    script.line("system", "s1", subtype="api_error", error={"status": 529})
    script.line("attachment", "t1", attachment={"type": "queued_command", "prompt": "also this"})
    script.line("attachment", "t2", attachment={"type": "date_change"})
    script.line("brand-new", "n1", payload={"x": 1})
    script.prompt("u2", "<command-name>/model</command-name>")
    trace = opened(script)
    assert shapes(trace) == [
        ("state", "permission-mode"),
        ("marker", "summary"),
        ("checkpoint", "files"),
        ("interrupt", None),
        ("error", "api_error"),
        ("message", "queued"),
        ("marker", "date_change"),
        ("marker", "brand-new"),
        ("message", "/model"),
    ]
    assert state(trace)["config"]["permissionMode"] == "plan"
    assert trace.event(5).status == "error"
    assert trace.event(8).data == {"payload": {"x": 1}}


def test_images_are_replaced_by_their_size_and_hash(opened: Opened) -> None:
    script = Transcript()
    source: Object = {"type": "base64", "media_type": "image/png", "data": "A" * 10_000}
    content: list[JSON] = [{"type": "image", "source": source}]
    script.line("user", "u1", message={"role": "user", "content": content})
    shown = str(opened(script).event(1).data["content"])
    assert "10000 characters" in shown
    assert "AAAA" not in shown


def test_odd_lines_do_no_harm(tmp_path: Path) -> None:
    script = Transcript()
    script.prompt("u1", "go")
    script.line("user", "u2", message="error")
    script.line("user", "u3", message={"content": ["wow", 7, None]})
    script.line("assistant", "a1", message={"content": None, "usage": [1], "id": 5})
    script.line("assistant", "a2", message={"content": [{"type": "tool_use"}, {"type": "text"}]})
    script.line("user", "u4", message={"content": [{"type": "tool_result", "content": {"x": 1}}]})
    script.line("progress", "p1", data="x")
    script.line("attachment", "t1", attachment=None)
    script.line("user", "loop", after="loop", message={"content": "x"})
    path = script.write(tmp_path / "odd.jsonl")
    with path.open("a") as stream:
        stream.write('"text"\n42\n[1]\n{"silly": "this"}\nnot json\n{"cut": ')
    with formats.open(path) as trace:
        assert trace.last_seq == 14
        assert [warning.partition(":")[0] for warning in trace.warnings] == ["line 14", "line 15"]
