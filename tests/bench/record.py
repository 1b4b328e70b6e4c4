"""What recording costs: one snapshot and one event per step, beside encoding the same state.

Everything runs in one process and takes turns at each step, in changing order; ratios are of
medians (or means) over rounds of 200 steps and printed as min/median/max of the rounds. LangGraph's
SqliteSaver takes part if it is installed, at the durability of `process`.
"""

from __future__ import annotations

import argparse
import importlib
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from typing import Any

import orjson
import zstandard

import ttdebug
from tests.bench.workload import Workload, private

ROUND = 200
FIRST = 200  # steps before the first round, to warm up and pass the first snapshot
Step = Callable[[Workload, dict[str, Any]], object]


def encode(work: Workload, event: dict[str, Any]) -> object:
    return orjson.dumps(work.state)


def recorder(path: Path, durability: Any) -> tuple[Step, ttdebug.Recorder]:
    current: list[Workload] = []
    rec = ttdebug.record(path, agent="a", state=lambda: current[0].state, durability=durability)

    def step(work: Workload, event: dict[str, Any]) -> object:
        current[:] = [work]
        return rec.event(event["type"], **event["data"])

    return step, rec


def saver(path: Path) -> Step | None:
    """LangGraph's `put` of the full state, or None where it is not installed."""
    try:
        module = importlib.import_module("langgraph.checkpoint.sqlite")
        ids = importlib.import_module("langgraph.checkpoint.base.id")
    except ImportError:
        return None
    connection = sqlite3.connect(path, check_same_thread=False)
    put = module.SqliteSaver(connection)
    put.setup()
    connection.execute("PRAGMA synchronous = NORMAL")
    config: dict[str, Any] = {"configurable": {"thread_id": "1", "checkpoint_ns": ""}}

    def step(work: Workload, event: dict[str, Any]) -> object:
        nonlocal config
        checkpoint = {
            "v": 4,
            "id": str(ids.uuid6(clock_seq=work.step)),
            "ts": "2026-01-01T00:00:00+00:00",
            "channel_values": work.state,
            "channel_versions": {},
            "versions_seen": {},
            "updated_channels": None,
        }
        config = put.put(config, checkpoint, {"source": "loop", "step": work.step, **event}, {})
        return config

    return step


def times(
    work: Workload, steps: dict[str, Step], rounds: int, think: float
) -> dict[str, list[float]]:
    """Seconds of each step of each contestant, which comes after `think` seconds of nothing."""
    taken: dict[str, list[float]] = {name: [] for name in steps}
    order = list(steps)
    for number in range(FIRST + ROUND * rounds):
        work.apply(private(work.writes()))
        data = work.event()
        data["after"] = data.pop("cause")
        event = {"type": data.pop("type"), "data": data}
        order.append(order.pop(0))
        for name in order:
            if think:
                time.sleep(think)
            begun = time.perf_counter()
            steps[name](work, event)
            ended = time.perf_counter()
            if number >= FIRST:
                taken[name].append(ended - begun)
    return taken


def ratios(taken: list[float], base: list[float], of: Callable[[list[float]], float]) -> str:
    rounds = range(0, len(base), ROUND)
    found = sorted(of(taken[at : at + ROUND]) / of(base[at : at + ROUND]) for at in rounds)
    return f"{found[0]:5.2f} {median(found):5.2f} {found[-1]:5.2f}"


def report(taken: dict[str, list[float]], rivals: dict[str, str]) -> None:
    print(f"{'':10} {'p50/dumps  min med max':24} {'mean/dumps min med max':24} p50 p99 max, us")
    for name, each in taken.items():
        base = taken["dumps"]
        spread = sorted(each)
        absolute = (median(each), spread[int(len(each) * 0.99)], spread[-1])
        shown = " ".join(f"{value * 1e6:.0f}" for value in absolute)
        print(f"{name:10} {ratios(each, base, median):24} {ratios(each, base, mean):24} {shown}")
    for name, other in rivals.items():
        found = ratios(taken[name], taken[other], median)
        print(f"{name} / {other}, p50: {found}")


def sizes(folder: Path, steps: int) -> None:
    """Bytes per step of every file, and of a recording compressed as a whole."""
    found = {}
    for path in sorted(folder.iterdir()):
        found[path.name] = path.stat().st_size / steps
        if path.suffix == ".ttd":
            packed = zstandard.ZstdCompressor(level=19).compress(path.read_bytes())
            found[path.name + ".zst"] = len(packed) / steps
    for name, size in found.items():
        beside = f"  1/{found['saver.db'] / size:.1f} of saver" if "saver.db" in found else ""
        print(f"{name:18} {size:8.0f} bytes/step{beside}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", nargs="*", default=["M"], choices=["S", "M", "L"])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--think", type=float, default=0, metavar="MS", help="between two steps")
    asked = parser.parse_args()
    for size in asked.size:
        with tempfile.TemporaryDirectory() as folder:
            run(size, asked.rounds, asked.think, Path(folder))


def run(size: str, rounds: int, think: float, folder: Path) -> None:
    process, first = recorder(folder / "process.ttd", "process")
    batch, second = recorder(folder / "batch.ttd", "batch")
    steps: dict[str, Step] = {"dumps": encode, "process": process, "batch": batch}
    rivals: dict[str, str] = {}
    if other := saver(folder / "saver.db"):
        steps["saver"] = other
        rivals["process"] = "saver"
    print(f"size {size}, {rounds} rounds of {ROUND} steps, {think:g} ms between steps")
    report(times(Workload(size), steps, rounds, think / 1000), rivals)
    for rec in (first, second):
        rec.close()
        if rec.stats.faults:
            print(f"faults: {rec.stats}")
    sizes(folder, FIRST + ROUND * rounds)


if __name__ == "__main__":
    main()
