"""Inside the program: a recorder from its first line to its end, and integrations as they fit."""

from __future__ import annotations

import atexit
import inspect
import os
import sys
from types import TracebackType

# What the recorder would import at its first event, from a path that may be gone by then.
import orjson  # noqa: F401
import zstandard  # noqa: F401

from ttdebug.model import MISSING
from ttdebug.recorder.faults import warn
from ttdebug.recorder.launch import MAIN, WISHES, Wishes
from ttdebug.recorder.launch.attaching import attach
from ttdebug.recorder.recorder import Recorder, record


def begin() -> Recorder:
    """Record this process as the environment says.

    The program itself is recorded at once; a process that it started only if something happens
    there, to a file of its own.
    """
    wishes = Wishes.told(os.environ[WISHES])
    state = None if wishes.state is None else Captured(wishes.state)
    is_main = MAIN not in os.environ
    run = wishes.run if is_main else f"{wishes.run} (process {os.getpid()})"
    recorder = record(
        wishes.path, agent=wishes.agent, state=state, run=run, durability=wishes.durability
    )
    if is_main:
        os.environ[MAIN] = str(os.getpid())
        recorder.__enter__()
    ending = _Ending(recorder, state)
    sys.excepthook = ending.excepthook
    atexit.register(ending.close)
    attach(recorder)
    return recorder


class _Ending:
    """Closes the recording when the program ends, with the exception that ended it."""

    def __init__(self, recorder: Recorder, state: Captured | None) -> None:
        self._recorder = recorder
        self._state = state
        self._before = sys.excepthook
        self._error: BaseException | None = None

    def excepthook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Remember what nobody caught, and show it as it would be shown anyway."""
        self._error = error
        self._before(kind, error, trace)

    def close(self) -> None:
        """Seal the file."""
        self._recorder.close(self._error)
        state = self._state
        if state is not None and not state.found and self._recorder.stats.events:
            warn("%s was never there, so no state was captured", state.place)


class Captured:
    """Reads MODULE:ATTRIBUTE, MISSING as long as the program has not made it."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.found = False

    def __call__(self) -> object:
        """The value, or what it returns if it is a function."""
        module, _, path = self.place.partition(":")
        value: object = sys.modules.get(module, MISSING)
        for name in path.split("."):
            value = getattr(value, name, MISSING)
        self.found = self.found or value is not MISSING
        return value() if inspect.isroutine(value) else value
