"""Recordings made by hand or at random, for tests of what is asked about them."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from ttdebug.delta import Delta, apply
from ttdebug.errors import TraceError
from ttdebug.model import JSON, MISSING, Value
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

SECOND = 10**9
BEGAN = 1_700_000_000 * SECOND


def trip(path: Path) -> Trace:
    """Two agents, spans three deep, an error, a retry, and a fork; one event per second.

    main:   1 run.start (planner)
            2   message
            3   step (x) ......................... level 1
            4     tool.call search (booker) ....... level 2
            5       state (booker) ................ level 3
            6       error (booker)
            7     tool.result search, status error
            8     retry (planner)
            9   step end
           10   decision (planner)
           11   tool.call book
           12   tool.result book, remaining -> null
    fork-1 at 10: 13 decision, 14 tool.call, 15 tool.result
    main:  16 run.end
    """
    writer = Writer.create(path, durability="batch")
    main = writer.run("r1", "trip", time=BEGAN)
    clock = iter(range(BEGAN, BEGAN + 100 * SECOND, SECOND))

    def add(type_: str, agent: str, line: int = main, **more: object) -> int:
        return writer.append(line, type_, agent=agent, time=next(clock), **more)  # type: ignore[arg-type]  # each caller names real parameters

    plan = {"budget": {"remaining": 100, "limit": 300}, "todo": [{"id": 1, "done": False}]}
    root = add("run.start", "planner", opens=True, state=plan)
    add("message", "planner", parent=root, data={"content": "Find a Flight to Oslo"})
    step = add("x", "planner", name="step", parent=root, opens=True)
    call = add("tool.call", "booker", name="search", parent=step, opens=True)
    add("state", "booker", parent=call, state={"tried": 1})
    add("error", "booker", parent=call, status="error", data={"message": "timeout"})
    add("tool.result", "booker", closes=call, status="error", duration=3 * SECOND)
    add("retry", "planner", parent=step)
    add("x.end", "planner", closes=step, status="ok")
    add("decision", "planner", parent=root, name="book")
    book = add("tool.call", "planner", name="book", parent=root, opens=True)
    plan = {**plan, "budget": {"remaining": None, "limit": 300}}
    add("tool.result", "planner", closes=book, status="ok", state=plan)
    fork = writer.fork(main, 10)
    add("decision", "planner", fork, parent=root, name="walk")
    walk = add("tool.call", "planner", fork, name="walk", parent=root, opens=True)
    repaired = {"budget": {"remaining": 100, "limit": 300}, "todo": [{"id": 1, "done": True}]}
    add("tool.result", "planner", fork, closes=walk, status="ok", state=repaired)
    add("run.end", "planner", closes=root, status="ok")
    writer.close()
    return Trace.open(path)


class Act(NamedTuple):
    """One event of a random recording."""

    kind: str  # event, open, close, fork
    agent: str
    line: int  # which of the timelines so far
    change: tuple[int, ...]
    gap: int
    status: str | None


CHANGES = 14
_ACT = st.builds(
    Act,
    st.sampled_from(["event"] * 6 + ["open", "close", "close", "fork"]),
    st.sampled_from(["a", "a", "b"]),
    st.integers(0, 3),
    st.tuples(st.integers(0, CHANGES + 2), st.integers(0, 9), st.integers(0, 9)),
    st.integers(-1, 3),
    st.sampled_from([None, None, "ok", "error"]),
)
acts = st.lists(_ACT, min_size=1, max_size=40)

START: dict[str, JSON] = {
    "n": 1,
    "s": {"x": "one", "1": {"y": 0}},
    "todo": [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}, {"id": "x", "v": {"deep": 1}}],
    "raw": [1, 2, 2, 3],
}


@contextmanager
def recorded(actions: list[Act]) -> Iterator[Trace]:
    """A recording of random actions, opened, and gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random.ttd"
        record(path, actions)
        with Trace.open(path) as trace:
            yield trace


