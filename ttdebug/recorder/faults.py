"""The wall between the recorder and the agent: faults are counted and told once, never raised."""

from __future__ import annotations

import functools
import sqlite3
import threading
from collections.abc import Callable
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

from ttdebug.errors import TtdebugError

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D")
OUR_OWN: Final = (TtdebugError, OSError, sqlite3.Error)  # their messages are not the user's code


class AgentCodeFailed(Exception):  # noqa: N818 - an outcome that is counted
    """Code of the agent's that the recorder ran (`state=`) raised something."""


class RunOver(Exception):  # noqa: N818 - an outcome, and no fault
    """Something would be recorded for a run that has ended, and not by a call that asks for it."""


class Faults:
    """How many calls could not do their work, and why the last one could not."""

    def __init__(self) -> None:
        self.count = 0
        self.last: str | None = None
        self._lock = threading.Lock()

    def add(self, fault: BaseException) -> None:
        """Count a fault; the first one is logged as a warning of the logger `ttdebug`."""
        with self._lock:
            self.count += 1
            self.last = describe(fault)
            first = self.count == 1
        if first:
            warn("recording is incomplete, the agent goes on: %s", self.last)


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
                self.faults.add(fault)
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
