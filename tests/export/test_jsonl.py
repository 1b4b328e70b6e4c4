"""Our own JSON Lines: what is exported and imported again is the same recording."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import assume, given, settings

from tests.recordings import Act, acts, record, recorded, trip
from tests.support import SAMPLES
from ttdebug import formats
from ttdebug.formats.export import Part, jsonl
from ttdebug.model import Edge
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer


def exported(trace: Trace, path: Path, **part: object) -> Path:
    path.write_bytes(b"".join(jsonl.lines(Part(trace, **part))))  # type: ignore[arg-type]  # each caller names real fields
    return path


def imported(source: Path) -> Trace:
    target = source.with_suffix(".ttd")
    formats.import_file(source, target)
    return Trace.open(target)


def everything(trace: Trace) -> dict[str, object]:
    """All that can be asked of a recording."""
    return {
        "runs": trace.runs,
        "timelines": dict(trace.timelines),
        "events": list(trace.events()),
        "deltas": [trace.delta(seq) for seq in range(1, trace.last_seq + 1)],
        "causes": [trace.causes(seq) for seq in range(1, trace.last_seq + 1)],
        "states": [
            (seq, line, agent, repr(trace.state(seq, agent, line)))
            for line in trace.timelines
            for agent in trace.agents_with_state(line)
            for seq in range(0, trace.last_seq + 1, 7)
        ],
        "facts": {run.id: trace.facts(run.id) for run in trace.runs},
    }


def test_the_sample_comes_back_as_it_was(tmp_path: Path) -> None:
    trace = Trace.open(SAMPLES / "trip_planning" / "run.ttd")
    with trace, imported(exported(trace, tmp_path / "run.jsonl")) as again:
        assert everything(again) == everything(trace)
        assert again.warnings == trace.warnings


@settings(max_examples=60, deadline=None)
@given(acts)
def test_any_recording_comes_back_as_it_was(actions: list[Act]) -> None:
    with recorded(actions) as trace:
        assume(trace.last_seq)
        target = trace.path.parent / "run.jsonl"
        with imported(exported(trace, target)) as again:
            assert everything(again) == everything(trace)


def test_what_json_hardly_holds_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "odd.ttd"
    with Writer.create(path) as writer:
        line = writer.run("r", "a \ud800 name".encode("utf-8", "backslashreplace").decode())
        odd = {"big": 2**80, "lone": "\ud800", "long": "x" * 5000, "$blob": "k", "minus": -0.0}
        writer.append(line, "state", agent="a", time=1_700_000_000_123_456_789, state=odd)
        writer.append(line, "note", data={"n": 2**70, "text": "\udfff\n\u202e"})
        writer.append(
            line, "message", agent="a", delta=[{"op": "replace", "path": "/big", "value": 1}]
        )
        writer.cause(1, Edge(2, "inferred", "said so later"))
        writer.fact(line, "redacted", {"name": 3})
    with Trace.open(path) as trace, imported(exported(trace, tmp_path / "odd.jsonl")) as again:
        assert everything(again) == everything(trace)
        assert again.event(1).time == 1_700_000_000_123_456_789
        assert again.causes(1) == [Edge(2, "inferred", "said so later")]


def test_a_slice_begins_with_whole_states_and_keeps_the_old_numbers(tmp_path: Path) -> None:
    trace = trip(tmp_path / "trip.ttd")
    with trace, imported(exported(trace, tmp_path / "part.jsonl", first=9, last=15)) as part:
        assert [event.source["seq"] for event in part.events()] == list(range(9, 16))
        assert [event.type for event in part.events()] == [
            event.type for event in trace.events(9, 15)
        ]
        for new, old in ((4, 12), (7, 15)):
            line = part.event(new).timeline_id
            assert part.state(new, "planner", line) == trace.state(old, "planner")
        fork = part.timelines[part.event(7).timeline_id]
        assert (fork.name, fork.fork_seq) == ("fork-1", 2)
        assert part.event(4).opening == 3


def test_a_slice_of_an_agent_holds_its_events_alone(tmp_path: Path) -> None:
    trace = trip(tmp_path / "trip.ttd")
    with trace, imported(exported(trace, tmp_path / "part.jsonl", agents=["booker"])) as part:
        assert {event.agent for event in part.events()} == {"booker"}
        assert part.state(part.last_seq, "booker") == {"tried": 1}
        assert part.event(1).parent is None


def test_a_slice_of_a_tag_holds_the_state_at_each(tmp_path: Path) -> None:
    with Trace.open(SAMPLES / "trip_planning" / "run.ttd") as trace:
        tagged = [event for event in trace.events() if "money" in (event.data.get("tags") or [])]  # type: ignore[operator]  # a list by construction
        with imported(exported(trace, tmp_path / "part.jsonl", tags=["money"])) as part:
            assert [event.source["seq"] for event in part.events()] == [e.seq for e in tagged]
            for new, old in enumerate(tagged, 1):
                assert old.agent is not None
                assert part.state(new, old.agent) == trace.state(old.seq, old.agent)


def test_a_cut_or_altered_export_says_so(tmp_path: Path) -> None:
    with trip(tmp_path / "trip.ttd") as trace:
        whole = exported(trace, tmp_path / "run.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_bytes(b"".join(lines[:8]))
    (tmp_path / "altered.jsonl").write_bytes(whole.replace(b"Oslo", b"Bonn"))
    (tmp_path / "torn.jsonl").write_bytes(b"".join([*lines[:8], b'{"seq": 7, "ti\n', *lines[9:]]))
    with imported(tmp_path / "cut.jsonl") as cut:
        assert "the export has no end" in cut.warnings[0]
    with imported(tmp_path / "altered.jsonl") as altered:
        assert "was altered" in altered.warnings[0]
        assert altered.last_seq == 16
    with imported(tmp_path / "torn.jsonl") as torn:
        assert any("line 9" in warning for warning in torn.warnings)
        assert torn.last_seq == 15


def test_every_line_is_an_object_with_its_number(tmp_path: Path) -> None:
    record(tmp_path / "r.ttd", [Act("event", "a", 0, (0, 1, 1), 1, None)] * 3)
    with Trace.open(tmp_path / "r.ttd") as trace:
        values = [json.loads(line) for line in jsonl.lines(Part(trace))]
    assert values[0] == {"format": "ttdebug", "version": 1, "whole": True}
    assert [value["seq"] for value in values if "seq" in value] == [1, 2, 3]
    assert values[-1]["end"]["events"] == 3
