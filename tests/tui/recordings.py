"""A small recording made by hand: two agents, spans, an error, a checkpoint, a fork, a bug."""

from __future__ import annotations

from pathlib import Path

from ttdebug.model import Edge, Object
from ttdebug.store.writer import Writer

START = 1_700_000_000_000_000_000
SECOND = 1_000_000_000


def trip(path: Path) -> Path:
    """Sixteen events on `main`, three on `fix`; `budget.remaining` becomes null at event 11."""
    budget: Object = {"limit": 900.0, "remaining": 900.0, "spent": 0.0}
    state: Object = {"budget": budget, "notes": {"summary": "nothing booked yet"}, "todo": []}

    def at(second: int) -> int:
        return START + second * SECOND

    with Writer.create(path, durability="batch") as writer:
        main = writer.run("trip-1", "trip-1", time=START)
        add = writer.append
        add(main, "run.start", agent="planner", name="trip", time=at(0))
        plan = add(main, "llm.call", agent="planner", name="atlas", time=at(1), opens=True)
        add(main, "llm.result", agent="planner", name="atlas", time=at(2), closes=plan, status="ok",
            data={"output": "Book a hotel in Oslo"})  # fmt: skip
        told = add(main, "message", agent="planner", time=at(3),
                   data={"content": "Use code PARTNER15", "to": "booker"})  # fmt: skip
        add(main, "state", agent="booker", time=at(4), state=state, causes=[Edge(told, "recorded")])
        search = add(main, "tool.call", agent="booker", name="search_hotels", time=at(5),
                     opens=True, data={"args": {"city": "Oslo"}})  # fmt: skip
        add(main, "error", agent="booker", name="search_hotels", time=at(6), parent=search,
            data={"error": "ConnectionError: timed out"})  # fmt: skip
        state = {**state, "budget": {**budget, "spent": 120.5, "remaining": 779.5}}
        add(main, "tool.result", agent="booker", name="search_hotels", time=at(7), closes=search,
            status="ok",
            data={"result": "9 offers"}, state=state)  # fmt: skip
        add(main, "checkpoint", agent="booker", name="before-discount", time=at(8))
        call = add(main, "tool.call", agent="booker", name="apply_discount", time=at(9), opens=True,
                   data={"args": {"code": "PARTNER15"}},
                   causes=[Edge(told, "inferred", "same text")])  # fmt: skip
        state = {
            **state,
            "budget": {"limit": 900.0, "remaining": None, "spent": 120.5, "discount": 0.15},
            "notes": {"summary": "nothing booked but a discount"},
        }
        add(main, "tool.result", agent="booker", name="apply_discount", time=at(10), closes=call,
            status="ok",
            data={"result": {"ok": True}}, state=state)  # fmt: skip
        state = {**state, "todo": [{"id": 1, "text": "pay", "done": False}]}
        add(main, "decision", agent="booker", name="pay", time=at(11), state=state)
        state = {**state, "todo": [{"id": 1, "text": "pay", "done": True}]}
        add(main, "state", agent="booker", time=at(12), state=state)
        add(main, "message", agent="booker", time=at(13),
            data={"content": "All booked", "to": "planner"})  # fmt: skip
        add(main, "llm.call", agent="planner", name="atlas", time=at(14), data={"output": "Done"})
        add(main, "run.end", agent="planner", name="trip", time=at(15))
        fix = writer.fork(main, 11, "fix")
        add(fix, "state", agent="booker", time=at(16),
            state={**state, "budget": {**budget, "remaining": 779.5}})  # fmt: skip
        add(fix, "message", agent="booker", time=at(17), data={"content": "Fixed"})
        add(fix, "run.end", agent="planner", name="trip", time=at(18))
    return path
