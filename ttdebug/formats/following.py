"""Watching a recording while it is written: short looks at it, and the moment it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from ttdebug.errors import GoneError, TraceError
from ttdebug.store import lock
from ttdebug.store.trace import Trace

Ending: TypeAlias = Literal["closed", "stopped", "silent"]

PAUSE: Final = 0.1  # seconds between two looks, or as long as the last one took


class Step(NamedTuple):
    """The recording as it is now, and whether it is over.

    It was `closed` by its writer, or left `stopped` where its writer died, or nothing came for as
    long as one was willing to wait, so that it is called `silent`.
    """

    trace: Trace
    ending: Ending | None


def follow(
    path: str | os.PathLike[str],
    open_trace: Callable[[], Trace],
    *,
    timeout: float | None = None,
    waiting: Callable[[], None] | None = None,
) -> Generator[Step, None, None]:
    """Each time `path` grew, and once more when it is over; closes what it opens.

    Waits for a file that does not exist yet and says so by calling `waiting` once. After `timeout`
    seconds without anything new it gives up; raises TraceError where there is nothing by then. A
    recording of another format has no end but that: its file is opened anew when it changed.
    """
    looking = _Looking(Path(path), open_trace, timeout, waiting)
    try:
        yield from looking.steps()
    finally:
        looking.close()


class _Looking:
    def __init__(
        self,
        path: Path,
        open_trace: Callable[[], Trace],
        timeout: float | None,
        waiting: Callable[[], None] | None,
    ) -> None:
        self._path = path
        self._open = open_trace
        self._timeout = timeout
        self._waiting = waiting
        self._trace: Trace | None = None
        self._news = time.monotonic()
        self._pause = PAUSE
        self._woke = self._news
        self._version = (0, 0)

    def close(self) -> None:
        if self._trace is not None:
            self._trace.close()

    def steps(self) -> Iterator[Step]:
        trace = self._first()
        while True:
            ending = self._ending(trace)
            yield Step(trace, ending)
            if ending is not None:
                return
            trace.rest()
            self._news = time.monotonic()
            self._pause = max(PAUSE, self._news - self._woke)
            trace = self._next(trace)

    def _first(self) -> Trace:
        """The recording, once it can be read."""
        while not self._ready():
            if self._waiting is not None:
                self._waiting()
                self._waiting = None
            if self._silent():
                raise TraceError(f"{self._path} holds nothing to read after {self._timeout:g} s")
            self._sleep()
        return self._opened()

    def _ready(self) -> bool:
        """Whether there is a file, and whoever made it just now is done with making it."""
        if not self._size():
            return False
        return self._size("-wal") is not None or not lock.is_held(self._path)

    def _next(self, trace: Trace) -> Trace:
        """The recording with something new in it, or over."""
        while not self._silent():
            self._sleep()
            if trace.live:
                if not trace.being_written:
                    return self._left(trace)
                if trace.refresh():
                    return trace
            elif self._changed():
                return self._opened()
        return trace

    def _left(self, trace: Trace) -> Trace:
        """The recording whose writer left; raises GoneError if it took the file along."""
        try:
            trace.refresh()
        except GoneError as gone:
            raise GoneError(f"{gone} after event {trace.last_seq:,} was read") from None
        return self._opened()

    def _sleep(self) -> None:
        time.sleep(self._pause)
        self._woke = time.monotonic()

    def _ending(self, trace: Trace) -> Ending | None:
        if self._silent():
            return "silent"
        if trace.live or trace.format != "ttd":
            return None
        return "closed" if trace.sealed else "stopped"

    def _opened(self) -> Trace:
        self.close()
        self._changed()
        self._trace = self._open()
        self._news = time.monotonic()
        return self._trace

    def _silent(self) -> bool:
        return self._timeout is not None and time.monotonic() - self._news >= self._timeout

    def _changed(self) -> bool:
        """Whether the file of another format is not as it was when this was asked last."""
        try:
            before, status = self._version, self._path.stat()
        except OSError:
            raise GoneError(f"{self._path} was deleted") from None
        self._version = (status.st_size, status.st_mtime_ns)
        return self._version != before

    def _size(self, side: str = "") -> int | None:
        try:
            return self._path.with_name(self._path.name + side).stat().st_size
        except OSError:
            return None
