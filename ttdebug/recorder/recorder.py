"""The recorder: a handle that owns a file and its runs."""

from __future__ import annotations

import functools
import inspect
import time as clock
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, cast

from ttdebug.recorder import arguments
from ttdebug.recorder.exceptions import error_data, outcome, raised
from ttdebug.recorder.faults import Faults, guarded
from ttdebug.recorder.handle import Handle
from ttdebug.recorder.lifecycle import OnCheckpoint, OnError, Wishes
from ttdebug.recorder.redaction import Redact
from ttdebug.recorder.sink import Sink
from ttdebug.store.writer import Durability

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Stats:
    """What a recorder did so far.

    `faults` are calls that could not record what they should, arguments that were left out, and
    faults in `state=` and other functions of the agent's.
    """

    path: Path
    events: int
    redacted: int
    faults: int
    last_fault: str | None


class Recorder(Handle):
    """Made by `record`. Used with `with`, as a decorator, or directly and closed by `close`."""

    def __init__(
        self,
        path: Path,
        agent: str,
        state: Callable[[], object] | None,
        run: str | None,
        durability: Durability,
        wishes: Wishes,
        faults: Faults,
        *,
        redact: bool | Redact,
    ) -> None:
        """Use `record`."""
        sink = Sink(path, run, durability, agent, wishes, faults, redact=redact)
        super().__init__(sink, agent, state)
        self._entered = 0

    @property
    def path(self) -> Path:
        """The file that is written, which is another than asked for if that one was busy."""
        return self._sink.written

    @property
    def stats(self) -> Stats:
        """Events, redactions and faults of this recorder."""
        sink = self._sink
        redacted = sum(sink.redactor.found.values()) if sink.redactor else 0
        return Stats(self.path, sink.events, redacted, sink.faults.count, sink.faults.last)

    @guarded(None)
    def close(self, error: BaseException | None = None) -> None:
        """End the run and seal the file; another call to record something opens another run in it.

        What was attached, decorated or entered before records nothing more by itself.
        """
        try:
            if self._sink.is_open:
                self._end(error)
        finally:
            self._sink.close()

    @guarded(None)
    def seal(self) -> None:
        """Seal the file and leave the end of the run to whoever knows how it ended."""
        self._sink.close()

    @guarded(None)
    def _begin(self) -> None:
        self._sink.open()

    @guarded(None)
    def _end(self, error: BaseException | None) -> None:
        opened = self._sink.open()
        status = outcome(error)
        if error is not None and status == "error" and self._sink.lifecycle is not None:
            self._sink.lifecycle.ending(self, opened.main, error)
        self.record(
            "run.end",
            agent=self.own,
            line=opened.main,
            status=status,
            duration=clock.perf_counter_ns() - opened.began,
            raised=raised(error),
            data={} if error is None else {"error": error_data(error)},
        )

    def __enter__(self) -> Self:
        self._entered += 1
        self._begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> Literal[False]:
        self._entered -= 1
        if self._entered == 0:
            self.close(error)
        return False

    def __call__(self, function: F) -> F:
        """Decorate a function: each outermost call is a run of its own."""
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def wait(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await function(*args, **kwargs)

            return cast(F, wait)

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return cast(F, run)


def record(
    path: str | Path | None = None,
    *,
    agent: str = "agent",
    state: Callable[[], object] | None = None,
    run: str | None = None,
    durability: Durability = "process",
    redact: bool | Redact = True,
    checkpoint_every: float | timedelta | None = None,
    checkpoint_events: int | None = None,
    checkpoint_on_error: bool = False,
    on_checkpoint: OnCheckpoint | None = None,
    on_error: OnError | None = None,
) -> Recorder:
    """Record an agent to a trace file, adding a run if the file exists.

    `path` is `run-DATE-TIME.ttd` in the current folder if not given; `state` is called at each
    event of `agent`; `run` names the run. `durability` says what an acknowledged event survives:
    "process" the death of the process, "power" a power cut as well, "batch" neither for its last
    50 ms. `redact` hides secrets before they are stored; a `Redact` says what else is one, and
    what is none.

    Checkpoints make themselves after the first event that is recorded `checkpoint_every` seconds,
    or `checkpoint_events` events, after the last one, and with `checkpoint_on_error` after each
    error. `on_checkpoint` is called with each checkpoint, `on_error` with each error; both in the
    thread that records, after the event is in the file. Each event that tells of an error is one,
    but an exception is one error, however many spans it leaves and log records tell of it.

    Neither this nor what is called on the recorder raises: an argument that means nothing is left
    out, counted in `stats`, told by a warning of the logger `ttdebug` and in the recording.
    """
    faults = Faults()
    unnamed = Path(clock.strftime("run-%Y%m%d-%H%M%S.ttd"))
    wishes = Wishes(
        arguments.seconds("checkpoint_every", checkpoint_every, faults),
        arguments.count("checkpoint_events", checkpoint_events, faults),
        checkpoint_on_error is not False,
        arguments.function("on_checkpoint", on_checkpoint, faults),
        arguments.function("on_error", on_error, faults),
    )
    return Recorder(
        arguments.path(path, unnamed, faults),
        agent,
        arguments.function("state", state, faults),
        run,
        arguments.durability(durability, faults),
        wishes,
        faults,
        redact=arguments.redact(redact, faults),
    )
