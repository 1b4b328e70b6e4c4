"""Inspect logs, one rule at a time, and what is known of real ones."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.errors import TraceError
from ttdebug.model import Event
from ttdebug.store.trace import Trace

REAL = SHARED / "traces" / "inspect"
ARCHIVES = SHARED / "traces" / "generated" / "inspect_ai"
Opened = Callable[..., Trace]


def begin(identity: str, kind: str, name: str, parent: str | None = None) -> dict[str, Any]:
    return {
        "event": "span_begin", "id": identity, "span_id": identity, "type": kind, "name": name,
        "parent_id": parent,
    }  # fmt: skip


def end(identity: str) -> dict[str, Any]:
    return {"event": "span_end", "id": identity, "span_id": identity}


def store(span: str | None, *changes: dict[str, Any], kind: str = "store") -> dict[str, Any]:
    return {"event": kind, "span_id": span, "changes": list(changes)}


def add(path: str, value: Any) -> dict[str, Any]:
    return {"op": "add", "path": path, "value": value}


def log(*events: Any, **sample: Any) -> dict[str, Any]:
    """A whole log of one sample."""
    return {
        "version": 2,
        "status": "success",
        "eval": {"task": "demo", "model": "m"},
        "samples": [{"id": "s", "epoch": 1, "events": list(events), **sample}],
    }


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens a log as a document, or as an archive of these members."""
    traces: list[Trace] = []

    def open_log(value: dict[str, Any] | None = None, **members: Any) -> Trace:
        path = tmp_path / f"log{len(traces)}.{'eval' if value is None else 'json'}"
        if value is not None:
            path.write_text(json.dumps(value))
        else:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
                for name, member in members.items():
                    made.writestr(name.replace("__", "/") + ".json", json.dumps(member))
        traces.append(formats.open(path))
        assert traces[-1].format == "inspect-ai"
        return traces[-1]

    yield open_log
    for trace in traces:
        trace.close()


def named(trace: Trace, name: str | None, kind: str | None = None) -> Event:
    [found] = [
        event for event in trace.events() if event.name == name and kind in (None, event.type)
    ]
    return found


def state(trace: Trace, seq: int | None = None, agent: str = "main") -> Any:
    return trace.state(seq or trace.last_seq, agent)


def shapes(trace: Trace) -> list[tuple[str, str | None]]:
    return [(event.type, event.name) for event in trace.events()]


def test_a_change_told_by_every_span_around_it_happened_once(opened: Opened) -> None:
    item = {"id": "a"}
    trace = opened(
        log(
            begin("outer", "solver", "plan"),
            begin("inner", "solver", "step", "outer"),
            store("inner", add("/todo", [])),
            end("inner"),
            begin("later", "solver", "step", "outer"),
            store("later", add("/todo/0", item)),
            end("later"),
            store("outer", add("/todo", [item])),
            end("outer"),
            store={"todo": [item]},
        )
    )
    changes = [event for event in trace.events() if event.name == "store"]
    assert [bool(event.changes) for event in changes] == [True, True, False]
    assert changes[2].data["repeats"] is True
    assert state(trace) == {"todo": [item]}
    assert "1 change told again" in trace.runs[0].fidelity


def test_overlapping_spans_see_what_the_others_changed(opened: Opened) -> None:
    """Each difference is taken from the beginning of its own span to its end."""
    trace = opened(
        log(
            begin("a", "tool", "left"),
            begin("b", "tool", "right"),
            store("a", add("/list", ["x"])),
            end("a"),
            store("b", add("/list", ["x", "y"])),
            end("b"),
        )
    )
    assert state(trace) == {"list": ["x", "y"]}
    assert trace.warnings == ()


def test_a_missing_value_is_null(opened: Opened) -> None:
    trace = opened(
        log(
            store(None, add("/temp", 37.0)),
            store(None, {"op": "replace", "path": "/temp", "replaced": 37.0}),
        )
    )
    assert state(trace, 2) == {"temp": 37.0}
    assert state(trace, 3) == {"temp": None}


