"""Home-made logs: what the reader makes of fields, spans, parents and states."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ttdebug import formats
from ttdebug.model import JSON, Event
from ttdebug.store.trace import Trace

Written = Callable[..., Trace]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    """Opens a log of the given records."""
    traces: list[Trace] = []

    def write(*records: JSON, mapping: str | None = None, text: str | None = None) -> Trace:
        path = tmp_path / f"log-{len(traces)}.jsonl"
        path.write_text("\n".join(map(json.dumps, records)) if text is None else text)
        traces.append(formats.open(path, format="generic", mapping=mapping))
        return traces[-1]

    yield write
    for trace in traces:
        trace.close()


def events(trace: Trace) -> list[Event]:
    return list(trace.events())


def fidelity(trace: Trace) -> str:
    return str(trace.facts(trace.runs[0].id)["fidelity"][0])


def test_roles_are_guessed_and_named(written: Written) -> None:
    trace = written(
        {"ts": 1700000000, "kind": "move", "actor": "wolf", "world": {"x": 1}, "speed": 3},
        {"ts": 1700000001, "kind": "eat", "actor": "wolf", "world": {"x": 2}, "speed": 4},
    )
    first, second = events(trace)
    assert (first.type, first.agent, first.elapsed, first.data) == ("move", "wolf", 0, {"speed": 3})
    assert second.elapsed == 1
    assert trace.state(2, "wolf") == {"x": 2}
    assert "time from ts, type from kind, agent from actor, state from world" in fidelity(trace)


def test_a_mapping_corrects_the_guess(written: Written) -> None:
    records = [
        {"when": {"at": 1700000000 + n}, "what": "step", "inner": {"world": {"n": n}}, "type": "t"}
        for n in range(2)
    ]
    trace = written(*records, mapping="time=when.at,type=what,state=inner.world")
    assert [event.type for event in trace.events()] == ["step", "step"]
    assert trace.event(2).elapsed == 1
    assert trace.state(2, "main") == {"n": 1}


def test_a_mapping_to_a_field_that_is_not_there_is_told(written: Written) -> None:
    trace = written({"when": 1700000000, "what": "step"}, mapping="time=whem,type=what")
    assert trace.warnings == ("--map time=whem: no such field at first; there is when",)


def test_sources_hold_the_lines_own_numbers(written: Written) -> None:
    trace = written({"seq": -1, "step": 7, "id": "e1", "type": "x"}, {"seq": 0, "type": "y"})
    assert trace.event(1).source == {"line": 1, "seq": -1, "step": 7, "id": "e1"}
    assert trace.event(2).source == {"line": 2, "seq": 0}


def test_start_and_end_with_one_id_are_a_span(written: Written) -> None:
    trace = written(
        {"ts": 100, "type": "tool_start", "id": "c1", "name": "search", "q": "x"},
        {"ts": 101, "type": "note", "parent": "c1"},
        {"ts": 103, "type": "tool_end", "id": "c1", "name": "search"},
    )
    call, note, result = events(trace)
    assert (call.type, call.opens, call.closing, call.status) == ("tool.call", True, 3, "ok")
    assert (result.type, result.opening, result.parent) == ("tool.result", 1, 1)
    assert result.duration == call.duration == 3_000_000_000
    assert note.parent == 1
    assert [(edge.seq, edge.rule) for edge in trace.causes(3)] == [(1, "result of call")]


def test_spans_may_be_wrapped_and_overlap(written: Written) -> None:
    def span(phase: str, name: str, parent: str | None = None) -> JSON:
        return {"event": phase, "span": {"span_id": name, "parent_id": parent, "kind": "agent"}}

    trace = written(
        span("start", "a"), span("start", "b", "a"), span("end", "a"), span("end", "b", "a")
    )
    assert [event.type for event in trace.events()] == ["agent", "agent", "agent.end", "agent.end"]
    assert [event.opening for event in trace.events()] == [None, None, 1, 2]
    assert trace.event(2).parent == 1


def test_an_end_without_a_start_is_an_event(written: Written) -> None:
    trace = written({"type": "tool_end", "id": "c"}, {"type": "episode_end"})
    assert [(e.type, e.opening) for e in trace.events()] == [
        ("tool_end", None),
        ("episode_end", None),
    ]


def test_parents_that_are_no_spans_are_causes(written: Written) -> None:
    trace = written(
        {"id": "a", "type": "x"},
        {"id": "b", "parent": "a", "type": "x"},
        {"id": "c", "parent": "d", "type": "x"},
        {"id": "d", "type": "x"},
        {"id": "e", "parent": "nobody", "type": "x"},
    )
    assert [edge.seq for edge in trace.causes(2)] == [1]
    assert [edge.seq for edge in trace.causes(3)] == [4]
    assert trace.causes(5) == []
    assert all(event.parent is None for event in trace.events())
    assert "1 parent never came" in fidelity(trace)


def test_parents_in_a_circle_make_no_circle(written: Written) -> None:
    trace = written(
        {"id": "a", "parent": "b", "type": "x"},
        {"id": "b", "parent": "a", "type": "x"},
        {"id": "c", "parent": "c", "type": "x"},
    )
    assert [[edge.seq for edge in trace.causes(seq)] for seq in (1, 2, 3)] == [[], [1], []]


def test_a_cause_in_words_is_no_parent(written: Written) -> None:
    trace = written({"id": "a", "type": "died", "cause": "starved"}, {"id": "b", "type": "x"})
    assert trace.event(1).data == {"cause": "starved"}


def test_patches_are_folded(written: Written) -> None:
    trace = written(
        {"type": "s", "agent": "a", "patch": [{"op": "add", "path": "/x", "value": {"y": [1]}}]},
        {"type": "s", "agent": "a", "patch": [{"op": "move", "from": "/x/y", "path": "/z"}]},
        {"type": "s", "agent": "a", "patch": {"z": None, "w": 1}},
        {"type": "s", "agent": "a", "patch": [{"op": "remove", "path": "/nothing"}]},
    )
    states = [trace.state(seq, "a") for seq in range(1, 5)]
    assert states == [
        {"x": {"y": [1]}},
        {"x": {}, "z": [1]},
        {"x": {}, "w": 1},
        {"x": {}, "w": 1},
    ]
    assert trace.warnings[0].startswith("line 4: the patch does not fit")
    assert "patch" in trace.event(4).data
    assert "recorded: patches; derived: state" in fidelity(trace)


@pytest.mark.parametrize(
    "op",
    [
        {"op": "move", "from": "/x", "path": "/x/y"},
        {"op": "copy", "from": "/gone", "path": "/z"},
        {"op": "copy", "from": "x", "path": "/z"},
        {"op": "copy", "path": "/z"},
        {"op": "test", "path": "/x/y", "value": 2},
        {"op": "merge", "path": "/x"},
        {"path": "/x"},
    ],
)
def test_a_patch_that_does_not_fit_changes_nothing(written: Written, op: JSON) -> None:
    first: JSON = [{"op": "add", "path": "/x", "value": {"y": [1]}}]
    fine: JSON = {"op": "add", "path": "/z", "value": 1}
    trace = written({"type": "s", "patch": first}, {"type": "s", "patch": [fine, op]})
    assert trace.state(2, "main") == {"x": {"y": [1]}}
    assert trace.warnings[0].startswith("line 2: the patch does not fit: ")


def test_copies_of_copies_come_to_an_end(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ttdebug.formats.patches.MOST_COPIED", 1000)
    first: JSON = {"type": "s", "patch": [{"op": "add", "path": "/x", "value": [1, 2]}]}
    doubling: list[JSON] = [
        {"type": "s", "patch": [{"op": "copy", "from": "", "path": f"/{at}"}]} for at in range(60)
    ]
    trace = written(first, *doubling)
    assert trace.last_seq == 61
    assert "copies of this file exceed 1,000 values" in trace.warnings[0]


def test_a_patch_starts_from_the_state_before(written: Written) -> None:
    before: JSON = {"n": 1, "kept": True}
    trace = written({"type": "s", "before": before, "changes": {"n": 2}})
    assert trace.state(1, "main") == {"n": 2, "kept": True}


def test_without_a_state_plain_fields_are_folded(written: Written) -> None:
    trace = written(
        {"type": "s", "agent": "a", "score": 1, "text": "prose", "nested": {"x": 1}},
        {"type": "s", "agent": "b", "score": 9},
        {"type": "s", "agent": "a", "lives": 3},
    )
    assert trace.state(3, "a") == {"score": 1, "lives": 3}
    assert trace.state(3, "b") == {"score": 9}
    assert "derived: state (the last value of every plain field)" in fidelity(trace)


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ({"type": "x", "error": "boom"}, "error"),
        ({"type": "x", "error": None}, None),
        ({"type": "x", "level": "ERROR"}, "error"),
        ({"type": "x", "level": "info"}, None),
        ({"type": "x", "status": "success"}, "ok"),
        ({"type": "x", "status": "cancelled"}, "cancelled"),
    ],
)
def test_statuses(written: Written, record: JSON, status: str | None) -> None:
    assert written(record, {"type": "y"}).event(1).status == status


def test_durations_take_their_unit_from_the_field(written: Written) -> None:
    trace = written({"type": "x", "duration_ms": 1.5}, {"type": "x", "duration_ms": 2})
    assert [event.duration for event in trace.events()] == [1_500_000, 2_000_000]


def test_run_ids_make_runs(written: Written) -> None:
    trace = written(*({"type": "x", "run_id": f"r{n % 2}", "agent": "a"} for n in range(4)))
    assert [run.id for run in trace.runs] == ["r0", "r1"]
    assert [event.run for event in trace.events()] == ["r0", "r1", "r0", "r1"]


def test_ids_that_name_every_row_make_no_runs(written: Written) -> None:
    trace = written(*({"type": "x", "trace_id": f"r{n}"} for n in range(4)))
    assert len(trace.runs) == 1


def test_times_without_a_zone_are_flagged(written: Written) -> None:
    trace = written({"time": "2024-01-01T00:00:00", "type": "x"})
    assert trace.event(1).time == 1_704_067_200 * 10**9
    assert "without a zone" in fidelity(trace)


def test_clocks_never_reorder(written: Written) -> None:
    trace = written(*({"ts": 1700000000 + t, "type": "x"} for t in (5, 1, 3)))
    assert [event.source["line"] for event in trace.events()] == [1, 2, 3]


def test_wrong_types_stay_in_the_data(written: Written) -> None:
    trace = written(
        {"seq": "zero", "type": 5, "agent": [], "ts": "yesterday", "parent": {}, "state": [1]},
        {"seq": -9, "type": None, "parent": 99999999, "state": "text"},
        [],
        "str",
        7,
    )
    first, second, *others = events(trace)
    assert first.data["type"] == 5
    assert first.data["agent"] == []
    assert second.data["state"] == "text"
    assert [event.data for event in others] == [{"value": []}, {"value": "str"}, {"value": 7}]
    assert {event.type for event in others} == {"marker"}


def test_a_document_with_events(written: Written) -> None:
    text = json.dumps({"task": "t", "steps": [{"type": "a"}, {"type": "b"}]}, indent=2)
    trace = written(text=text)
    assert [event.type for event in trace.events()] == ["run.start", "a", "b"]
    assert trace.event(1).data == {"task": "t"}


def test_states_do_not_alias(written: Written) -> None:
    trace = written(*({"type": "s", "state": {"list": list(range(n))}} for n in range(1, 4)))
    assert [trace.state(n, "main") for n in (1, 2, 3)] == [
        {"list": [0]},
        {"list": [0, 1]},
        {"list": [0, 1, 2]},
    ]


def test_an_end_without_a_start_is_shown_as_an_end(written: Written) -> None:
    trace = written(
        {"event": "start", "kind": "tool", "id": "a", "name": "ls"},
        {"event": "end", "kind": "tool", "id": "a", "name": "ls"},
        {"event": "end", "kind": "tool", "id": "b", "name": "cat"},
    )
    found = [(event.type, event.opening, event.agent) for event in trace.events()]
    assert found == [
        ("tool.call", None, "main"), ("tool.result", 1, "main"), ("tool.result", None, "main"),
    ]  # fmt: skip
    assert fidelity(trace).startswith("no state recorded; fields (--map corrects them): type")


def test_fields_of_errors_and_spans_can_be_told(written: Written) -> None:
    records: list[JSON] = [
        {"type": "job_start", "job": "a", "fault": None},
        {"type": "job_end", "job": "a", "fault": "disk full"},
    ]
    trace = written(*records, mapping="span=job,error=fault")
    start, end = trace.events()
    assert (end.type, end.opening, end.status) == ("job.end", start.seq, "error")
