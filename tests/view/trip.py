"""A small hand-made recording: three agents, a discount that turns a number into null, a fork."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ttdebug.model import Edge
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

MS = 1_000_000
START = 1_790_000_000 * 1000 * MS

SUMMARY = "Stockholm: Gamla Stan Lodge, 472.00 EUR. Partner code {}. Remaining after booking: {}."

BOOKER: dict[str, Any] = {
    "budget": {
        "currency": "EUR",
        "limit": 3300.0,
        "spent": 1642.24,
        "remaining": 1657.76,
        "discount": 0.0,
        "guard": {"enabled": True, "last_check": None},
    },
    "discounts": [{"id": "EARLY5", "status": "expired", "percent": 5}],
    "hold": {"hotel": "Gamla Stan Lodge", "nights": 4, "price": 472.0},
    "messages": [{"role": "user", "status": "done", "n": n} for n in range(30)],
    "notes": {"summary": SUMMARY.format("not used yet", "1,185.76 EUR"), "owner": "booker"},
    "phase": "booking",
    "todo": [{"id": n, "status": "open"} for n in range(1, 6)],
}


def write(path: Path) -> None:
    """Write the recording; seqs are those of the calls below, from 1."""
    clock = START
    with Writer.create(path, durability="batch") as out:
        main = out.run("trip-4711", "trip-4711", time=START)

        def add(
            agent: str, type_: str, name: str | None = None, after: int = 10, **fields: Any
        ) -> int:
            nonlocal clock
            clock += after * MS
            if "closes" in fields:
                fields["duration"] = after * MS
            return out.append(main, type_, agent=agent, name=name, time=clock, **fields)

        root = add("planner", "run.start", "trip", opens=True)  # 1
        plan = {"todo": ["flights", "hotel"], "phase": "plan"}
        think = add(
            "planner",
            "llm.call",
            "big-model",
            opens=True,
            parent=root,
            state=plan,
            data={"messages": [{"role": "user", "content": "Plan a trip to the north"}]},
        )
        add(
            "planner",
            "llm.result",
            "big-model",
            2310,
            closes=think,
            parent=think,
            data={
                "output": "Draft the plan\nand share it",
                "usage": {"input_tokens": 6100, "output_tokens": 412},
            },
        )
        search = add(
            "researcher",
            "tool.call",
            "web_search",
            opens=True,
            parent=root,
            data={"args": {"query": "nordic discounts"}},
            state={"found": []},
        )
        found = add(
            "researcher",
            "tool.result",
            "web_search",
            459,
            closes=search,
            parent=search,
            data={"result": "PARTNER15 is valid for hotels until 30 November"},
            state={"found": ["PARTNER15"]},
        )
        hint = add(
            "planner",
            "message",
            None,
            parent=root,
            causes=[Edge(found, "inferred", "same text")],
            data={"to": "booker", "content": "Use code PARTNER15 for Stockholm, then book"},
        )
        before = copy.deepcopy(BOOKER)
        add("booker", "state", "start", parent=root, state=before)  # 7
        failed = add(
            "booker",
            "tool.call",
            "search_hotels",
            opens=True,
            parent=root,
            data={"args": {"city": "STO", "nights": 4}},
        )
        add(
            "booker",
            "error",
            "search_hotels",
            5000,
            parent=failed,
            data={"message": "ConnectionError: read timed out after 5 s"},
        )
        add(
            "booker",
            "retry",
            "search_hotels",
            1200,
            parent=failed,
            data={"message": "attempt 2 of 3 after 1.2 s"},
        )
        add(
            "booker",
            "tool.result",
            "search_hotels",
            388,
            closes=failed,
            parent=failed,
            data={"result": [{"hotel": "Gamla Stan Lodge"}] * 14},
            status="ok",
        )
        add(
            "booker",
            "checkpoint",
            "before-discount",
            parent=root,
            data={"kind": "pre-operation", "tags": ["money"]},
        )  # 12
        apply = add(
            "booker",
            "llm.call",
            "big-model",
            opens=True,
            parent=root,
            causes=[Edge(hint, "recorded", "message")],
            data={"output": "Apply the partner code before booking"},
        )
        call = add(
            "booker",
            "tool.call",
            "apply_discount",
            opens=True,
            parent=apply,
            data={"args": {"code": "PARTNER15"}},
        )
        after = copy.deepcopy(before)
        after["budget"].update(remaining=None, discount=0.15)
        after["discounts"].append({"id": "PARTNER15", "status": "applied", "percent": 15})
        after["notes"]["summary"] = SUMMARY.format("applied", "unknown")
        add(
            "booker",
            "tool.result",
            "apply_discount",
            12,
            closes=call,
            parent=call,
            state=after,
            data={"result": {"ok": True, "discount": 0.15, "remaining": None}},
        )  # 15
        add(
            "booker",
            "llm.result",
            "big-model",
            100,
            closes=apply,
            parent=apply,
            data={"output": "Code applied, booking now"},
        )
        told = add(
            "booker",
            "message",
            None,
            parent=root,
            data={"to": "planner", "content": "Code applied"},
        )
        check = add(
            "booker",
            "tool.call",
            "check_budget",
            opens=True,
            parent=root,
            causes=[Edge(told, "recorded", None)],
            data={"args": {"amount": 472.0}},
        )
        last = copy.deepcopy(after)
        del last["todo"][1]
        last["todo"][2]["status"] = "done"
        add(
            "booker",
            "tool.result",
            "check_budget",
            4,
            closes=check,
            parent=check,
            state=last,
            data={"result": "ok · guard skipped, remaining is null"},
        )  # 19
        fork = out.fork(main, 15, "fix-budget")
        fixed = copy.deepcopy(after)
        fixed["budget"]["remaining"] = 1657.76
        out.append(fork, "edit", agent="booker", name="edit state", time=clock + MS, state=fixed)
        out.append(
            fork, "tool.call", agent="booker", name="book_hotel", time=clock + 2 * MS, opens=True
        )


@contextmanager
def opened(folder: Path) -> Iterator[Trace]:
    """The recording, written into a folder and open."""
    path = folder / "trip-planner.ttd"
    write(path)
    with Trace.open(path) as trace:
        yield trace
