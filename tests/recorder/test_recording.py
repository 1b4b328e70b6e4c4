from __future__ import annotations

import asyncio
import contextvars
import dataclasses
import threading
from pathlib import Path

import pytest

import ttdebug
from ttdebug.model import MISSING, Edge, Event
from ttdebug.store.trace import Trace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ttd"


def recorded(path: Path) -> list[Event]:
    with Trace.open(path) as trace:
        return list(trace.events())


def test_events_spans_and_their_parents(path: Path) -> None:
    with ttdebug.record(path, agent="planner") as rec:
        before = rec.event("decision", "go", confidence=0.8)
        with rec.span("tool.call", "search", query="q") as call:
            inside = rec.event("decision", "inner", cause=before)
            assert call.result([1]) == [1]
        after = rec.event("decision", "after", cause=[call, before])
    events = {event.seq: event for event in recorded(path)}
    start, end = events[1], events[after + 1]
    assert (start.type, start.opens, end.type, end.parent) == ("run.start", False, "run.end", None)
    assert end.status == "ok"
    assert (events[before].parent, events[before].data) == (None, {"confidence": 0.8})
    opening, closing = events[call.seq], events[call.seq + 2]
    assert (opening.type, opening.name, opening.data) == (
        "tool.call",
        "search",
        {"args": {"query": "q"}},
    )
    assert (closing.type, closing.name, closing.data) == ("tool.result", "search", {"result": [1]})
    assert (closing.parent, closing.opening, opening.closing) == (call.seq, call.seq, closing.seq)
    assert opening.duration == closing.duration is not None
    assert (events[inside].parent, events[after].parent) == (call.seq, None)
    assert {event.agent for event in events.values()} == {"planner"}
    with Trace.open(path) as trace:
        assert trace.causes(inside) == [Edge(before, "recorded")]
        assert {edge.seq for edge in trace.causes(after)} == {before, call.seq}
        assert trace.causes(closing.seq) == [Edge(call.seq, "recorded", "result of call")]
        assert trace.sealed


def test_a_failed_span_is_an_error_and_raises_on(path: Path) -> None:
    rec = ttdebug.record(path)
    with pytest.raises(ValueError, match="wrong"), rec, rec.span("step", "one"):
        raise ValueError("wrong")
    _, opening, closing, end = recorded(path)
    assert (opening.status, closing.type, closing.status) == ("error", "step.end", "error")
    error = closing.data["error"]
    assert isinstance(error, dict)
    assert (error["type"], error["message"]) == ("ValueError", "wrong")
    assert "test_recording.py" in str(error["at"])
    assert (end.type, end.status) == ("run.end", "error")


def test_a_handled_failure_can_be_told(path: Path) -> None:
    with ttdebug.record(path) as rec, rec.span("llm.call", "m-1", messages=[]) as call:
        call.error(TimeoutError())
        call.result("partial", usage={"input_tokens": 3})
    closing = recorded(path)[2]
    assert (closing.type, closing.status) == ("llm.result", "error")
    assert (closing.data["output"], closing.data["usage"]) == ("partial", {"input_tokens": 3})


def test_state_is_captured_at_each_event(path: Path) -> None:
    state: dict[str, object] = {"budget": {"remaining": 3}, "seen": set()}
    with ttdebug.record(path, agent="a", state=lambda: state) as rec:
        with rec.span("tool.call", "search") as call:
            state["budget"] = {"remaining": 2}
        seq = rec.event("decision")
    with Trace.open(path) as trace:
        first = trace.state(call.seq, "a")
        assert first == {"budget": {"remaining": 3}, "seen": {"$ttd": "set", "items": []}}
        assert trace.delta(call.seq + 1) == [
            {"op": "replace", "path": "/budget/remaining", "value": 2}
        ]
        assert trace.delta(seq) == []
        assert trace.event(seq).has_state


def test_snapshots_belong_to_their_agent(path: Path) -> None:
    with ttdebug.record(path, agent="a", state=lambda: {"a": 1}) as rec:
        other = rec.snapshot({"b": 1}, agent="b")
        child = rec.agent("c", state=lambda: {"c": 1})
        last = child.event("decision")
    with Trace.open(path) as trace:
        assert trace.state(other, "b") == {"b": 1}
        assert trace.state(last, "c") == {"c": 1}
        assert trace.event(last).agent == "c"


