"""Inside the program: a recorder from its first line to its end, and integrations as they fit."""

from __future__ import annotations

import atexit
import inspect
import os
import sys
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType

# What the recorder would import at its first event, from a path that may be gone by then.
import orjson  # noqa: F401
import zstandard  # noqa: F401

from ttdebug.model import MISSING
from ttdebug.recorder.launch import MAIN, WISHES, Wishes
from ttdebug.recorder.launch.attaching import attach
from ttdebug.recorder.launch.leaving import leave_end, leave_status
from ttdebug.recorder.recorder import Recorder, record
from ttdebug.store.creation import of_process


def begin() -> Recorder:
    """Record this process as the environment says.

    The program itself is recorded at once; a process that it started only if something happens
    there, to a file of its own.
    """
    wishes = Wishes.told(os.environ[WISHES])
    state = None if wishes.state is None else Captured(wishes.state)
    own = str(os.getpid())
    is_main = os.environ.get(MAIN, own) == own
    run = wishes.run if is_main else f"{wishes.run} (process {own})"
    recorder = record(
        wishes.path if is_main else of_process(Path(wishes.path)),
        agent=wishes.agent,
        state=state,
        run=run,
        durability=wishes.durability,
    )
    if is_main:
        os.environ[MAIN] = own
        recorder.__enter__()
    ending = _Ending(recorder, wishes, state if is_main else None)
    sys.excepthook = ending.excepthook
    weakref.finalize(recorder, int)  # the first one registers what closes files: run after us
    atexit.register(ending.close)
    attach(recorder)
    return recorder


class _Ending:
    """Closes the recording when the program ends, with the exception that ended it."""

    def __init__(self, recorder: Recorder, wishes: Wishes, state: Captured | None) -> None:
        self._recorder = recorder
        self._wishes = wishes
        self._state = state
        self._leaves = leave_status(Path(wishes.statuses))
        self._before = sys.excepthook
        self._error: BaseException | None = None

    def excepthook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Remember what nobody caught, and show it as it would be shown anyway."""
        self._error = error
        self._before(kind, error, trace)

    def close(self) -> None:
        """Seal the file, after its last state."""
        recorder, state = self._recorder, self._state
        if self._error is None and self._is_told():
            if state is not None and state.find() is not MISSING:
                recorder.event("state")
            recorder.seal()
        else:
            recorder.close(self._error)
        if state is not None and not state.found:
            with suppress(Exception):  # standard error may be closed by now
                sys.stderr.write(f"ttdebug: --state {state.place} {state.fate()}\n")

    def _is_told(self) -> bool:
        """Whether somebody who learns the exit code ends the run: here nobody knows it yet."""
        wishes, folder = self._wishes, Path(self._wishes.statuses)
        if self._leaves:
            return folder.is_dir()
        is_own = str(self._recorder.path) == wishes.path
        return (is_own and os.getppid() == wishes.waiting) or leave_end(folder)


class Captured:
    """Reads MODULE:ATTRIBUTE, MISSING as long as the program has not made it.

    The program itself is `__main__`, and is found by the name of its file or module too.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self.found = False
        self._module, _, self._path = place.partition(":")
        self._stem = Path(sys.argv[0]).stem  # the program may change it, once it runs

    def __call__(self) -> object:
        """The value, or what it returns if it is a function."""
        value = self.find()
        self.found = self.found or value is not MISSING
        return value() if inspect.isroutine(value) else value

    def find(self) -> object:
        """What is there by now; MISSING if nothing is."""
        for module in self._modules():
            value: object = module
            for name in self._path.split("."):
                value = getattr(value, name, MISSING)
            if value is not MISSING:
                return value
        return MISSING

    def fate(self) -> str:
        """Why nothing was found."""
        if any(True for _ in self._modules()):
            why = f"{self._module} has no {self._path}"
        else:
            why = f"no module {self._module} was imported"
        return f"was never found: {why}; no state was captured"

    def _modules(self) -> Iterator[object]:
        main = sys.modules.get("__main__")
        spec = getattr(main, "__spec__", None)  # of what `-m` named
        name = self._stem if spec is None else spec.name.removesuffix(".__main__")
        if self._module == name:
            yield main
        if self._module in sys.modules:
            yield sys.modules[self._module]
