"""Which span encloses the code that runs now: across calls, asyncio tasks and copied contexts."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import Final, NamedTuple

from ttdebug.recorder.sink import Line


class Frame(NamedTuple):
    """An open span, and the one around it."""

    line: Line
    seq: int
    outer: Frame | None


current: Final[ContextVar[Frame | None]] = ContextVar("ttdebug_span", default=None)


class _Busy(threading.local):
    """Whether this thread runs code of the agent's on the recorder's behalf."""

    now: bool = False


busy: Final = _Busy()


def enclosing(line: Line) -> int | None:
    """The innermost open span that belongs to a timeline's history."""
    frame = current.get()
    while frame is not None:
        if line.sees(frame.line, frame.seq):
            return frame.seq
        frame = frame.outer
    return None
