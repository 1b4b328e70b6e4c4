"""How a program ended, told by the process that waited for it and so knows its exit code."""

from __future__ import annotations

import signal
import time as clock
from pathlib import Path
from typing import Final

from ttdebug.model import Object, Status
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

_ASKED: Final = ("SIGHUP", "SIGINT", "SIGTERM")
_SIGNALLED: Final = 128  # and the number of the signal, as shells have it


def end(path: Path, before: int, pid: int, code: int) -> None:
    """End the run of process `pid`, which began after event `before`, unless it has ended itself.

    `code` is the exit code, or the signal that killed it as a negative number. The file is sealed.
    """
    with Trace.open(path) as trace:
        if trace.last_seq <= before:
            return
        start, last = trace.event(before + 1), trace.event(trace.last_seq)
    if start.data.get("pid") != pid or last.run != start.run or last.type == "run.end":
        return
    now = clock.time_ns()
    status, data = _outcome(code)
    with Writer.create(path) as writer:
        if writer.path != path:  # somebody else records to it by now
            return
        writer.append(
            start.timeline_id,
            "run.end",
            agent=start.agent,
            time=now,
            status=status,
            duration=None if start.time is None else max(0, now - start.time),
            data=data,
        )


def _outcome(code: int) -> tuple[Status, Object]:
    if code == 0:
        return "ok", {}
    if code > 0:
        return "error", {"exit_code": code}
    try:
        name = signal.Signals(-code).name
    except ValueError:  # one of those that have no name
        name = str(-code)
    status: Status = "cancelled" if name in _ASKED else "error"
    return status, {"signal": name, "exit_code": _SIGNALLED - code}
