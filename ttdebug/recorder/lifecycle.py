"""Checkpoints that make themselves, and the agent's own code that is told of them and of errors."""

from __future__ import annotations

import inspect
import threading
import time as clock
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from ttdebug.recorder.exceptions import tell, told_before
from ttdebug.recorder.faults import AgentCodeFailed, Faults

if TYPE_CHECKING:
    from ttdebug.recorder.actor import Actor
    from ttdebug.recorder.lines import Line

ROUTINE: Final = "routine"
RECOVERY: Final = "recovery"
AUTOMATIC: Final = "automatic"
"""The tag of a checkpoint nobody asked for by a call; one after an error is also tagged `error`."""


@dataclass(frozen=True, slots=True)
class CheckpointMade:
    """A checkpoint that was just recorded as event `seq` of the file `path`."""

    path: Path
    seq: int
    name: str
    kind: str
    tags: tuple[str, ...]
    description: str | None
    agent: str


@dataclass(frozen=True, slots=True)
class ErrorRecorded:
    """An event of type `error`, or the end of a span or run that failed; `data` as it was given."""

    path: Path
    seq: int
    type: str
    name: str | None
    agent: str
    data: Mapping[str, object]


OnCheckpoint: TypeAlias = Callable[[CheckpointMade], object]
OnError: TypeAlias = Callable[[ErrorRecorded], object]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What `record` was asked to do by itself; `every` is seconds, 0 is never."""

    every: float = 0.0
    events: int = 0
    after_errors: bool = False
    on_checkpoint: OnCheckpoint | None = None
    on_error: OnError | None = None


class _Told(threading.local):
    """Whether this thread runs a callback: what that records is told to nobody."""

    now: bool = False


class Lifecycle:
    """Decides after each event, in the call that recorded it, whether a checkpoint is due.

    Of several threads one makes it, perhaps a few events late, and none another meanwhile.
    """

    def __init__(self, wishes: Wishes, faults: Faults) -> None:
        self._wishes = wishes
        self._faults = faults
        self.hears_errors = wishes.after_errors or wishes.on_error is not None
        self._told = _Told()
        self._lock = threading.Lock()
        self.begin(0)

    def begin(self, seq: int) -> None:
        """A run starts with event `seq`."""
        self._run: list[None] = []  # what exceptions it was told of remember
        self._made = 0
        self._making = False  # one of those that come by count or by time
        self._last = seq  # the last checkpoint, or what the run starts with
        self._due = clock.monotonic() + self._wishes.every if self._wishes.every else 0.0

    def recorded(
        self,
        actor: Actor,
        line: Line,
        type: str,  # noqa: A002 - the word events use
        seq: int,
        error: ErrorRecorded | None = None,
        raised: BaseException | None = None,
        *,
        opens: bool = False,
    ) -> None:
        """An event was recorded that is no checkpoint; if it is an error, perhaps by an exception.

        An exception is one error, however many events tell of it.
        """
        if self._told.now:
            return
        if error is not None and raised is not None:
            if told_before(raised, self._run):
                error = None
            else:
                tell(raised, self._run)
        if type != "run.end":
            if error is not None and self._wishes.after_errors:
                self._after_error(actor, line, seq)
            elif not opens and (why := self._claimed(seq)):
                try:
                    self._checkpoint(actor, line, "auto", ROUTINE, why)
                finally:
                    self._making = False
        if error is not None and self._wishes.on_error is not None:
            self._tell("on_error", self._wishes.on_error, error)

    def ending(self, actor: Actor, line: Line, raised: BaseException) -> None:
        """The run is about to end with an error."""
        if self._wishes.after_errors and not told_before(raised, self._run):
            self._after_error(actor, line, None)

    def checkpoint(self, made: CheckpointMade) -> None:
        """A checkpoint was recorded, by a call or by itself."""
        self._last = max(self._last, made.seq)
        if self._wishes.every:
            self._due = clock.monotonic() + self._wishes.every
        if self._wishes.on_checkpoint is not None and not self._told.now:
            self._tell("on_checkpoint", self._wishes.on_checkpoint, made)

    def _claimed(self, seq: int) -> str | None:
        """Why a checkpoint is due after event `seq`; None if not, or another thread makes it."""
        with self._lock:
            why = None if self._making else self._reason(seq)
            self._making = self._making or why is not None
            return why

    def _reason(self, seq: int) -> str | None:
        if self._wishes.events and seq - self._last >= self._wishes.events:
            return f"after {seq - self._last:,} events"
        if self._wishes.every and clock.monotonic() >= self._due:
            return f"after {self._wishes.every:g} s"
        return None

    def _after_error(self, actor: Actor, line: Line, seq: int | None) -> None:
        self._checkpoint(actor, line, "error", RECOVERY, "after an error", "error", cause=seq)

    def _checkpoint(
        self,
        actor: Actor,
        line: Line,
        word: str,
        kind: str,
        why: str,
        *tags: str,
        cause: int | None = None,
    ) -> None:
        with self._lock:
            self._made += 1
            name = f"{word}-{self._made}"
        tagged = (AUTOMATIC, *tags)
        try:
            actor.mark(name, kind=kind, tags=tagged, description=why, cause=cause, line=line)
        except Exception as fault:  # the event before it is recorded all the same
            self._faults.add(fault, lost=True)

    def _tell(self, what: str, callback: Callable[..., object], event: object) -> None:
        """Run code of the agent's, which may fail but not be told of what it records."""
        self._told.now = True
        try:
            answer = callback(event)
            if inspect.iscoroutine(answer):
                answer.close()
                raise TypeError
        except KeyboardInterrupt:
            raise
        except BaseException as fault:
            self._faults.add(AgentCodeFailed(f"{what}= raised {fault.__class__.__name__}"))
        finally:
            self._told.now = False
