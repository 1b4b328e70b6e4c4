"""Which span encloses the code that runs now: across calls, asyncio tasks and copied contexts."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from ttdebug.recorder.lines import Line

if TYPE_CHECKING:
    from ttdebug.recorder.actor import Actor


class Frame:
    """A span of an agent, and the one around it; `over` once it has ended, in whatever context.

    `actor` opened it; None if a framework did, and so said whose it is.
    """

    __slots__ = ("actor", "agent", "line", "outer", "over", "seq")

    def __init__(
        self, line: Line, seq: int, outer: Frame | None, agent: str, actor: Actor | None = None
    ) -> None:
        self.line = line
        self.seq = seq
        self.outer = outer
        self.agent = agent
        self.actor = actor
        self.over = False


current: Final[ContextVar[Frame | None]] = ContextVar("ttdebug_span", default=None)


class _Busy(threading.local):
    """Whether this thread runs code of the agent's on the recorder's behalf."""

    now: bool = False


busy: Final = _Busy()


def enclosing(line: Line) -> int | None:
    """The innermost open span that belongs to a timeline's history."""
    if current.get() is None:
        return None
    return next((frame.seq for frame in around(line)), None)


def acting(line: Line) -> str | None:
    """Whose the innermost open span is of those that a framework opened."""
    return next((frame.agent for frame in around(line) if frame.actor is None), None)


def around(line: Line) -> Iterator[Frame]:
    """The open spans that belong to a timeline's history, the innermost first."""
    frame = current.get()
    while frame is not None:
        if not frame.over and line.sees(frame.line, frame.seq):
            yield frame
        frame = frame.outer


def enter(line: Line, seq: int, agent: str) -> Frame:
    """Let what runs now in this context be inside the span that a framework opened as `seq`."""
    frame = Frame(line, seq, _unless_over(current.get()), agent)
    current.set(frame)
    return frame


def leave(frame: Frame) -> None:
    """End a span, for every context that was entered inside it too."""
    frame.over = True
    current.set(_unless_over(current.get()))


def _unless_over(frame: Frame | None) -> Frame | None:
    while frame is not None and frame.over:
        frame = frame.outer
    return frame


class Carried:
    """A function that runs inside the spans which were open when this was made.

    Spans are this process's own: pickled for another one, it is the function and no more.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._frame = current.get()

    def __call__(self, /, *args: Any, **kwargs: Any) -> object:
        """What the function returns."""
        token = current.set(self._frame)
        try:
            return self._function(*args, **kwargs)
        finally:
            current.reset(token)

    def __reduce__(self) -> tuple[type[functools.partial[object]], tuple[Callable[..., object]]]:
        return functools.partial, (self._function,)


class Suspended:
    """Spans of a generator, which enclose its own code and not its caller's between two items."""

    def __init__(self) -> None:
        self._outside = current.get()
        self._inside: Frame | None = None

    def leave(self) -> None:
        """The caller goes on."""
        self._inside = current.get()
        current.set(self._outside)

    def enter(self) -> None:
        """The generator goes on."""
        self._outside = current.get()
        current.set(self._inside)

    def end(self) -> None:
        """The caller goes on for good."""
        current.set(self._outside)