def test_checkpoints_notes_and_messages(path: Path) -> None:
    with ttdebug.record(path, agent="a") as rec:
        mark = rec.checkpoint("before", kind="pre-operation", tags=["db"])
        note = rec.note("look here")
        sent = rec.message("do it", to="b", role="user", id="m1")
        received = rec.agent("b").message("do it", id="m1")
    with Trace.open(path) as trace:
        assert trace.event(mark).name == "before"
        assert trace.event(mark).data == {"kind": "pre-operation", "tags": ["db"]}
        assert trace.event(note).data == {"text": "look here"}
        assert trace.event(sent).data["to"] == "b"
        assert trace.causes(received) == [Edge(sent, "recorded", "message received")]


def test_a_fork_shares_what_was_before_it(path: Path) -> None:
    state = {"n": 1}
    with ttdebug.record(path, agent="a", state=lambda: state) as rec:
        base = rec.event("x")
        state["n"] = 2
        rec.event("y")
        state["n"] = 3
        fork = rec.fork("what-if", at=base)
        there = fork.event("z")
        deeper = fork.fork().event("w")
    with Trace.open(path) as trace:
        lines = {line.name: line for line in trace.timelines.values()}
        assert list(lines) == ["main", "what-if", "fork-2"]
        assert (lines["what-if"].fork_seq, lines["fork-2"].parent) == (base, lines["what-if"].id)
        assert trace.before(there, "a") == {"n": 1}
        assert trace.state(there, "a") == {"n": 3}
        assert trace.state(deeper, "a") == {"n": 3}
        assert trace.event(there).parent is None


def test_each_fork_has_a_name_of_its_own(path: Path) -> None:
    rec = ttdebug.record(path)
    for _ in range(2):
        with rec:
            for name in ("what-if", "what-if", "fork-4", None, "main"):
                rec.fork(name).event("x")
    with Trace.open(path) as trace:
        for run in trace.runs:
            names = [line.name for line in run.timelines]
            assert names == ["main", "what-if", "what-if-2", "fork-4", "fork-5", "main-2"]


def test_a_span_that_the_fork_does_not_share_is_not_its_parent(path: Path) -> None:
    with ttdebug.record(path) as rec:
        early = rec.event("x")
        with rec.span("step") as step:
            inside = rec.fork("here").event("a")
            outside = rec.fork("before", at=early).event("b")
    parents = {event.seq: event.parent for event in recorded(path)}
    assert (parents[inside], parents[outside]) == (step.seq, None)


def test_recording_again_adds_a_run(path: Path) -> None:
    rec = ttdebug.record(path, run="first")

    @rec
    def task(number: int) -> int:
        rec.event("work", number=number)
        return number

    assert [task(1), task(2)] == [1, 2]
    with ttdebug.record(path, run="second") as again:
        again.event("x")
    with Trace.open(path) as trace:
        assert [run.name for run in trace.runs] == ["first", "first", "second"]
        assert len({run.id for run in trace.runs}) == 3
        assert [event.seq for event in trace.events()] == list(range(1, 10))


def test_without_with_the_file_opens_by_itself(path: Path) -> None:
    rec = ttdebug.record(path)
    assert not path.exists()
    assert rec.event("x") == 2
    rec.close()
    rec.close()
    assert [event.type for event in recorded(path)] == ["run.start", "x", "run.end"]


def test_traced_functions(path: Path) -> None:
    with ttdebug.record(path) as rec:

        class Tools:
            @rec.traced
            def add(self, a: int, b: int = 2) -> int:
                return a + b

            @rec.traced(type="tool.call", name="wait", agent="waiter")
            async def wait(self, *args: int) -> int:
                await asyncio.sleep(0)
                return rec.event("inner")

        assert Tools().add(1) == 3
        inner = asyncio.run(Tools().wait(7, 8))
        with pytest.raises(TypeError):
            Tools().add()  # type: ignore[call-arg]  # the call is wrong on purpose
    events = recorded(path)
    call, result, tool, event = events[1:5]
    assert (call.type, call.data) == ("call", {"args": {"a": 1}})
    assert str(call.name).endswith("Tools.add")
    assert result.data == {"result": 3}
    assert (tool.name, tool.agent, tool.data) == ("wait", "waiter", {"args": {"args": TUPLE}})
    assert (event.seq, event.parent) == (inner, tool.seq)
    assert events[7].status == "error"


@dataclasses.dataclass
class State:
    budget: float
    seen: set[str]
    parts: list[Part]


@dataclasses.dataclass
class Part:
    name: str
    done: bool | int


