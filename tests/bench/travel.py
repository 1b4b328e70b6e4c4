"""Travelling in a long recording: seeks, writes of a path, a scan, and what a step costs on disk.

Builds a recording of workload M once (kept in the temporary directory), then takes turns with what
each figure is measured against. Ratios are printed as min/median/max over rounds.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

import orjson

from tests.bench.workload import Workload, private
from ttdebug.model import Edge, Object
from ttdebug.paths import parse
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

AGENT = "a"
ROUNDS = 7
PER_ROUND = 400
FULL_STATES = 5000
SAVER_BYTES_PER_STEP = 19_442  # SqliteSaver at M, measured separately
PATHS = ("budget.remaining", "memory.k000150.score", "todo[id=5].status", "messages", "memory")

Question = Callable[[int], object]


def build(path: Path, count: int) -> None:
    """Record `count` events of workload M, with their states as ready deltas."""
    agent = Workload("M", 1)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    inside = 0.0
    with Writer.create(part, durability="batch") as writer:
        line = writer.run("bench", "workload M", time=0)
        first = orjson.loads(orjson.dumps(agent.state))
        writer.append(line, "run.start", agent=AGENT, state=first, time=0)
        for at in range(2, count + 1):
            delta = orjson.loads(orjson.dumps(agent.apply(private(agent.writes()))))
            data = agent.event()
            kind, cause = data.pop("type"), data.pop("cause")
            began = time.perf_counter()
            writer.append(
                line,
                kind,
                agent=AGENT,
                name=data.get("tool") or data.get("model"),
                time=1_700_000_000_000_000_000 + at * 1_234_567_891,
                data=data,
                causes=(Edge(cause, "recorded"),) if cause else (),
                delta=delta,
            )
            inside += time.perf_counter() - began
        began = time.perf_counter()
    inside += time.perf_counter() - began
    part.rename(path)
    print(f"recorded {count} events with deltas at {count / inside:,.0f} events/s")


def plain_import(count: int) -> None:
    """What an importer of short lines gets out of the writer."""
    with tempfile.TemporaryDirectory() as folder:
        data: Object = {"path": "/repo/" + "x" * 60, "n": 1, "note": "y" * 120}
        began = time.perf_counter()
        with Writer.create(Path(folder) / "a.ttd", durability="batch") as writer:
            line = writer.run("bench")
            for at in range(count):
                writer.append(line, "tool.call", agent=AGENT, name="t", time=at, data=data)
        print(f"events without state: {count / (time.perf_counter() - began):,.0f} events/s")


def full_states(path: Path) -> None:
    """The same states as one row each, which is what a seek is measured against."""
    agent = Workload("M", 1)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE states (id INTEGER PRIMARY KEY, state TEXT)")
    for at in range(FULL_STATES):
        agent.apply(agent.writes())
        text = orjson.dumps(agent.state).decode()
        connection.execute("INSERT INTO states VALUES (?, ?)", (at, text))
    connection.commit()
    connection.close()


def compare(
    title: str,
    question: Question,
    bound: Question,
    seqs: list[int],
    percentiles: tuple[int, ...],
    *,
    warm: bool = True,
) -> None:
    """Ask in turns; print the ratio of each percentile over the rounds."""
    for seq in seqs if warm else ():
        question(seq)
        bound(seq)
    ratios: dict[int, list[float]] = {percent: [] for percent in percentiles}
    for start in range(0, len(seqs), PER_ROUND):
        ours, theirs = [], []
        for seq in seqs[start : start + PER_ROUND]:
            began = time.perf_counter()
            bound(seq)
            middle = time.perf_counter()
            question(seq)
            theirs.append(middle - began)
            ours.append(time.perf_counter() - middle)
        for percent, found in ratios.items():
            mine = quantiles(ours, n=100)[percent - 1]
            found.append(mine / quantiles(theirs, n=100)[percent - 1])
    for percent, found in ratios.items():
        found.sort()
        low, middle, high = found[0], found[len(found) // 2], found[-1]
        print(f"{title:44} p{percent}  {low:6.2f} / {middle:6.2f} / {high:6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    count = parser.parse_args().events
    folder = Path(tempfile.gettempdir()) / "ttdebug-bench"
    folder.mkdir(exist_ok=True)
    path, bound_path = folder / f"travel-{count}.ttd", folder / "full-states.db"
    plain_import(50_000)
    if not path.exists():
        build(path, count)
    if not bound_path.exists():
        full_states(bound_path)
    size = path.stat().st_size / count
    print(f"bytes per step: {size:.0f}, 1/{SAVER_BYTES_PER_STEP / size:.1f} of SqliteSaver")
    began = time.perf_counter()
    with Trace.open(path) as trace:
        print(f"opened in {(time.perf_counter() - began) * 1e3:.1f} ms")
        ask(trace, count, bound_path)


def ask(trace: Trace, count: int, bound_path: Path) -> None:
    chance = random.Random(5)
    seqs = [chance.randrange(1, count + 1) for _ in range(ROUNDS * PER_ROUND)]
    connection = sqlite3.connect(bound_path)

    def full_state(seq: int) -> object:
        row = connection.execute("SELECT state FROM states WHERE id = ?", (seq % FULL_STATES,))
        return orjson.loads(row.fetchone()[0])

    def select(seq: int) -> object:
        return connection.execute("SELECT ?", (seq,)).fetchone()

    print("ratio to reading and parsing one full state     min / median / max")

    def seek(seq: int) -> object:
        return trace.state(seq, AGENT, 1)

    compare("random seek, first visit", seek, full_state, seqs, (50, 99), warm=False)
    compare("random seek, warm", seek, full_state, seqs, (50, 99))
    near = [seqs[0] + at % 40 for at in range(len(seqs))]
    compare("step within a stretch", seek, full_state, near, (50,))
    print("ratio to `select ?`")
    for text in PATHS:
        path = parse(text)

        def last(seq: int, path: object = path) -> object:
            return next(trace.touches(1, AGENT, path, last=seq, reverse=True), None)  # type: ignore[arg-type]  # bound early

        def following(seq: int, path: object = path) -> object:
            return next(trace.touches(1, AGENT, path, first=seq), None)  # type: ignore[arg-type]  # as above

        compare(f"last write of {text}", last, select, seqs, (50, 99))
        compare(f"next write of {text}", following, select, seqs, (99,))
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        written = sum(1 for _ in trace.touches(1, AGENT, parse("budget.remaining")))
        taken.append((time.perf_counter() - began) * 1e3)
    taken.sort()
    print(f"all {written} writes of budget.remaining: {taken[len(taken) // 2]:.1f} ms")
    began = time.perf_counter()
    cells = len(trace.density(1, 200))
    print(f"minimap of {cells} cells: {(time.perf_counter() - began) * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