def test_subtasks_have_stores_of_their_own(opened: Opened) -> None:
    work = {"event": "subtask", "name": "part", "result": 1}
    trace = opened(
        log(
            store(None, add("/mine", 1)),
            begin("one", "subtask", "part"),
            {**work, "span_id": "one"},
            store("one", add("/n", 1)),
            end("one"),
            begin("two", "subtask", "part"),
            {**work, "span_id": "two", "type": "fork"},
            store("two", add("/n", 2)),
            end("two"),
        )
    )
    assert state(trace) == {"mine": 1}
    assert state(trace, agent="part") == {"n": 1}
    assert state(trace, agent="part-2") == {"mine": 1, "n": 2}
    ends = [event for event in trace.events() if event.type == "subtask.end"]
    assert [event.data["result"] for event in ends] == [1, 1]


def test_calls_are_joined_to_spans_answers_and_results(opened: Opened) -> None:
    call = {"id": "c1", "function": "add", "arguments": {"x": 1}}
    answer = {"message": {"role": "assistant", "content": "hm", "tool_calls": [call]}}
    result = {"role": "tool", "tool_call_id": "c1", "content": "2"}
    trace = opened(
        log(
            begin("ag", "agent", "react"),
            {"event": "model", "span_id": "ag", "model": "m", "output": {"choices": [answer]}},
            begin("t", "tool", "add", "ag"),
            {
                "event": "tool", "span_id": "ag", "uuid": "u", **call, "result": "2",
                "timestamp": "2026-01-01T00:00:00Z", "completed": "2026-01-01T00:00:02Z",
            },
            store("t", add("/sum", 2)),
            end("t"),
            {"event": "model", "span_id": "ag", "model": "m", "input": [result], "output": {}},
            end("ag"),
        )
    )  # fmt: skip
    asked, again = (event for event in trace.events() if event.type == "llm.call")
    replied = trace.event(asked.seq + 1)
    called, returned = named(trace, "add", "tool.call"), named(trace, "add", "tool.result")
    assert (called.data["args"], called.source["uuid"]) == ({"x": 1}, "u")
    assert (returned.data["result"], returned.status, returned.duration) == ("2", "ok", 2 * 10**9)
    assert called.closing == returned.seq
    assert named(trace, "store").parent == called.seq
    assert called.agent == "react"
    assert [edge.seq for edge in trace.causes(called.seq)] == [replied.seq]
    assert [edge.seq for edge in trace.causes(again.seq)] == [returned.seq]


def test_a_call_without_a_span_holds_what_happened_in_it(opened: Opened) -> None:
    """Old logs nest events in events, and steps by order alone."""
    inner = {"event": "info", "data": "inside"}
    trace = opened(
        log(
            {"event": "step", "action": "begin", "type": "solver", "name": "go"},
            {"event": "tool", "id": "c", "function": "f", "events": [inner], "result": "r"},
            {"event": "step", "action": "end", "type": "solver", "name": "go"},
            {"event": "step", "action": "end", "type": "solver", "name": "never begun"},
        )
    )
    assert shapes(trace)[1:-1] == [
        ("solver", "go"), ("tool.call", "f"), ("info", None), ("tool.result", "f"),
        ("solver.end", "go"), ("marker", "step"),
    ]  # fmt: skip
    info = named(trace, None, "info")
    assert info.source == {"sample": "s", "epoch": 1, "index": 1, "nested": [0]}
    assert info.parent == named(trace, "f", "tool.call").seq


def test_what_never_ended_is_open_or_gets_its_result(opened: Opened) -> None:
    trace = opened(
        log(
            begin("t", "tool", "f"),
            {"event": "tool", "function": "f", "id": "c", "error": {"message": "boom"}},
            {"event": "tool", "function": "g", "id": "d", "pending": True},
            {"event": "info", "span_id": "gone", "data": 1},
        )
    )
    assert named(trace, "f", "tool.result").status == "error"
    assert named(trace, "g", "tool.call").closing is None
    assert "1 event in spans that are not in the log" in trace.runs[0].fidelity


