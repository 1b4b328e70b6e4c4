"""How the processes of a program ended, told by the process that waited for it."""

from __future__ import annotations

import os
import signal
import time as clock
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ttdebug.model import Event, Object, Status
from ttdebug.recorder.launch.leaving import Left, status_left
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

_ASKED: Final = ("SIGHUP", "SIGINT", "SIGTERM")
_SIGNALLED: Final = 128  # and the number of the signal, as shells have it


class Ended(NamedTuple):
    """A command that ended: its process, and its exit code or minus the signal that killed it.

    `statuses` is the folder where the processes that it started left theirs.
    """

    pid: int
    code: int
    statuses: Path

    def how(self, pid: int) -> Left | None:
        """How one of its processes ended; None if that is not known."""
        if pid == self.pid:
            return Left(self.code, clock.time_ns())
        return status_left(self.statuses, pid)

    def passed_on(self, pid: int, left: Left | None) -> Left | None:
        """How a process ended of which `left` is known, if the command ended as it did.

        As shells and other wrappers do. Nothing is known of a process that goes on, and of one
        that was killed nothing where the command succeeded all the same.
        """
        if left is None:
            if self.code == 0 or not pid or _is_running(pid):
                return None
            left = Left(None, clock.time_ns())
        if left.code is not None:
            return left
        number = self.code - _SIGNALLED
        return left._replace(code=-number if _name(number) else self.code)


def end(path: Path, before: int, ended: Ended, *, passed_on: bool = False) -> None:
    """End the runs that began after event `before`, unless they have ended themselves.

    One that is not known to have ended stays open. If its end may have been `passed_on`, the last
    one to begin is taken to have ended as the command did, unless it left its own status. The
    file is sealed.
    """
    with Trace.open(path) as trace:
        begun = list(_begun(trace, before))
    known = [(start, ended.how(_pid(start))) for start, is_over in begun if not is_over]
    if passed_on and known and known[-1][0] is begun[-1][0]:
        start, left = known.pop()
        known.append((start, ended.passed_on(_pid(start), left)))
    told = [(start, left) for start, left in known if left is not None]
    if told:
        _append(path, told)


def _begun(trace: Trace, before: int) -> Iterator[tuple[Event, bool]]:
    """Each run's first event, and whether the run has ended."""
    for run in trace.runs:
        start = next(trace.events(timeline=run.timelines[0].id), None)
        if start is not None and start.seq > before:
            yield start, "run.end" in trace.count_run(run)[0]


def _append(path: Path, told: list[tuple[Event, Left]]) -> None:
    with Writer.create(path) as writer:
        if writer.path != path:  # somebody else records to it by now
            return
        for start, (code, time) in told:
            status, data = _outcome(code or 0)
            writer.append(
                start.timeline_id,
                "run.end",
                agent=start.agent,
                time=time,
                status=status,
                duration=None if start.time is None else max(0, time - start.time),
                data=data,
            )


def _pid(start: Event) -> int:
    """The process that recorded a run; 0 if it did not say."""
    pid = start.data.get("pid")
    return pid if isinstance(pid, int) else 0


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def _outcome(code: int) -> tuple[Status, Object]:
    if code == 0:
        return "ok", {}
    if code > 0:
        return "error", {"exit_code": code}
    name = _name(-code) or str(-code)
    status: Status = "cancelled" if name in _ASKED else "error"
    return status, {"signal": name, "exit_code": _SIGNALLED - code}


def _name(number: int) -> str | None:
    """What a signal is called; None if it is none, or one of those that have no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return None
