"""Real Claude Code sessions: what is known of them must be found."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats, paths
from ttdebug.model import Event
from ttdebug.store.trace import Trace

pytestmark = needs_shared

FOLDER = SHARED / "traces" / "claude-code"
LONG = FOLDER / "ae4a77f8-aedd-4bc1-888f-c94edc91af04.jsonl"
EDITED = "otel_trace_helpers.ex"


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trace]:
    """The long session, converted once."""
    target = tmp_path_factory.mktemp("long") / "long.ttd"
    formats.import_file(LONG, target)
    with formats.open(target) as trace:
        yield trace


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in LONG.read_text().splitlines()]


def of_main(trace: Trace, kind: str) -> list[Event]:
    return list(trace.events(types={kind}, agent="main"))


def test_every_line_is_somewhere(long: Trace, lines: list[dict[str, Any]]) -> None:
    assert len(lines) == 2385
    assert long.warnings == ()
    seen = {event.source["line"] for event in long.events() if "file" not in event.source}
    merged = Counter(
        line["message"]["id"] for line in lines if line["type"] == "assistant"
    ).total() - len({line["message"]["id"] for line in lines if line["type"] == "assistant"})
    assert 2385 - merged <= len(seen) <= 2385
    order = [e.source["line"] for e in long.events(agent="main")]
    assert order == sorted(order, key=lambda line: int(str(line)))


def test_messages_and_calls_are_counted(long: Trace) -> None:
    assert len(of_main(long, "llm.result")) == 217
    calls = of_main(long, "tool.call")
    assert len(calls) == 242
    assert all(call.closing is not None for call in calls)
    assert len(of_main(long, "tool.result")) == 242


def test_there_is_one_compaction_and_no_rewind(long: Trace) -> None:
    assert len(long.timelines) == 1
    [boundary] = [event for event in long.events() if event.name == "compaction"]
    assert boundary.source["line"] == 1481
    by = [long.event(edge.seq).agent for edge in long.causes(boundary.seq)]
    assert sorted(map(str, by)) == ["agent-acompact-946d2b", "main"]
    state: Any = long.state(boundary.seq, "main")
    assert state["messages"] == []


def test_the_sub_agent_is_joined(long: Trace) -> None:
    [call] = [event for event in of_main(long, "tool.call") if event.name == "Task"]
    mine = list(long.events(agent="agent-aac57f5"))
    assert {event.parent for event in mine if event.type == "llm.result"} == {call.seq}
    assert call.closing == mine[-1].seq + 1
    assert mine[-1].seq in [edge.seq for edge in long.causes(mine[-1].seq + 1)]
    assert long.causes(mine[0].seq)[0].seq == call.seq


def test_there_are_twelve_errors(long: Trace) -> None:
    errors = list(long.events(types={"tool.result"}, statuses={"error"}))
    assert len(errors) == 12


def test_the_edits_of_a_file_are_its_writes(long: Trace, lines: list[dict[str, Any]]) -> None:
    state: Any = long.state(long.last_seq, "main")
    [path] = [path for path in state["files"] if path.endswith(EDITED)]
    pointer = paths.pointer(("files", path))
    writes = [
        event
        for event in long.events(agent="main")
        if any(op["path"] == pointer for op in long.delta(event.seq) or [])
    ]
    expected = []
    for line in lines:
        result = line.get("toolUseResult")
        if isinstance(result, dict) and result.get("filePath") == path:
            expected.append(line["uuid"])
    assert len(expected) == 15
    assert [event.source["uuid"] for event in writes] == expected
    touched = long.touches(writes[0].timeline_id, "main", paths.parse(pointer))
    assert [touch.seq for touch in touched if touch.exact] == [event.seq for event in writes]


def test_a_file_is_what_the_next_edit_found(long: Trace, lines: list[dict[str, Any]]) -> None:
    """Formatters run between edits, so not always; but the fold is right most of the time."""
    originals = {
        line["uuid"]: line["toolUseResult"]["originalFile"]
        for line in lines
        if isinstance(line.get("toolUseResult"), dict) and "oldString" in line["toolUseResult"]
    }
    same = checked = 0
    for event in long.events(types={"tool.result"}, agent="main"):
        original = originals.get(str(event.source.get("uuid")))
        args: Any = long.event(event.opening or 1).data.get("args", {})
        path = args.get("file_path")
        before: Any = long.before(event.seq, "main")
        if original is None or path not in before["files"]:
            continue
        checked += 1
        same += before["files"][path] == original
    assert checked > 40
    assert same / checked > 0.8


def test_usage_is_the_last_of_each_message(long: Trace, lines: list[dict[str, Any]]) -> None:
    tokens: dict[str, int] = {}
    for line in lines:
        if line["type"] == "assistant":
            key = line["message"]["id"]
            tokens[key] = max(tokens.get(key, 0), line["message"]["usage"]["output_tokens"])
    state: Any = long.state(long.last_seq, "main")
    assert state["usage"]["output_tokens"] == sum(tokens.values())


@pytest.mark.parametrize(
    ("name", "timelines", "compactions"),
    [
        ("rewind-then-compact-small", 2, 1),
        ("compaction-small", 1, 1),
        ("clear-split-small", 1, 0),
        ("edge-cases-small", 1, 0),
        ("record-type-coverage", 1, 2),
        ("v2.0.27-session", 1, 0),
    ],
)
def test_other_sessions(name: str, timelines: int, compactions: int) -> None:
    with formats.open(FOLDER / f"{name}.jsonl") as trace:
        assert trace.format == "claude-code"
        assert trace.warnings == ()
        assert len(trace.timelines) == timelines
        names = [event.name for event in trace.events(types={"state"})]
        assert names.count("compaction") == compactions


def test_conversion_is_the_same_every_time(tmp_path: Path) -> None:
    def digest(name: str) -> str:
        formats.import_file(LONG, tmp_path / name)
        with formats.open(tmp_path / name) as trace:
            events = [repr(event) for event in trace.events()]
        return hashlib.sha256("".join(events).encode()).hexdigest()

    assert digest("one.ttd") == digest("two.ttd")