def test_references_are_resolved(opened: Opened) -> None:
    system = {"role": "system", "content": "attachment://h"}
    user = {"role": "user", "content": [{"type": "image", "image": "attachment://i"}]}
    trace = opened(
        log(
            {"event": "model", "model": "m", "input": [], "input_refs": [[0, 1], [1, 2], [5, 6]]},
            store(None, add("/note", "attachment://h")),
            attachments={"h": "long text", "i": "data:image/png;base64," + "A" * 1000},
            events_data={"messages": [system, user], "calls": []},
        )
    )
    messages: Any = trace.event(2).data["messages"]
    assert messages[0]["content"] == "long text"
    assert "1022 characters of base64" in messages[1]["content"][0]["image"]
    assert state(trace) == {"note": "long text"}
    assert "1 reference to what is not in the log" in trace.runs[0].fidelity


def test_a_patch_that_fits_nowhere_is_told_and_kept(opened: Opened) -> None:
    broken = {**store(None, {"op": "remove", "path": "/no"}), "uuid": "u9"}
    trace = opened(log(store(None, add("/a", 1)), broken))
    assert state(trace) == {"a": 1}
    [warning] = trace.warnings
    assert "event 1 (u9)" in warning
    assert trace.event(3).data == {"changes": [{"op": "remove", "path": "/no"}]}


def test_the_samples_own_store_wins_in_the_end(opened: Opened) -> None:
    trace = opened(log(store(None, add("/a", 1)), store={"a": 2}))
    assert state(trace) == {"a": 2}
    assert "its events lead elsewhere" in trace.runs[0].fidelity


def test_unknown_events_are_markers(opened: Opened) -> None:
    trace = opened(log({"event": "brand_new", "x": 1}, "noise"))
    assert shapes(trace)[1:-1] == [("marker", "brand_new"), ("marker", None)]
    assert trace.event(2).data == {"x": 1}
    assert trace.event(3).data == {"value": "noise"}


