"""Killing an agent at a random moment, and looking at what is left of its recordings."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import ttdebug
from tests.recorder.victim import play
from ttdebug.errors import TraceError
from ttdebug.model import MISSING
from ttdebug.store.trace import Trace

FIRST = 0.010  # seconds after `record`, or its first event, in which the scene `start` ends
SOON = 0.004  # the same after any other `now`
_MOST_WAITS = 15  # of the wanted moments that may pass before the kill


class Ack(NamedTuple):
    """A promise: event `seq` is recorded, and the state in it says `n` (-1: it has none)."""

    seq: int
    n: int
    time: int  # ns, monotonic


@dataclass
class Killed:
    """What a killed agent had been promised, by the pid that its files are named after."""

    pid: int
    time: int  # of the kill, ns, monotonic
    acks: dict[int, list[Ack]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass
class Left:
    """What a kill left: events acknowledged and lost, the age of the oldest lost one in seconds."""

    acknowledged: int = 0
    lost: int = 0
    oldest_lost: float = 0.0
    problems: list[str] = field(default_factory=list)


def trial(scene: str, path: Path, durability: str, seed: int) -> Left:
    """Kill an agent playing a scene, and examine its files."""
    return examine(path, kill(scene, path, durability, random.Random(seed)))


def kill(scene: str, path: Path, durability: str, chance: random.Random) -> Killed:
    """SIGKILL an agent a random time after a random one of its `now`s."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.recorder.victim", "ttdebug.recorder"])
    reader, writer = context.Pipe(duplex=False)
    agent = context.Process(target=play, args=(scene, path, durability, writer))
    agent.start()
    writer.close()
    waits, delay = chance.randrange(_MOST_WAITS), chance.uniform(0, SOON)
    if scene == "start":
        waits, delay = chance.randrange(2), chance.uniform(0, FIRST)
    text = b""
    while text.count(b"now\n") <= waits:
        more = _read(reader)
        if not more:
            raise AssertionError(f"the agent ended by itself: {text[-500:].decode()}")
        text += more
    time.sleep(delay)
    killed = Killed(agent.pid or 0, time.monotonic_ns())
    agent.kill()
    while more := _read(reader):
        text += more
    agent.join()
    reader.close()
    for line in text.decode().splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "ack":
            pid, *ack = map(int, rest.split())
            killed.acks.setdefault(pid, []).append(Ack(*ack))
        elif kind == "fault":
            killed.faults.append(rest)
    return killed


def _read(pipe: Connection) -> bytes:
    """Some bytes, none at the end; lines are written straight to the descriptor."""
    return os.read(pipe.fileno(), 1 << 16)


def examine(path: Path, killed: Killed) -> Left:
    """Compare the files with the promises, and record to the killed one again."""
    left = Left(problems=[f"fault: {fault}" for fault in killed.faults])
    for pid, acks in killed.acks.items():
        file = path if pid == killed.pid else path.with_name(f"{path.stem}.{pid}.ttd")
        _compare(file, acks, killed, left)
    _go_on(path, left)
    return left


def _compare(file: Path, acks: list[Ack], killed: Killed, left: Left) -> None:
    left.acknowledged += len(acks)
    with Trace.open(file) as trace:
        seqs = [event.seq for event in trace.events()]
        if seqs != list(range(1, len(seqs) + 1)):
            left.problems.append(f"gaps: {len(seqs)} events up to {trace.last_seq}")
        if not trace.verify(deep=True).sound:
            left.problems.append(f"damaged: {list(trace.verify(deep=True).problems)[:3]}")
        for ack in acks:
            if ack.seq > trace.last_seq:
                left.lost += 1
                left.oldest_lost = max(left.oldest_lost, (killed.time - ack.time) / 1e9)
        for ack in [ack for ack in acks if ack.n != -1 and ack.seq <= trace.last_seq][-5:]:
            state = trace.state(ack.seq, str(trace.event(ack.seq).agent))
            if state is MISSING or not isinstance(state, dict) or state["n"] != ack.n:
                left.problems.append(f"event {ack.seq} has another state than was recorded")


def _go_on(path: Path, left: Left) -> None:
    """The same path takes another run, whatever the kill left there."""
    with ttdebug.record(path, agent="main") as rec:
        rec.snapshot({"n": 0})
    if rec.stats.faults or rec.path != path:
        left.problems.append(f"cannot be recorded to again: {rec.stats.last_fault}")
        return
    try:
        with Trace.open(path) as trace:
            if not (trace.sealed and trace.verify(deep=True).sound):
                left.problems.append("damaged by recording to it again")
    except TraceError as error:
        left.problems.append(f"unreadable after recording to it again: {error}")
