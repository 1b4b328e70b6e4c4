"""A small recording with one of everything that conditions have to get right."""

from __future__ import annotations

from pathlib import Path

from ttdebug.model import MISSING, Edge
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

SECOND = 10**9
BEGAN = 1_700_000_000 * SECOND  # 2023-11-14T22:13:20Z


def small(path: Path) -> Trace:
    """Agents a and b keep states of their own, c has none; event N of a line is at second N.

    main     1 run.start   a  opens            n 1, flag true, todo 5 open 6 open, tags x, raw 1 2
             2 tool.call   a  opens, in 1      name bash, data {from: me, args {n: 3}}
             3 state       b  in 2             n 1.0, nothing null
             4 tool.result a  closes 2 error   n 5, raw 1 2 2
             5 message     c  in 1
             6 state       a  in 1             n 5 again (equal write), flag 1
             7 error       b  status error     n missing, nothing null
             8 llm.call    a  opens, in 1      n null, todo 5 done
             9 llm.result  a  closes 8 ok      n "5", todo without 6
            10 state       b                   n 7, deep {x: {y: [1, {z: true}]}}
    fork-1 at 6:  11 state a n 9;   12 state a n 5, todo empty
    nested at 11: 13 state a n 10;  14 state b n 8, deep gone
    main    15 run.end     a  closes 1
    """
    writer = Writer.create(path, durability="batch")
    main = writer.run("r1", "small", time=BEGAN)
    seconds = iter(range(1, 100))

    def add(line: int, type_: str, agent: str, state: object = MISSING, **more: object) -> int:
        time = BEGAN + next(seconds) * SECOND
        return writer.append(line, type_, agent=agent, time=time, state=state, **more)  # type: ignore[arg-type]  # each caller names real parameters

    todo5, todo6 = {"id": 5, "status": "open", "tags": ["x", "y"]}, {"id": 6, "status": "open"}
    a = {"n": 1, "flag": True, "todo": [todo5, todo6], "tags": ["x"], "raw": [1, 2]}
    root = add(main, "run.start", "a", a, opens=True)
    call = add(
        main, "tool.call", "a", name="bash", opens=True, parent=root,
        data={"from": "me", "args": {"n": 3}}, source={"line": 12},
    )  # fmt: skip
    add(main, "state", "b", {"n": 1.0, "nothing": None}, parent=call)
    a = {**a, "n": 5, "raw": [1, 2, 2]}
    add(
        main, "tool.result", "a", a, name="bash", closes=call, status="error",
        duration=2 * SECOND, data={"error": "no such file"},
    )  # fmt: skip
    add(main, "message", "c", parent=root, causes=[Edge(4, "inferred")], data={"content": "hi"})
    a = {**a, "flag": 1}
    ops = [
        {"op": "replace", "path": "/n", "value": 5},
        {"op": "replace", "path": "/flag", "value": 1},
    ]
    add(main, "state", "a", parent=root, delta=ops)
    add(main, "error", "b", {"nothing": None}, status="error")
    fork_state = a
    a = {**a, "n": None, "todo": [{**todo5, "status": "done"}, todo6]}
    model = add(main, "llm.call", "a", a, name="m-1", opens=True, parent=root)
    a = {**a, "n": "5", "todo": [{**todo5, "status": "done"}]}
    add(main, "llm.result", "a", a, name="m-1", closes=model, status="ok", duration=SECOND)
    b = {"n": 7, "nothing": None, "deep": {"x": {"y": [1, {"z": True}]}, "not": {"in": 3}}}
    add(main, "state", "b", b)
    fork = writer.fork(main, 6)
    add(fork, "state", "a", {**fork_state, "n": 9})
    add(fork, "state", "a", {**fork_state, "n": 5, "todo": []})
    nested = writer.fork(fork, 11)
    add(nested, "state", "a", {**fork_state, "n": 10})
    add(nested, "state", "b", {"n": 8, "nothing": None})
    add(main, "run.end", "a", closes=root, status="ok")
    writer.close()
    return Trace.open(path)
