"""A recorded interval: an event when it is entered, another when it is left."""

from __future__ import annotations

import time as clock
from contextvars import Token
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from ttdebug.model import Edge
from ttdebug.recorder.context import Frame, current
from ttdebug.recorder.exceptions import error_data, outcome, raised
from ttdebug.recorder.faults import Faults, guarded
from ttdebug.recorder.lines import Line

if TYPE_CHECKING:
    from ttdebug.recorder.actor import Actor, Cause

T = TypeVar("T")
_CLOSING: Final = {"tool.call": "tool.result", "llm.call": "llm.result"}
_RULE: Final = {"tool.call": "result of call", "llm.call": "result of call"}


class Span:
    """Made by `Handle.span`; a context manager. `seq` is its opening event, 0 if not recorded."""

    def __init__(
        self,
        actor: Actor,
        type: str,  # noqa: A002 - the word events use
        name: str | None,
        data: dict[str, object],
        cause: Cause = None,
        *,
        asked: bool = True,
    ) -> None:
        self.seq = 0
        self._actor = actor
        self._type = actor.word(type)
        self._name = name if name is None else actor.word(name)
        self._data = data
        self._cause = cause
        self._asked = asked
        self._closing: dict[str, object] = {}
        self._error: BaseException | str | None = None
        self._line: Line | None = None
        self._agent: str | None = None
        self._token: Token[Frame | None] | None = None
        self._began = 0

    @property
    def faults(self) -> Faults:
        """Where the recorder counts what went wrong."""
        return self._actor.faults

    def result(self, value: T, **data: object) -> T:
        """Keep what came out for the closing event, with further data; returns `value`."""
        key = "output" if self._type == "llm.call" else "result"
        self._closing = {**self._closing, key: value, **data}
        return value

    def error(self, error: BaseException | str) -> None:
        """Close with status `error` although no exception leaves the block."""
        self._error = error

    def __enter__(self) -> Span:
        self._open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> Literal[False]:
        self._leave()
        self._close(self._error if error is None else error)
        return False

    @guarded(None)
    def _open(self) -> None:
        actor = self._actor
        self._began = clock.perf_counter_ns()
        self._line = line = actor.line(asked=self._asked)
        self._agent = agent = actor.acting(line)
        self.seq = actor.record(
            self._type,
            self._name,
            agent=agent,
            data=self._data,
            line=line,
            opens=True,
            causes=actor.causes(self._cause),
        )
        self._token = current.set(Frame(line, self.seq, current.get(), agent, actor))

    @guarded(None)
    def _leave(self) -> None:
        token, self._token = self._token, None
        if token is None:
            return
        try:
            current.reset(token)
        except ValueError:  # entered in another context, as an asynchronous generator may
            frame = current.get()
            if frame is not None and frame.seq == self.seq:
                current.set(frame.outer)

    @guarded(None)
    def _close(self, error: BaseException | str | None) -> None:
        if not self.seq or self._line is None:
            return
        data = self._closing
        if error is not None:
            data = {**data, "error": error_data(error)}
        self._actor.record(
            _CLOSING.get(self._type, self._type + ".end"),
            self._name,
            agent=self._agent,
            data=data,
            line=self._line,
            closes=self.seq,
            status=outcome(error),
            duration=clock.perf_counter_ns() - self._began,
            raised=raised(error),
            causes=[Edge(self.seq, "recorded", _RULE.get(self._type, "end of span"))],
        )
