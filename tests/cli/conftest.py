"""A small recording of a trip that overspent, and a way to run command lines on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ttdebug.cli.app import run
from ttdebug.model import Edge
from ttdebug.store.writer import Writer

SECOND = 1_000_000_000
START = 1_763_676_000 * SECOND


@dataclass
class Outcome:
    """What a command line printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Outcome]


@pytest.fixture
def tt(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("COLUMNS", raising=False)  # tables take what it says

    def run_line(*words: object) -> Outcome:
        code = run([str(word) for word in words])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run_line


@pytest.fixture(scope="session")
def trip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine events of a booker and a planner; event 5 nulls the budget; fork-1 repairs it at 9."""
    path = tmp_path_factory.mktemp("cli") / "trip.ttd"
    writer = Writer.create(path, durability="batch")
    main = writer.run("trip-1", "trip", time=START)

    def at(second: float) -> int:
        return START + int(second * SECOND)

    good: dict[str, Any] = {"budget": {"limit": 100, "remaining": 60.5}, "todo": [{"id": 5}]}
    bad = {"budget": {"limit": 100, "remaining": None}, "todo": [{"id": 5, "done": True}]}
    writer.append(main, "run.start", agent="planner", time=at(0), state={"plan": "book"})
    writer.append(main, "state", agent="booker", time=at(1), state=good)
    note = writer.append(
        main, "message", agent="planner", name="booker", time=at(2),
        data={"role": "user", "content": "use the code", "to": "booker"},
    )  # fmt: skip
    call = writer.append(
        main, "tool.call", agent="booker", name="discount", time=at(3), opens=True,
        causes=[Edge(note, "recorded")], data={"args": {"code": "P15"}},
    )  # fmt: skip
    writer.append(
        main, "tool.result", agent="booker", name="discount", time=at(4), closes=call,
        status="ok", duration=SECOND, data={"result": "applied"}, state=bad,
    )  # fmt: skip
    failed = writer.append(
        main, "tool.call", agent="booker", name="pay", time=at(5), opens=True,
        data={"args": {"amount": 90}},
    )  # fmt: skip
    writer.append(
        main, "tool.result", agent="booker", name="pay", time=at(6), closes=failed,
        status="error", duration=SECOND, data={"error": "declined"},
    )  # fmt: skip
    writer.append(main, "run.end", agent="planner", time=at(7))
    fork = writer.fork(main, 5)
    writer.append(fork, "state", agent="booker", time=at(8), state=good)
    writer.close()
    return path
