"""An agent that is going to be killed: it tells what was acknowledged, in each of several scenes.

On the pipe go lines, each in one write: `ack FILE SEQ N TIME` once a call returned (FILE is the pid
the file is of, N what the state said, TIME by the monotonic clock in ns), `now` where a kill is
wanted soon, `fault TEXT` if the recorder had one.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import ttdebug
from ttdebug.recorder.handle import Handle
from ttdebug.store import journal

ENDLESS = range(1_000_000)


class Victim:
    """A recorder, and the pipe on which its promises are written down."""

    def __init__(self, path: Path, durability: Any, pipe: int) -> None:
        self.rec = ttdebug.record(path, agent="main", durability=durability)
        self._pipe = pipe

    def act(self, handle: Handle, agent: str, n: int) -> None:
        """An event with the agent's state after it, acknowledged on the pipe."""
        state = {"n": n, "log": [{"id": at, "n": n if at == n % 7 else 0} for at in range(7)]}
        seq = handle.snapshot(state, agent=agent)
        self.promise(seq, n)

    def promise(self, seq: int, n: int = -1) -> None:
        """Tell that `seq` was acknowledged; N is -1 where no state came with it."""
        if not seq:
            self._tell(f"fault {self.rec.stats.last_fault}")
        self._tell(f"ack {os.getpid()} {seq} {n} {time.monotonic_ns()}")

    def now(self) -> None:
        """Ask for a kill about here."""
        self._tell("now")

    def _tell(self, text: str) -> None:
        os.write(self._pipe, f"{text}\n".encode())


def start(victim: Victim) -> None:
    """From before the file exists."""
    victim.now()
    victim.act(victim.rec, "main", 0)
    victim.now()
    events(victim)


def events(victim: Victim) -> None:
    for n in ENDLESS:
        victim.act(victim.rec, "main", n)
        victim.now()


def span(victim: Victim) -> None:
    for n in ENDLESS:
        with ExitStack() as stack:
            for depth in range(3):
                call = stack.enter_context(victim.rec.span("tool.call", f"tool-{depth}", n=n))
                victim.promise(call.seq)
                victim.now()
            victim.act(victim.rec, "main", n)


def fork(victim: Victim) -> None:
    handle: Handle = victim.rec
    for n in ENDLESS:
        victim.act(handle, "main", n)
        victim.now()
        handle = (victim.rec if n % 3 else handle).fork()
        victim.act(handle, "main", -n - 2)


def process(victim: Victim) -> None:
    """Forks processes, which record to files of their own and may outlive their parent."""
    for n in ENDLESS:
        victim.act(victim.rec, "main", n)
        if n % 10:
            continue
        victim.now()
        if os.fork() == 0:
            victim.act(victim.rec, "main", n)
            victim.rec.close()
            os._exit(0)
        os.wait()


def checkpoint(victim: Victim) -> None:
    """Copies its log into the file all the time."""
    journal._CHECKPOINT_BYTES = 1 << 14  # type: ignore[misc]  # final for everyone but us
    journal._LOOK_EVERY = 8  # type: ignore[misc]
    for n in ENDLESS:
        victim.act(victim.rec, "main", n)
        victim.promise(victim.rec.checkpoint(f"c{n}"))
        if n % 4 == 0:
            victim.now()


def close(victim: Victim) -> None:
    for n in ENDLESS:
        victim.act(victim.rec, "main", n)
        if n % 20 == 0:
            victim.now()
            victim.rec.close()


def threads(victim: Victim) -> None:
    def work(agent: str) -> None:
        for n in ENDLESS:
            victim.act(victim.rec, agent, n)
            if n % 16 == 0:
                victim.now()

    for name in ("one", "two", "three", "four"):
        threading.Thread(target=work, args=(name,), daemon=True).start()
    time.sleep(60)


SCENES: dict[str, Callable[[Victim], None]] = {
    scene.__name__: scene
    for scene in (start, events, span, fork, process, checkpoint, close, threads)
}


def play(scene: str, path: Path, durability: str, pipe: Connection) -> None:
    """Play a scene until the end comes."""
    logging.disable()  # files of forked processes are announced
    SCENES[scene](Victim(path, durability, pipe.fileno()))