def test_a_log_without_events_tells_its_messages(opened: Opened) -> None:
    call = {"id": "c", "function": "f", "arguments": {}}
    trace = opened(
        log(
            messages=[
                {"role": "user", "content": "go"},
                {"role": "assistant", "content": "", "model": "m", "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "c", "content": "done"},
            ]
        )
    )
    assert [kind for kind, _ in shapes(trace)][1:-1] == [
        "message", "llm.call", "llm.result", "tool.call", "tool.result",
    ]  # fmt: skip


def test_errors_limits_and_retries_are_told(opened: Opened) -> None:
    failed = {"message": "boom", "traceback": "t", "traceback_ansi": "\x1b[31mt"}
    trace = opened(
        log({"event": "error", "error": failed}, error=failed, error_retries=[failed]),
    )
    assert [kind for kind, _ in shapes(trace)] == ["run.start", "retry", "error", "run.end"]
    plain = {"message": "boom", "traceback": "t"}
    assert [trace.event(seq).data["error"] for seq in (2, 3, 4)] == [plain] * 3
    assert trace.event(4).status == "error"


def test_an_archive_gives_a_run_for_each_sample(opened: Opened) -> None:
    header = log()
    [sample] = header.pop("samples")
    trace = opened(
        samples__b_epoch_1={**sample, "id": "b", "events": [store(None, add("/a", 1))]},
        samples__a_epoch_1={**sample, "id": "a"},
        header=header,
    )
    assert [run.id for run in trace.runs] == ["b_epoch_1", "a_epoch_1"]
    assert trace.event(1).data["log"] == header


def test_an_archive_whose_writer_crashed_is_read(opened: Opened, tmp_path: Path) -> None:
    header = log()
    [sample] = header.pop("samples")
    opened(_journal__start=header, samples__s_epoch_1=sample)
    data = (tmp_path / "log0.eval").read_bytes()
    cut = tmp_path / "cut.eval"
    cut.write_bytes(data[: data.index(b"PK\x01\x02")])
    with formats.open(cut) as trace:
        assert [run.id for run in trace.runs] == ["s_epoch_1"]
        assert "directory is missing" in trace.warnings[0]


def test_a_sample_too_large_is_told_from_its_summary(opened: Opened) -> None:
    header = log()
    header.pop("samples")
    trace = opened(
        samples__s_epoch_1={"id": "s", "epoch": 1, "events": [" " * (65 << 20)]},
        summaries=[{"id": "s", "epoch": 1, "input": "hello", "scores": {"x": 1}}],
        header=header,
    )
    assert [kind for kind, _ in shapes(trace)] == ["run.start", "run.end"]
    assert trace.event(2).data["scores"] == {"x": 1}
    assert "more than are read" in trace.warnings[0]


def test_samples_that_were_not_logged_are_told_from_their_summaries(opened: Opened) -> None:
    header = log()
    [sample] = header.pop("samples")
    trace = opened(
        samples__s_epoch_1=sample,
        _journal__summaries__1=[{"id": "s", "epoch": 1}, {"id": "t", "epoch": 1, "error": "boom"}],
        summaries=[{"id": "t", "epoch": 1}],
        header=header,
    )
    assert [run.id for run in trace.runs] == ["s_epoch_1", "t_epoch_1"]
    assert trace.event(trace.last_seq).status == "error"
    assert "a summary of the sample" in trace.runs[1].fidelity


def test_a_damaged_document_is_read_up_to_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    text = json.dumps(log(store(None, add("/a", 1)), store(None, add("/b", 2))), indent=1)
    path.write_text(text[: text.index('"/b"')])
    with formats.open(path) as trace:
        assert state(trace) == {"a": 1}
        assert "what precedes it was read" in trace.warnings[0]
    path.write_text('{"version": 2, "status": "started", "eval": {}}')
    with pytest.raises(TraceError, match="holds no events"):
        formats.open(path)


@needs_shared
@pytest.mark.parametrize("number", [0, 1])
def test_the_store_of_a_real_run_is_followed(number: int) -> None:
    path = sorted(ARCHIVES.glob("2026*"))[number]
    with formats.open(path) as trace:
        assert trace.warnings == ()
        assert "elsewhere" not in trace.runs[0].fidelity
        assert len(state(trace)["todo"]) == 11
        [lost] = [
            event
            for event in trace.events(types={"state"}, agent="main")
            if len(state(trace, event.seq).get("todo", []))
            < len((trace.before(event.seq, "main") or {}).get("todo", []))  # type: ignore[union-attr, arg-type]
        ]
        assert lost.source["uuid"] == ("e93WQFioDRcRwit8KgoUZ3", "mGhNqFWzBVNcgCDndGMfyE")[number]
        assert lost.source["index"] == 66
        assert trace.event(lost.parent or 0).source["index"] == 65
        assert state(trace, agent="index_part-3") == {"partial": {"letter": "C", "ids": [], "n": 0}}


@needs_shared
def test_four_store_events_make_the_browsers_store() -> None:
    path = REAL / "browser-store-events.json"
    sample: Any = json.loads(path.read_text())["samples"][0]
    with formats.open(path) as trace:
        changes = [event for event in trace.events() if event.name == "store"]
        assert len(changes) == 4
        final = state(trace, trace.last_seq - 1)
        assert set(final) == set(sample["store"])
        texts = sample["attachments"]
        for key, value in sample["store"].items():
            assert final[key] == texts.get(str(value).removeprefix("attachment://"), value)


@needs_shared
def test_pooled_inputs_grow_by_two() -> None:
    with formats.open(REAL / "message-pool-v3.eval") as trace:
        calls = [event.data["messages"] for event in trace.events(types={"llm.call"})]
        assert [len(messages) for messages in calls] == [1, 3, 5, 7, 9, 11]  # type: ignore[arg-type]
