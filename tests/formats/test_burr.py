"""Burr's folders: steps, spans, crashes, forks and started applications."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.errors import TraceError
from ttdebug.formats.burr import READER
from ttdebug.model import JSON, Object
from ttdebug.store.trace import Trace

REAL = SHARED / "traces" / "generated" / "burr" / "agent"


class App:
    """Writes the folder of one application."""

    def __init__(self, project: Path, name: str, **metadata: JSON) -> None:
        self.folder = project / name
        self.folder.mkdir(parents=True)
        self._clock = 0
        self.lines: list[Object] = []
        shared: Object = {"type": "application_metadata", "partition_key": "u", **metadata}
        (self.folder / "metadata.json").write_text(json.dumps(shared))

    def _now(self) -> str:
        self._clock += 1
        return f"2026-01-01T00:{self._clock // 60:02d}:{self._clock % 60:02d}.000001"

    def line(self, type: str, **more: JSON) -> None:  # noqa: A002
        self.lines.append({"type": type, **more})

    def begin(self, number: int, action: str) -> None:
        time = self._now()
        self.line("begin_entry", start_time=time, action=action, inputs={}, sequence_id=number)

    def end(self, number: int, action: str, state: Object, exception: str | None = None) -> None:
        own: Object = {"__SEQUENCE_ID": number, "__PRIOR_STEP": action}
        self.line(
            "end_entry", end_time=self._now(), action=action, result={}, exception=exception,
            state={**state, **own}, sequence_id=number,
        )  # fmt: skip

    def step(self, number: int, action: str, **state: JSON) -> None:
        self.begin(number, action)
        self.end(number, action, state)

    def child(self, name: str, kind: str, sequence: int) -> None:
        pointer = {"type": "pointer_data", "app_id": name, "sequence_id": None}
        record = {"child": pointer, "event_type": kind, "sequence_id": sequence}
        with (self.folder / "children.jsonl").open("a") as stream:
            stream.write(json.dumps(record) + "\n")

    def write(self) -> Path:
        text = "".join(json.dumps(line) + "\n" for line in self.lines)
        (self.folder / "log.jsonl").write_text(text)
        return self.folder


def told(trace: Trace) -> list[tuple[str, str | None, str | None]]:
    return [(event.type, event.name, event.agent) for event in trace.events()]


def fidelity(trace: Trace) -> str:
    return str(trace.facts(trace.runs[0].id)["fidelity"])


def test_an_action_is_a_span_that_leaves_a_state(tmp_path: Path) -> None:
    app = App(tmp_path, "solo")
    app.step(0, "pick", n=1)
    app.step(1, "act", n=2)
    with formats.open(app.write()) as trace:
        assert trace.format == "burr"
        assert [run.id for run in trace.runs] == ["solo"]
        begin, end, after = trace.event(2), trace.event(3), trace.event(4)
        assert (begin.type, end.type, begin.name) == ("action", "action.end", "pick")
        assert (end.opening, end.status, end.duration) == (2, "ok", 1_000_000_000)
        assert end.source == {"line": 2, "app_id": "solo", "sequence_id": 0}
        assert [(edge.seq, edge.rule) for edge in trace.causes(after.seq)] == [
            (3, "the step before")
        ]
        assert trace.state(3, "root") == {"n": 1}
        assert trace.state(5, "root") == {"n": 2}
        assert end.data == {"result": {}}
        assert "local" in fidelity(trace)


def test_spans_streams_and_attributes_nest_in_their_action(tmp_path: Path) -> None:
    app = App(tmp_path, "solo")
    app.begin(0, "act")
    place: Object = {"action_sequence_id": 0, "span_id": "0:0"}
    inner: Object = {"action_sequence_id": 0, "span_id": "0:0.0"}
    app.line("begin_span", span_name="outer", parent_span_id=None, **place)
    app.line("begin_span", span_name="inner", parent_span_id="0:0", **inner)
    app.line("attribute", key="q", value=[1], tags={}, **inner)
    app.line("begin_stream", stream_init_time="2026-01-01T00:00:02", **place)
    app.line("first_item_stream", first_item_time="2026-01-01T00:00:03", **place)
    app.line("end_stream", end_time="2026-01-01T00:00:04", items_streamed=3, **place)
    app.line("end_span", **inner)
    app.line("end_span", **place)
    app.line("attribute", key="of the action", value=1, action_sequence_id=0, span_id=None)
    app.line("from the future", payload=1)
    app.end(0, "act", {"n": 1})
    with formats.open(app.write()) as trace:
        events = list(trace.events())[1:]
        assert [(event.type, event.name, event.parent) for event in events] == [
            ("action", "act", None),
            ("span", "outer", 2),
            ("span", "inner", 3),
            ("attribute", "q", 4),
            ("stream", None, 3),
            ("stream.first", None, 6),
            ("stream.end", None, 6),
            ("span.end", "inner", 4),
            ("span.end", "outer", 3),
            ("attribute", "of the action", 2),
            ("marker", "from the future", None),
            ("action.end", "act", 2),
        ]
        assert events[3].data == {"value": [1]}
        assert events[6].duration == 2_000_000_000
        assert events[10].data["payload"] == 1


def test_a_crash_is_an_error_and_an_open_action_stays_open(tmp_path: Path) -> None:
    app = App(tmp_path, "solo")
    app.begin(0, "act")
    app.end(0, "act", {"n": 1}, exception="Traceback ...")
    app.begin(1, "act")
    with formats.open(app.write()) as trace:
        assert [event.status for event in trace.events()][1:] == ["error", "error", "open"]
        assert trace.event(3).data["error"] == "Traceback ..."
        assert "1 action that never ended" in fidelity(trace)


def family(tmp_path: Path) -> tuple[Path, Path]:
    """A parent of four steps, and a child that left it after step 1."""
    parent = App(tmp_path, "parent")
    for number in range(4):
        parent.step(number, "act", n=number)
    parent.child("child", "fork", 1)
    parent.child("child", "fork", 1)
    child = App(tmp_path, "child", parent_pointer={"app_id": "parent", "sequence_id": 1})
    child.step(2, "act", n=20)
    child.step(3, "act", n=30)
    return parent.write(), child.write()


def test_a_fork_is_a_timeline_of_its_parent(tmp_path: Path) -> None:
    parent, _ = family(tmp_path)
    with formats.open(parent) as trace:
        main, fork = trace.runs[0].timelines
        assert (main.name, fork.name, fork.parent) == ("main", "fork-1", main.id)
        left = trace.event(fork.fork_seq)
        assert left.source["sequence_id"] == 1
        assert trace.before(fork.fork_seq + 8, "root") is not None
        ends = [event for event in trace.events() if event.type == "action.end"]
        states: list[Any] = [trace.state(event.seq, "root", event.timeline_id) for event in ends]
        assert [state["n"] for state in states] == [0, 1, 2, 3, 20, 30]
        assert ends[-1].source["file"] == "child/log.jsonl"
        assert trace.warnings == ()


def test_a_fork_opened_itself_begins_with_what_it_inherits(tmp_path: Path) -> None:
    _, child = family(tmp_path)
    with formats.open(child) as trace:
        assert [line.name for line in trace.runs[0].timelines] == ["main"]
        ends = [event for event in trace.events() if event.type == "action.end"]
        assert [event.source["sequence_id"] for event in ends] == [0, 1, 2, 3]
        assert ends[1].source["file"] == "parent/log.jsonl"
        assert "file" not in ends[2].source
        assert trace.state(ends[1].seq, "root") == {"n": 1}
        assert trace.state(ends[3].seq, "root") == {"n": 30}
        assert "from the log of the application it left" in fidelity(trace)


def test_a_parent_that_is_not_there_is_named(tmp_path: Path) -> None:
    _, child = family(tmp_path)
    (tmp_path / "parent").rename(tmp_path / "elsewhere")
    with formats.open(child) as trace:
        assert "not recorded: steps before the fork from parent" in fidelity(trace)
        assert trace.state(3, "root") == {"n": 20}


def test_a_relative_that_changes_makes_a_new_conversion(tmp_path: Path) -> None:
    parent, child = family(tmp_path)
    assert child / "log.jsonl" in set(READER.companions(parent / "log.jsonl"))
    formats.open(parent).close()
    with (child / "log.jsonl").open("a") as stream:
        stream.write('{"type": "note"}\n')
    with formats.open(parent) as trace:
        assert trace.event(trace.last_seq).type == "marker"


def test_a_started_application_is_an_agent_inside_the_action(tmp_path: Path) -> None:
    parent = App(tmp_path, "parent")
    parent.step(0, "start", n=0)
    parent.step(1, "next", n=1)
    parent.child("worker", "spawn_start", 0)
    parent.child("gone", "spawn_start", 1)
    worker = App(tmp_path, "worker", spawning_parent_pointer={"app_id": "parent"})
    worker.step(0, "work", done=True)
    worker.write()
    with formats.open(parent.write()) as trace:
        assert told(trace)[1:5] == [
            ("action", "start", "root"),
            ("action", "work", "worker"),
            ("action.end", "work", "worker"),
            ("action.end", "start", "root"),
        ]
        assert trace.event(3).parent == 2
        assert trace.state(4, "worker") == {"done": True}
        assert (4, "started by this step") in {(edge.seq, edge.rule) for edge in trace.causes(5)}
        assert "spawn gone: its folder is not beside parent" in trace.warnings
        assert ("spawn", "gone", None) in told(trace)


@pytest.mark.parametrize("name", ["../outside", "..", "/etc", "a\0b", "loop"])
def test_a_child_cannot_lead_elsewhere_or_in_circles(tmp_path: Path, name: str) -> None:
    App(tmp_path, "outside").write()
    app = App(tmp_path / "project", "loop", parent_pointer={"app_id": name})
    app.step(0, "act", n=1)
    app.child(name, "fork", 0)
    app.child(name, "spawn_start", 0)
    with formats.open(app.write()) as trace:
        assert sum(event.type == "action" for event in trace.events()) == 1


def test_damage_is_told_with_its_place(tmp_path: Path) -> None:
    parent, child = family(tmp_path)
    with (parent / "children.jsonl").open("a") as stream:
        stream.write("{}\n")
    (parent / "graph.json").write_text("{")
    text = (child / "log.jsonl").read_text()
    (child / "log.jsonl").write_text("garbage\n[1]\n" + text)
    with formats.open(parent) as trace:
        shown = "\n".join(trace.warnings)
        assert "parent/children.jsonl, line 3: no child application" in shown
        assert "parent/graph.json: not JSON" in shown
        assert "child/log.jsonl, line 1: not JSON" in shown
        assert [event.data["value"] for event in trace.events() if event.type == "marker"] == [[1]]


def test_a_log_alone_is_read_without_its_relatives(tmp_path: Path) -> None:
    parent, _ = family(tmp_path)
    copied = tmp_path / "copied.jsonl"
    copied.write_bytes((parent / "log.jsonl").read_bytes())
    with formats.open(copied) as trace:
        assert (trace.runs[0].id, len(trace.runs[0].timelines)) == ("copied", 1)


def test_a_folder_of_applications_names_them(tmp_path: Path) -> None:
    family(tmp_path / "all" / "project")
    with pytest.raises(TraceError, match=r"name one of its recordings: child/, parent/$"):
        formats.open(tmp_path / "all" / "project")
    with pytest.raises(TraceError, match=r"recordings: project/child/, project/parent/$"):
        formats.open(tmp_path / "all")
    (tmp_path / "one" / "deep").mkdir(parents=True)
    (tmp_path / "one" / "deep" / "a.jsonl").write_text("{}")
    with pytest.raises(TraceError, match=r"recordings: deep/a\.jsonl$"):
        formats.open(tmp_path / "one")


@needs_shared
def test_the_real_run_and_its_fork() -> None:
    with formats.open(REAL / "run-main") as trace:
        types: dict[str, int] = {}
        for event in trace.events():
            if event.timeline == "main":
                types[event.type] = types.get(event.type, 0) + 1
        assert types == {
            "run.start": 1, "action": 47, "action.end": 47, "span": 30, "span.end": 30,
            "attribute": 30,
        }  # fmt: skip
        lost = next(e for e in trace.events() if e.source.get("line") == 120)
        assert (lost.name, lost.source["sequence_id"]) == ("settle", 29)
        before: Any = trace.before(lost.seq, "root")
        after: Any = trace.state(lost.seq, "root")
        assert (before["wallet"], after["wallet"]) == (72.0, None)
        crashed = next(e for e in trace.events() if e.source.get("line") == 72)
        assert (crashed.status, crashed.source["sequence_id"]) == ("error", 17)
        fork = trace.runs[0].timelines[1]
        assert trace.event(fork.fork_seq).source["sequence_id"] == 20
        assert trace.warnings == ()
