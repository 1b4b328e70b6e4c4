"""The wall between the recorder and the agent: faults are counted and told once, never raised."""

from __future__ import annotations

import functools
import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

from ttdebug.errors import TtdebugError

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D")
_LOST: Final = ("call could not be recorded", "calls could not be recorded")
_BESIDE: Final = (
    "fault of an argument or a function of the agent's cost no event",
    "faults of arguments or functions of the agent's cost no event",
)
OUR_OWN: Final = (TtdebugError, OSError, sqlite3.Error)  # their messages are not the user's code


class AgentCodeFailed(Exception):  # noqa: N818 - an outcome that is counted
    """Code of the agent's that the recorder ran (`state=`) raised something."""


class RunOver(Exception):  # noqa: N818 - an outcome, and no fault
    """Something would be recorded for a run that has ended, and not by a call that asks for it."""


class Faults:
    """What went wrong, and why the last time: calls that recorded nothing, and all else."""

    def __init__(self) -> None:
        self.last: str | None = None
        self._lost = _Counted()
        self._beside = _Counted()
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """How many there were."""
        return self._lost.count + self._beside.count

    def add(self, fault: BaseException, *, lost: bool = False) -> None:
        """Count a fault, by which an event may have been `lost`.

        The first one of each kind is logged as a warning of the logger `ttdebug`.
        """
        with self._lock:
            self.last = describe(fault)
            kind = self._lost if lost else self._beside
            kind.count += 1
            kind.last = self.last
            first = kind.count == 1
        if first and lost:
            warn("recording is incomplete, the agent goes on: %s", self.last)
        elif first:
            warn("recording and the agent go on: %s", self.last)

    def told(self) -> Iterator[str]:
        """What a reader of the recording should know of them."""
        for kind, one, several in ((self._lost, *_LOST), (self._beside, *_BESIDE)):
            if kind.count:
                yield f"{kind.count} {one if kind.count == 1 else several}; the last: {kind.last}"


class _Counted:
    count = 0
    last: str | None = None


class Guarded(Protocol):
    """Whoever has a place to count faults."""

    @property
    def faults(self) -> Faults:
        """Where they are counted."""
        ...


G = TypeVar("G", bound=Guarded)


def guarded(
    default: D,
) -> Callable[[Callable[Concatenate[G, P], R]], Callable[Concatenate[G, P], R | D]]:
    """Make a public method return `default` instead of raising; a fault is counted.

    Only Exception is caught: what a signal handler raises while we work (SystemExit,
    KeyboardInterrupt) belongs to the agent. Whatever the agent's own code raises when we run it
    becomes an Exception where it is run.
    """

    def decorate(method: Callable[Concatenate[G, P], R]) -> Callable[Concatenate[G, P], R | D]:
        @functools.wraps(method)
        def wall(self: G, /, *args: P.args, **kwargs: P.kwargs) -> R | D:
            try:
                return method(self, *args, **kwargs)
            except RunOver:
                return default
            except Exception as fault:
                self.faults.add(fault, lost=True)
                return default

        return wall

    return decorate


def describe(fault: BaseException) -> str:
    """A fault in a line, without running code of the agent's."""
    if isinstance(fault, (AgentCodeFailed, *OUR_OWN)):
        return f"{type(fault).__name__}: {fault}"
    return type(fault).__name__


def warn(message: str, *values: object) -> None:
    """Tell the user through `logging`, which is imported only now."""
    try:
        import logging

        logging.getLogger("ttdebug").warning(message, *values)
    except Exception:  # a broken handler is no reason to hurt the agent
        return