def test_a_dataclass_is_a_state_of_its_fields(path: Path) -> None:
    state = State(1.0, set(), [Part(f"p{n}", False) for n in range(50)])
    with ttdebug.record(path, agent="a", state=lambda: state) as rec:
        rec.event("x")
        state.parts[7].done = True
        state.seen.add("b")
        first = rec.event("y")
        state.parts[7].done = 1
        second = rec.event("z")
    with Trace.open(path) as trace:
        assert trace.delta(first) == [
            {"op": "add", "path": "/seen/items/0", "value": "b"},
            {"op": "replace", "path": "/parts/7/done", "value": True},
        ]
        assert trace.delta(second) == [{"op": "replace", "path": "/parts/7/done", "value": 1}]


TUPLE = {"$ttd": "tuple", "items": [7, 8]}


async def test_a_cancelled_task_is_no_error(path: Path) -> None:
    with ttdebug.record(path) as rec:

        async def work() -> None:
            with rec.span("step"):
                await asyncio.sleep(60)

        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [event.status for event in recorded(path)[1:3]] == ["cancelled", "cancelled"]


async def test_tasks_keep_their_own_parents(path: Path) -> None:
    with ttdebug.record(path) as rec:

        async def work(name: str) -> tuple[int, int]:
            with rec.span("step", name) as step:
                await asyncio.sleep(0)
                seq = rec.event("x", name)
                await asyncio.sleep(0)
            return step.seq, seq

        found = await asyncio.gather(*(work(str(n)) for n in range(5)))
    parents = {event.seq: event.parent for event in recorded(path)}
    assert all(parents[seq] == step for step, seq in found)
    assert all(parents[step] is None for step, _ in found)


def test_threads_share_a_recorder(path: Path) -> None:
    seqs: list[int] = []
    with ttdebug.record(path) as rec, rec.span("step") as step:

        def work() -> None:
            seqs.extend(rec.event("x") for _ in range(50))

        contexts = [contextvars.copy_context() for _ in range(4)]
        threads = [threading.Thread(target=context.run, args=(work,)) for context in contexts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        alone = threading.Thread(target=lambda: seqs.append(rec.event("y")))
        alone.start()
        alone.join()
    events = {event.seq: event for event in recorded(path)}
    assert sorted(seqs) == list(range(3, 204))
    assert {events[seq].parent for seq in seqs[:-1]} == {step.seq}
    assert events[seqs[-1]].parent is None
    assert rec.stats.faults == 0


def test_secrets_do_not_reach_the_file(path: Path) -> None:
    secret = "sk-ant-abcdefghijklmnopqrstuvwx"
    state: dict[str, object] = {"config": {"n": 1, "password": None}, "log": ["x" * 3000]}
    with ttdebug.record(path, agent="a", state=lambda: state) as rec:
        rec.event("x", secret)
        state["config"] = {"n": 1, "password": "hunter2"}
        rec.event("y", text=f"use {secret}")
        state["log"] = ["x" * 3000, secret]
        last = rec.event("z")
        state["api_key"] = "hunter2"
        state["config"] = {"n": 2, "password": "hunter2", "client_secret": "hunter2"}
        rec.snapshot(state)
    assert rec.stats.redacted >= 5
    for file in path.parent.iterdir():
        data = file.read_bytes()
        assert secret.encode() not in data
        assert b"hunter2" not in data
    with Trace.open(path) as trace:
        seen = trace.state(last, "a")
        assert isinstance(seen, dict)
        assert "[redacted:" in str(seen["config"])
        assert trace.state(1, "a") is MISSING


class Plan:
    def __init__(self) -> None:
        self.steps = [1]


def test_a_state_that_holds_what_cannot_be_read_says_so(path: Path) -> None:
    state = {"plan": Plan(), "n": 0}
    rec = ttdebug.record(path, agent="a", state=lambda: state)
    for number in range(2):
        with rec:
            state["n"] = number
            rec.event("x", args=threading.Lock())
            rec.event("x")
            rec.agent("b").snapshot(Plan())
    with ttdebug.open(path) as found:
        warnings = [warning for warning in found.warnings if "Plan" in warning]
        assert len(warnings) == len(found.warnings) == 2
        assert "test_recording.Plan in a state were recorded without" in warnings[0]
        assert "dataclass" in warnings[0]
    with ttdebug.record(path, agent="a", state=lambda: state) as rec:
        rec.checkpoint("here")
    with ttdebug.open(path) as found:
        (point,) = found.checkpoints()
        assert point.lost() == {"/plan": "object"}
