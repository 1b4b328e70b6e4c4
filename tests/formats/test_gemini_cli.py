"""Chats of Gemini CLI, small ones with known content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.formats.transcripts import write
from ttdebug import formats
from ttdebug.model import Object
from ttdebug.store.trace import Trace

META: Object = {
    "sessionId": "s1",
    "projectHash": "h",
    "startTime": "2026-01-01T00:00:00Z",
    "kind": "main",
    "directories": ["/repo"],
}


def message(identity: str, kind: str, content: str, **more: Any) -> Object:
    time = "2026-01-01T00:00:01Z"
    return {"id": identity, "timestamp": time, "type": kind, "content": content, **more}


def call(identity: str, name: str, output: str | None, status: str, **args: Any) -> Object:
    response = {"functionResponse": {"id": identity, "response": {"output": output}}}
    result: Any = None if output is None else [response]
    time = "2026-01-01T00:00:03Z"
    return {
        "id": identity, "name": name, "args": args, "result": result, "status": status,
        "timestamp": time,
    }  # fmt: skip


def opened(path: Path, *records: Any) -> Trace:
    return formats.open(write(path, list(records)))


def last(trace: Trace) -> Any:
    return trace.state(trace.last_seq, "main")


def texts(state: Any) -> list[str]:
    return [one["content"] for one in state["messages"]]


def test_a_message_written_again_tells_what_is_new(tmp_path: Path) -> None:
    tokens = {"input": 10, "output": 1}
    waiting = call("c", "run_shell_command", None, "executing", command="ls")
    done = call("c", "run_shell_command", "a.txt", "success", command="ls")
    with opened(
        tmp_path / "log.jsonl",
        META,
        message("u", "user", "list"),
        message("g", "gemini", "", tokens=tokens, toolCalls=[waiting]),
        message("g", "gemini", "", tokens=tokens, toolCalls=[done]),
        message("g", "gemini", "found", tokens={"input": 10, "output": 4}, toolCalls=[done]),
        message("g", "gemini", "found", tokens={"input": 10, "output": 4}, toolCalls=[done]),
    ) as trace:
        assert [(event.type, event.source["line"]) for event in trace.events()] == [
            ("run.start", 1), ("message", 2), ("llm.result", 3), ("tool.call", 3),
            ("tool.result", 4), ("state", 5),
        ]  # fmt: skip
        assert trace.event(4).duration == 2 * 10**9
        assert last(trace)["usage"] == {"input_tokens": 10, "output_tokens": 4}
        assert texts(last(trace)) == ["list", "a.txt", "found"]
        assert "1 repeated message dropped" in trace.runs[0].fidelity
        assert last(trace)["cwd"] == "/repo"


def test_a_rewind_goes_on_from_before_its_message(tmp_path: Path) -> None:
    with opened(
        tmp_path / "log.jsonl",
        META,
        message("u1", "user", "one"),
        message("g1", "gemini", "answer one"),
        message("u2", "user", "two"),
        message("g2", "gemini", "answer two"),
        {"$rewindTo": "u2"},
        message("u3", "user", "three"),
    ) as trace:
        main, fork = trace.timelines.values()
        assert (main.name, fork.fork_seq) == ("main", 3)
        assert texts(last(trace)) == ["one", "answer one", "three"]
        assert trace.event(6).source == {"line": 6}


def test_a_rewind_to_nowhere_takes_back_all(tmp_path: Path) -> None:
    records = [META, message("u1", "user", "one"), {"$rewindTo": "?"}]
    with opened(tmp_path / "log.jsonl", *records) as trace:
        assert texts(last(trace)) == []


def test_set_messages_replace_all(tmp_path: Path) -> None:
    kept, new = message("u2", "user", "two"), message("n", "user", "summary")
    with opened(
        tmp_path / "log.jsonl",
        META,
        message("u1", "user", "one"),
        kept,
        {"$set": {"summary": "short", "messages": [kept, new]}},
        {"$set": {"lastUpdated": "2026-01-01T00:00:09Z"}},
    ) as trace:
        assert texts(last(trace)) == ["two", "summary"]
        assert last(trace)["config"]["summary"] == "short"
        kinds = [event.type for event in trace.events()]
        assert kinds == ["run.start", "message", "message", "state", "message", "state"]


def test_tools_change_files_and_todos(tmp_path: Path) -> None:
    todos = [{"description": "x", "status": "pending"}]
    edit = {"old_string": "b", "new_string": "c"}
    calls = [
        call("1", "write_file", "ok", "success", file_path="/a", content="a b"),
        call("2", "replace", "ok", "success", file_path="/a", **edit),
        call("3", "read_file", "x b", "success", absolute_path="/r"),
        call("4", "replace", "ok", "success", file_path="/r", **edit),
        call("5", "replace", "ok", "success", file_path="/unknown", **edit),
        call("6", "replace", "no", "error", file_path="/a", old_string="a", new_string="z"),
        call("7", "write_todos", "ok", "success", todos=todos),
        call("8", "replace", "ok", "cancelled", file_path="/a", **edit),
    ]
    with opened(tmp_path / "log.jsonl", META, message("g", "gemini", "", toolCalls=calls)) as trace:
        files = last(trace)["files"]
        assert files == {"/a": "a c", "/r": "x c", "/unknown": {"excerpt": "c"}}
        assert last(trace)["todos"] == todos
        statuses = [event.status for event in trace.events(types={"tool.result"})]
        assert statuses == ["ok"] * 5 + ["error", "ok", "cancelled"]


def test_a_document_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    many: Any = [
        message("u", "user", "hello"),
        message("e", "error", "broken"),
        message("i", "info", "x"),
    ]
    text = json.dumps({**META, "messages": many}, indent=1)
    whole, cut = tmp_path / "whole.json", tmp_path / "cut.json"
    whole.write_text(text)
    cut.write_text(text[: text.index('"broken')])
    with formats.open(whole) as trace:
        assert trace.format == "gemini-cli"
        types = ["run.start", "message", "error", "marker"]
        assert [event.type for event in trace.events()] == types
        assert trace.runs[0].id == "s1"
    with formats.open(cut) as trace:
        assert trace.format == "gemini-cli"
        assert [event.type for event in trace.events()] == types[:3]
        assert "not JSON from here on" in trace.warnings[0]


def test_sub_agents_are_agents(tmp_path: Path) -> None:
    side = [{**META, "sessionId": "x", "kind": "subagent"}, message("g", "gemini", "found")]
    write(tmp_path / "s1" / "helper.jsonl", list(side))
    with opened(tmp_path / "log.jsonl", META, message("u", "user", "go")) as trace:
        mine = list(trace.events(agent="agent-helper"))
        assert [event.source["file"] for event in mine] == ["s1/helper.jsonl"] * 2
        assert "1 sub-agent joined" in trace.runs[0].fidelity
