"""Many events from many threads, with somebody looking on: nothing missed, doubled, or kept.

Threads of one process record for agents of their own; another process follows the file as the
debugger does and expects the events of every agent in order, each once. Shown are the events per
second with and without the follower, the memory of both after a quarter and at the end, and the
largest size of the log.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import ttdebug
from ttdebug.store.trace import Trace


class Seen(NamedTuple):
    """What a follower saw; `wrong` are events it did not expect next, memory is in MB."""

    events: int
    wrong: int
    early: float
    late: float
    log: float


def memory() -> float:
    """MB this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def follow(path: Path, events: int, pipe: Connection) -> None:
    """Follow a recording to the end of its run."""
    log = path.with_name(path.name + "-wal")
    expected: dict[str, int] = {}
    wrong = seen = 0
    early = largest = 0.0
    ended = False
    with Trace.open(path) as trace:
        while not ended:
            trace.refresh()
            for event in trace.events(first=seen + 1):
                seen += 1
                wrong += event.seq != seen
                if event.type == "x" and isinstance(event.data, dict):
                    n = expected.get(str(event.agent), 0)
                    wrong += event.data["n"] != n
                    expected[str(event.agent)] = n + 1
                ended = event.type == "run.end"
            if seen > events / 4 and not early:
                early = memory()
            largest = max(largest, log.stat().st_size / 1e6 if log.exists() else 0)
            trace.rest()
            time.sleep(0.05)
    wrong += events - sum(expected.values())
    pipe.send(Seen(seen, wrong, early, memory(), largest))


def record(path: Path, events: int, threads: int, looking: bool) -> None:
    """Record, and show how it went."""
    rec = ttdebug.record(path, agent="main")
    rec.event("begin")
    each = events // threads
    pipe, theirs = multiprocessing.Pipe()
    follower = multiprocessing.get_context("spawn").Process(
        target=follow, args=(path, each * threads, theirs)
    )
    if looking:
        follower.start()
    early = 0.0

    def work(agent: str) -> None:
        nonlocal early
        memory_of = {f"k{at}": {"v": at} for at in range(40)}
        state = {"n": 0, "log": [""] * 20, "memory": memory_of}
        handle = rec.agent(agent, state=lambda: state)
        for n in range(each):
            state["n"] = n
            state["log"] = [*state["log"][1:], f"entry {n}"]  # type: ignore[index]  # a list
            memory_of[f"k{n % 40}"]["v"] = n
            handle.event("x", n=n, text=f"{agent} did {n}")
            if n == each // 4:
                early = memory()

    begun = time.monotonic()
    workers = [threading.Thread(target=work, args=(f"agent-{at}",)) for at in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = time.monotonic() - begun
    late = memory()
    rec.close()
    print(
        f"{'with' if looking else 'without'} a follower: {each * threads / took:,.0f} events/s,"
        f" memory {early:.0f} -> {late:.0f} MB, faults {rec.stats.faults}"
    )
    if looking:
        seen: Seen = pipe.recv()
        follower.join()
        print(
            f"the follower: {seen.events:,} events, {seen.wrong} missed or doubled,"
            f" memory {seen.early:.0f} -> {seen.late:.0f} MB, log at most {seen.log:.1f} MB"
        )
    with Trace.open(path) as trace:
        print(f"{trace.last_seq:,} events in the file, sound: {trace.verify().sound}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=10)
    asked = parser.parse_args()
    for looking in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            record(Path(folder) / "x.ttd", asked.events, asked.threads, looking)


if __name__ == "__main__":
    main()
