"""What encloses what: across threads, executors, tasks and generators; files of several writers."""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import ttdebug
from ttdebug.model import Edge, Event
from ttdebug.recorder import forms
from ttdebug.store.trace import Trace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ttd"


def recorded(path: Path) -> dict[int, Event]:
    with Trace.open(path) as trace:
        return {event.seq: event for event in trace.events()}


def test_bound_functions_stay_in_their_span(path: Path) -> None:
    with ttdebug.record(path) as rec, ThreadPoolExecutor(2) as pool:
        with rec.span("step", "a") as first:
            work = rec.bind(lambda: rec.event("x", "of a"))
        with rec.span("step", "b") as second:
            inside = [pool.submit(work).result(), *pool.map(rec.bind(rec.event), ["y"] * 3)]
            loose = pool.submit(rec.event, "z").result()
            thread = threading.Thread(target=rec.bind(lambda: inside.append(rec.event("t"))))
            thread.start()
            thread.join()
    parents = {seq: event.parent for seq, event in recorded(path).items()}
    assert [parents[seq] for seq in inside] == [first.seq, *[second.seq] * 4]
    assert parents[loose] is None


def shout(text: str) -> str:
    return text.upper()


def test_a_bound_function_is_itself_in_another_process(path: Path) -> None:
    with ttdebug.record(path) as rec, rec.span("step"):
        bound = rec.bind(shout)
        sent = pickle.dumps(bound)
    assert (bound("a"), bound.__name__) == ("A", "shout")
    assert pickle.loads(sent)("b") == "B"
    assert b"ttdebug" not in sent


async def test_tasks_and_their_threads_stay_in_their_span(path: Path) -> None:
    with ttdebug.record(path) as rec:

        async def work(name: str) -> tuple[int, int, int]:
            with rec.span("step", name) as step:
                loop = asyncio.get_running_loop()
                copied = await asyncio.to_thread(rec.event, "copied")
                bound = await loop.run_in_executor(None, rec.bind(rec.event), "bound")
            return step.seq, copied, bound

        found = await asyncio.gather(*(work(str(n)) for n in range(4)))
    parents = {seq: event.parent for seq, event in recorded(path).items()}
    for step, *inside in found:
        assert [parents[seq] for seq in inside] == [step, step]


def test_a_traced_generator_is_a_span_around_its_own_code(path: Path) -> None:
    with ttdebug.record(path) as rec:

        @rec.traced
        def count(most: int) -> Generator[int, str, str]:
            for number in range(most):
                with rec.span("inner"):
                    yield rec.event("inside", number=number)
            return "done"

        outside: list[int] = []

        def whole() -> Iterator[int]:
            got = yield from count(3)
            assert got == "done"

        steps = whole()
        inside = [next(steps)]
        with rec.span("other") as other:
            outside.append(rec.event("outside"))
            inside += list(steps)
            outside.append(rec.event("outside"))
    events = recorded(path)
    opening = next(event for event in events.values() if event.type == "call")
    assert opening.data == {"args": {"most": 3}}
    assert opening.closing is not None
    assert events[opening.closing].data == {"result": "done", "yielded": 3}
    for seq in inside:
        inner = events[seq].parent
        assert inner is not None
        assert events[inner].parent == opening.seq
    assert [events[seq].parent for seq in outside] == [other.seq, other.seq]
    assert events[other.seq].parent is None


def test_a_generator_can_be_sent_to_thrown_into_and_left(path: Path) -> None:
    with ttdebug.record(path) as rec:

        @rec.traced(name="echo")
        def echo() -> Generator[object, object, None]:
            got: object = None
            while True:
                try:
                    got = yield got
                except KeyError as error:
                    got = error

        steps = echo()
        assert next(steps) is None
        assert steps.send(5) == 5
        assert isinstance(steps.throw(KeyError("k")), KeyError)
        steps.close()
        failing = echo()
        next(failing)
        with pytest.raises(OSError, match="gone"):
            failing.throw(OSError("gone"))
        echo().close()  # never started, so nothing was called
    statuses = [event.status for event in recorded(path).values() if event.name == "echo"]
    assert statuses == ["cancelled", "cancelled", "error", "error"]


async def test_a_traced_asynchronous_generator(path: Path) -> None:
    with ttdebug.record(path) as rec:

        @rec.traced(type="tool.call", name="stream")
        async def stream(most: int) -> AsyncIterator[int]:
            for _ in range(most):
                await asyncio.sleep(0)
                yield rec.event("inside")

        inside, outside = [], []
        async for seq in stream(2):
            inside.append(seq)
            outside.append(rec.event("outside"))
    events = recorded(path)
    opening = next(event for event in events.values() if event.name == "stream")
    assert [events[seq].parent for seq in inside] == [opening.seq] * 2
    assert [events[seq].parent for seq in outside] == [None, None]
    assert opening.closing is not None
    assert events[opening.closing].data == {"result": None, "yielded": 2}


def test_messages_between_agents_of_threads_are_joined(path: Path) -> None:
    with ttdebug.record(path, agent="a") as rec:
        sent = {n: rec.message(f"m{n}", to="b", id=f"id-{n}") for n in range(8)}
        other = rec.agent("b")
        with ThreadPoolExecutor(4) as pool:
            received = list(pool.map(lambda n: other.message("got", id=f"id-{n}"), range(8)))
    with Trace.open(path) as trace:
        for number, seq in enumerate(received):
            assert trace.causes(seq) == [Edge(sent[number], "recorded", "message received")]


PROCESS = """
import sys, ttdebug
with ttdebug.record(sys.argv[1], run=sys.argv[2]) as rec:
    print(rec.path.name, flush=True)
    sys.stdin.read()
    for n in range(20):
        rec.event("x", n=n)
"""


def test_several_processes_record_into_one_folder(path: Path) -> None:
    started = []
    for number in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(path), f"p{number}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        started.append((process, process.stdout.readline().strip()))
    for process, _ in started:
        process.communicate("")
    names = [name for _, name in started]
    assert names == ["run.ttd", *(f"run.{process.pid}.ttd" for process, _ in started[1:])]
    assert sorted(file.name for file in path.parent.iterdir()) == sorted(names)
    for number, name in enumerate(names):
        with Trace.open(path.parent / name) as trace:
            assert [run.name for run in trace.runs] == [f"p{number}"]
            assert trace.sealed
            assert trace.last_seq == 22


def test_what_is_too_large_is_cut_where_one_sees_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ttdebug.recorder.serialise.MAX_TEXT", 100)
    monkeypatch.setattr("ttdebug.recorder.serialise.HEAD", 10)
    monkeypatch.setattr("ttdebug.recorder.serialise.MAX_NODES", 50)
    assert forms.MAX_TEXT == 8 << 20
    with ttdebug.record(path, agent="a") as rec:
        seq = rec.event("x", text="abc" * 50, fine="abc")
        rec.snapshot({"log": "abc" * 50, "many": [[n] for n in range(60)], "after": 1})
    with Trace.open(path) as trace:
        cut = {"$ttd": "truncated", "reason": "size", "type": "str", "length": 150}
        assert trace.event(seq).data == {"text": {**cut, "head": "abcabcabca"}, "fine": "abc"}
        state = trace.state(seq + 1, "a")
        assert isinstance(state, dict)
        assert state["log"] == {**cut, "head": "abcabcabca"}
        assert {"$ttd": "truncated", "reason": "size"} in state["many"]  # type: ignore[operator]  # a list
        assert state["after"] == 1
    assert rec.stats.faults == 0
