"""Chrome traces: nesting by time, ends matched by name, states, and damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.formats.chrome_trace.stream import EventStream
from ttdebug.formats.reader import Report
from ttdebug.formats.source import Source
from ttdebug.model import JSON, Object
from ttdebug.store.trace import Trace

REAL = SHARED / "traces" / "chrome-trace"


def event(ph: str, name: str | None, ts: JSON, **more: JSON) -> Object:
    made: Object = {"ph": ph, "ts": ts, "pid": 1, "tid": 1}
    return made | ({} if name is None else {"name": name}) | more


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trace.json"


def opened(path: Path, *events: JSON, **beside: JSON) -> Trace:
    path.write_text(json.dumps({"traceEvents": [*events], **beside}))
    return formats.open(path)


def nested(trace: Trace) -> dict[str | None, str | None]:
    """Names of spans and points by the names of what is around them."""
    names = {event.seq: event.name for event in trace.events()}
    inside = [event for event in trace.events() if event.opening is None and event.name]
    return {e.name: None if e.parent is None else names[e.parent] for e in inside}


def test_slices_nest_by_time_on_their_thread(path: Path) -> None:
    with opened(
        path,
        event("X", "inner", 2, dur=1),
        event("X", "outer", 1, dur=5),
        event("X", "short", 1, dur=2.5),
        event("X", "after", 6, dur=1),
        event("X", "elsewhere", 2, dur=1, tid="x"),
        event("i", "now", 2.5),
    ) as trace:
        assert trace.format == "chrome-trace"
        assert nested(trace) == {
            "outer": None, "short": "outer", "inner": "short", "elsewhere": None,
            "now": "inner", "after": None,
        }  # fmt: skip
        outer = trace.event(1)
        assert (outer.duration, outer.time, outer.closing is not None) == (5000, 1000, True)
        assert outer.source == {"index": 1, "line": 1, "ts": 1, "pid": 1, "tid": 1}


def test_ends_find_their_begins_by_name(path: Path) -> None:
    with opened(
        path,
        event("B", "a", 1),
        event("B", "b", 2, args={"x": 1}),
        event("E", "c", 3),
        event("E", None, 4, args={"y": 2}),
        event("E", "a", 5),
        event("B", "open", 6),
    ) as trace:
        spans = {event.name: event for event in trace.events() if event.opens}
        assert spans["b"].duration == 2000
        assert trace.event(spans["b"].closing or 0).data["args"] == {"y": 2}
        assert (spans["a"].duration, spans["open"].status) == (4000, "open")
        stray = next(event for event in trace.events() if event.type == "end")
        assert (stray.name, stray.parent) == ("c", spans["b"].seq)
        assert "1 end without a begin" in str(trace.facts(trace.runs[0].id)["fidelity"])


def test_begins_and_ends_of_one_moment_keep_their_order(path: Path) -> None:
    with opened(path, event("B", "a", 1), event("E", "a", 1), event("B", "b", 1)) as trace:
        assert [(event.type, event.name) for event in trace.events()] == [
            ("span", "a"), ("span.end", "a"), ("span", "b"),
        ]  # fmt: skip


def test_asynchronous_slices_nest_by_id(path: Path) -> None:
    with opened(
        path,
        event("b", "a", 1, id=1, cat="x"),
        event("b", "other", 2, id=2, cat="x"),
        event("n", "now", 3, id=1, cat="x", tid=9),
        event("e", "a", 4, id=1, cat="x", tid=9),
        event("e", "lost", 5, id=7, cat="x"),
    ) as trace:
        assert nested(trace) == {"a": None, "other": None, "now": "a", "lost": None}
        assert trace.event(1).duration == 3000


def test_flows_are_causes(path: Path) -> None:
    with opened(
        path, event("s", "send", 1, id=5), event("f", "take", 2, id=5, tid=2), event("f", "no", 3)
    ) as trace:
        assert [[edge.seq for edge in trace.causes(seq)] for seq in (1, 2, 3)] == [[], [1], []]


def test_states_come_from_snapshots_instants_and_counters(path: Path) -> None:
    with opened(
        path,
        event("i", "state", 1, args={"state": '{"budget": 5}'}),
        event("C", "load", 2, args={"value": 7}),
        event("C", "heap", 3, args={"used": 1, "free": 2}, id="h"),
        event("i", "state", 4, args={"state": "not an object"}),
        event("i", "state", 5, args={"snapshot": {"budget": None}}),
        event("O", "Tree", 6, id="0x1", args={"snapshot": {"n": 1}}),
    ) as trace:
        counters = {"load": 7, "heap[h]": {"used": 1, "free": 2}}
        assert trace.state(1, "1/1") == {"budget": 5}
        assert trace.state(5, "1/1") == {"budget": None, "counters": counters}
        assert trace.state(6, "Tree 0x1") == {"n": 1}
        assert [event.has_state for event in trace.events()] == [
            True, True, True, False, True, True,
        ]  # fmt: skip


def test_names_of_threads_and_functions_are_read(path: Path) -> None:
    args: Object = {"func_args": {"n": "1"}, "return_value": "<NULL>"}
    with opened(
        path,
        event("M", "process_name", 0, args={"name": "agent"}),
        event("M", "thread_name", 0, args={"name": "Main"}),
        event("X", "fib (/a b/fib.py:6)", 1, dur=1, args=args),
        {"no": "phase"},
        [7],
        viztracer_metadata={"baseTimeNanoseconds": 1_000_000_000_000},
        file_info={"files": {}},
    ) as trace:
        start, call = trace.event(1), trace.event(2)
        end = trace.event(call.closing or 0)
        assert start.data["viztracer_metadata"] == [{"baseTimeNanoseconds": 1_000_000_000_000}]
        assert start.data["thread_name"] == [{"pid": 1, "tid": 1, "name": "Main"}]
        assert (call.type, call.name, call.agent) == ("function", "fib", "Main")
        assert call.time == 1_000_000_001_000
        assert call.data == {"where": "/a b/fib.py:6", "args": {"n": "1"}}
        assert (end.status, end.data) == ("error", {"result": "<NULL>"})
        markers = [event.data for event in trace.events() if event.type == "marker"]
        assert markers == [{"no": "phase"}, {"value": [7]}]


def test_a_list_may_be_bare_cut_off_or_damaged(path: Path) -> None:
    lines = [json.dumps(event("X", f"n{n}", n, dur=1)) for n in range(4)]
    path.write_text("[\n" + ",\n".join(lines) + ",")
    with formats.open(path) as trace:
        assert trace.last_seq == 8
        assert "the list is not closed" in trace.warnings[0]
    path.write_text('{"traceEvents": [\n' + ",\n".join([*lines[:2], "{oops}", *lines[2:]]) + "\n")
    with formats.open(path) as trace:
        assert trace.last_seq == 8
        assert trace.warnings[0].startswith("line 4: not JSON")
        assert "not closed" in trace.warnings[1]


def test_what_stands_beside_the_events_is_found_without_holding_them(path: Path) -> None:
    around: Any = {"displayTimeUnit": "ms", "traceEvents": [event("i", "]}", 1)], "end": [{}]}
    path.write_text(json.dumps(around))
    stream = EventStream(Source(path, path))
    assert len(list(stream.records(Report()))) == 1
    assert stream.beside == {"displayTimeUnit": "ms", "end": [{}]}


@needs_shared
def test_equal_starts_nest_by_length() -> None:
    with formats.open(REAL / "x-events-matching-start.json") as trace:
        spans = [event for event in trace.events() if event.opens]
        assert [(event.name, event.parent) for event in spans] == [
            ("alpha", None), ("beta", 1), ("gamma", 2), ("gamma", 1), ("beta", 6),
            ("gamma", 1), ("beta", 10), ("beta", 1), ("gamma", 14),
        ]  # fmt: skip