def record(path: Path, actions: list[Act]) -> None:
    """Write random actions: a span tree per timeline, and states that change."""
    writer = Writer.create(path, durability="batch")
    lines = [writer.run("r", time=BEGAN)]
    stacks: dict[int, list[int]] = {lines[0]: []}
    states: dict[int, dict[str, JSON]] = {lines[0]: {}}
    time = BEGAN
    last = 0
    for act in actions:
        line = lines[act.line % len(lines)]
        stack = stacks[line]
        time += act.gap * SECOND
        if act.kind == "fork":
            if last and len(lines) < 4:
                _fork(writer, lines, stacks, states, line, last)
            continue
        known = states[line]
        state, delta = _next_state(known.get(act.agent, MISSING), act.change)
        if state is not MISSING:
            known[act.agent] = copy.deepcopy(state)
        closes = stack.pop() if act.kind == "close" and stack else None
        last = writer.append(
            line,
            "tool.result" if closes else "tool.call" if act.kind == "open" else "state",
            agent=act.agent,
            name=f"n{act.change[1]}",
            time=time if act.gap >= 0 else None,
            parent=closes or (stack[-1] if stack else None),
            opens=act.kind == "open",
            closes=closes,
            status=act.status,
            data={"text": f"Word{act.change[2]} {act.agent}", "n": act.change[1]},
            state=MISSING if delta is not None else state,
            delta=delta,
        )
        if act.kind == "open":
            stack.append(last)
    writer.close()


def _fork(
    writer: Writer,
    lines: list[int],
    stacks: dict[int, list[int]],
    states: dict[int, dict[str, JSON]],
    line: int,
    last: int,
) -> None:
    """Fork at the newest event, so that spans and states go on from where the parent stands."""
    child = writer.fork(line, last)
    lines.append(child)
    stacks[child] = list(stacks[line])
    states[child] = copy.deepcopy(states[line])


def _next_state(old: Value, change: tuple[int, ...]) -> tuple[Value, Delta | None]:
    """(the state after a change, the delta to hand over instead of it)."""
    kind, a, b = change
    if kind >= CHANGES:
        return MISSING, None
    if old is MISSING:
        return copy.deepcopy(START), None
    if kind >= CHANGES - 3:
        return _explicit(old, kind - CHANGES + 3, a, b)
    state = copy.deepcopy(old)
    assert isinstance(state, dict)
    try:
        _mutate(state, kind, a, b)
    except (KeyError, IndexError, TypeError, ZeroDivisionError):
        return copy.deepcopy(START), None
    return state, None


def _mutate(state: dict[str, JSON], kind: int, a: int, b: int) -> None:
    todo, raw = state["todo"], state["raw"]
    assert isinstance(todo, list)
    assert isinstance(raw, list)
    if kind == 0:
        state["n"] = a
    elif kind == 1:
        state["s"] = {"x": "one", "1": {"y": a}} if b < 7 else [a, {"y": b}]
    elif kind == 2:
        del todo[a % len(todo)]
    elif kind == 3:
        todo.insert(a % (len(todo) + 1), {"id": a, "v": f"new{b}"})
    elif kind == 4:
        item = todo[a % len(todo)]
        assert isinstance(item, dict)
        item["v"] = f"v{b}" if b < 7 else {"deep": b}
    elif kind == 5:
        item = todo[a % len(todo)]
        assert isinstance(item, dict)
        item["id"] = b
    elif kind == 6:
        raw.insert(a % (len(raw) + 1), b)
    elif kind == 7:
        del raw[a % len(raw)]
    elif kind == 8:
        state.pop("n", None)
    elif kind == 9:
        todo.reverse()
    elif kind == 10:
        state["todo"] = []


def _explicit(old: Value, kind: int, a: int, b: int) -> tuple[Value, Delta | None]:
    """A delta somebody else made: it may write what is there already."""
    deltas: list[Delta] = [
        [{"op": "add", "path": "/n", "value": b % 3}],
        [{"op": "replace", "path": "/todo/0/v", "value": "a"}],
        [
            {"op": "remove", "path": f"/raw/{a % 3}"},
            {"op": "add", "path": f"/raw/{b % 3}", "value": 2},
        ],
    ]
    try:
        return apply(old, deltas[kind]), deltas[kind]
    except TraceError:
        return copy.deepcopy(START), None
