"""Finding hits in a long recording, beside reading and decoding its deltas.

Shares the recording of `travel`. Each condition takes turns with the plain loop over the deltas;
times and ratios are printed as min/median/max over the rounds.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from pathlib import Path

import orjson

from tests.bench.travel import build
from ttdebug.replay import conditions, hits
from ttdebug.store.codec import unpack
from ttdebug.store.trace import Trace

ROUNDS = 3
ONE_SCALAR = (
    "state.budget.remaining == null",
    "state.budget.remaining < 0.06",
    "state.step == 500",
    'state.phase == "act"',
)
ANY = (
    "state.budget.remaining < 0.3 and state.scratch.retry == 3",
    'any(state.todo, status == "blocked" and prio > 3)',
    "len(state.messages) > 30",
    "changed(state.scratch.plan)",
    'event.name == "shell" and state.budget.remaining < 0.1',
    'event.type == "error" and state.scratch.retry == 2',
    "state.budget.spent_usd > before.budget.spent_usd + 0.009",
    "not exists(state.gone)",
)
TEMPORAL = (
    'event.type == "error" then not event.type == "decision" within 20',
    'event.type == "tool_call" then not event.type == "tool_result" within 5',
    'state.budget.remaining < 0.06 then not state.phase == "act" within 2s',
)


def timed(trace: Trace, text: str) -> tuple[float, str]:
    """Seconds of one search, and what it did."""
    condition = conditions.compile(text)
    began = time.perf_counter()
    search = hits.find(trace, condition, timeline=1)
    count = sum(1 for _ in search)
    took = time.perf_counter() - began
    plan = ", ".join(line.partition(": ")[0] for line in search.explain() if ": " in line)
    return took, f"{plan}, {search.candidates} looked at, {count} hits"


def decoding(path: Path) -> float:
    """Seconds to read and decode every delta, and do nothing with it."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    began = time.perf_counter()
    for (ops,) in connection.execute("SELECT ops FROM deltas ORDER BY track, seq"):
        if ops is not None:
            orjson.loads(ops if isinstance(ops, str) else unpack(ops))
    took = time.perf_counter() - began
    connection.close()
    return took


def spread(values: list[float], scale: float = 1.0) -> str:
    """Min / median / max."""
    ordered = sorted(value * scale for value in values)
    return " / ".join(f"{ordered[at]:8.2f}" for at in (0, len(ordered) // 2, -1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    folder = Path(tempfile.gettempdir()) / "ttdebug-bench"
    folder.mkdir(exist_ok=True)
    path = folder / f"travel-{options.events}.ttd"
    if not path.exists():
        build(path, options.events)
    with Trace.open(path) as trace:
        print("one scalar, ms                                              min / median / max")
        for text in ONE_SCALAR:
            runs = [timed(trace, text) for _ in range(options.rounds)]
            print(f"{text:58} {spread([took for took, _ in runs], 1e3)}  {runs[0][1]}")
        print("what follows, ms                                            min / median / max")
        for text in TEMPORAL:
            runs = [timed(trace, text) for _ in range(options.rounds)]
            print(f"{text:58} {spread([took for took, _ in runs], 1e3)}  {runs[0][1]}")
        print("any condition, ratio to reading and decoding the deltas     min / median / max")
        for text in ANY:
            ratios, done = [], ""
            for _ in range(options.rounds):
                base = decoding(path)
                took, done = timed(trace, text)
                ratios.append(took / base)
            print(f"{text:58} {spread(ratios)}  {done}")


if __name__ == "__main__":
    main()
