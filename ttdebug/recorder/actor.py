"""An agent on a timeline: what is recorded as it, with its state and in the span it is in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeAlias, cast

from ttdebug.model import MISSING, Edge
from ttdebug.recorder import arguments
from ttdebug.recorder.context import acting, busy, enclosing
from ttdebug.recorder.faults import AgentCodeFailed, Faults, RunOver
from ttdebug.recorder.lifecycle import CheckpointMade, ErrorRecorded
from ttdebug.recorder.lines import Line
from ttdebug.recorder.sink import Sink
from ttdebug.recorder.span import Span

Cause: TypeAlias = "int | Span | Iterable[int | Span] | None"


class Actor:
    """Records as one agent on one timeline, and raises where it cannot."""

    def __init__(
        self,
        sink: Sink,
        agent: str,
        state: Callable[[], object] | None = None,
        line: Line | None = None,
    ) -> None:
        self._sink = sink
        self.word = sink.word
        self._agent = sink.word(agent)
        self._state = state
        self._line = line

    @property
    def faults(self) -> Faults:
        """What could not be recorded."""
        return self._sink.faults

    def line(self, *, asked: bool = True) -> Line:
        """The timeline this records on now. Raises as `Sink.open` does."""
        main = self._sink.open(asked=asked).main
        line = self._line
        return line if line is not None and line.first() is main else main

    def record(
        self,
        type: str,  # noqa: A002 - the word events use
        name: str | None = None,
        *,
        agent: str | None = None,
        data: dict[str, object] | None = None,
        line: Line | None = None,
        state: object = MISSING,
        parent: int | None = None,
        closes: int | None = None,
        raised: BaseException | None = None,
        again: bool = False,
        **row: Any,
    ) -> int:
        """Record an event with the agent's state; unlike the public calls this one raises.

        Without a `parent` it stands in the innermost span of this context. If it is an error, then
        by an exception that was `raised`, or one that an event before told of (`again`).
        """
        if busy.now:
            raise AgentCodeFailed("state= records events itself, which would never end")
        if closes is not None and line is not None and line.first().over:
            raise RunOver
        line = line or self.line()
        if agent is None:
            agent = self.acting(line) if state is MISSING else self._agent
        if state is MISSING and self._state is not None and agent == self._agent:
            state = self._capture(self._state)
        seq = self._sink.append(
            line,
            type,
            agent=agent,
            name=name,
            data=data,
            state=state,
            parent=parent or (None if closes else enclosing(line)),
            closes=closes,
            **row,
        )
        lifecycle = self._sink.lifecycle
        if lifecycle is not None and type != "checkpoint":
            error = None
            failed = type == "error" or row.get("status") == "error"
            if failed and not again and lifecycle.hears_errors:
                error = ErrorRecorded(self._sink.written, seq, type, name, agent, data or {})
            opens = bool(row.get("opens"))
            lifecycle.recorded(self, line, type, seq, error, raised, opens=opens)
        return seq

    def mark(
        self,
        name: str,
        *,
        kind: str,
        tags: Collection[str] = (),
        description: str | None = None,
        state: object = MISSING,
        cause: int | None = None,
        line: Line | None = None,
    ) -> int:
        """Record a checkpoint; raises as `record` does."""
        kind = self.word(kind)
        found = arguments.tags(tags, self.word, self.faults)
        data: dict[str, object] = {"kind": kind}
        if found:
            data["tags"] = list(found)
        if description is not None:
            data["description"] = description
        seq = self.record(
            "checkpoint",
            name,
            agent=self._agent,
            data=data,
            line=line,
            state=state,
            causes=() if cause is None else (Edge(cause, "recorded"),),
        )
        lifecycle = self._sink.lifecycle
        if lifecycle is not None:
            path, agent = self._sink.written, self._agent
            lifecycle.checkpoint(CheckpointMade(path, seq, name, kind, found, description, agent))
        return seq

    @property
    def own(self) -> str:
        """The agent that this was made to record as."""
        return self._agent

    def acting(self, line: Line) -> str:
        """The agent to record as now.

        A recorder that captures no state of an agent's own goes by a framework's span around it.
        """
        if self._state is not None or self._agent != self._sink.agent:
            return self._agent
        return acting(line) or self._agent

    def causes(self, cause: Cause) -> list[Edge]:
        """Edges from the events that `cause` names; what names none is counted."""
        if cause is None:
            return []
        return arguments.causes(cause, seq_of, self._sink.open().writer.last_seq, self.faults)

    def captures(self, agent: str | None) -> bool:
        """Whether the state of `agent`, None being its own, is captured at each event."""
        return self._state is not None and agent in (None, self._agent)

    def _capture(self, state: Callable[[], object]) -> object:
        """The agent's state as its own code tells it; MISSING if that code fails."""
        busy.now = True
        try:
            return state()
        except KeyboardInterrupt:
            raise
        except BaseException as fault:
            self.faults.add(AgentCodeFailed(f"state= raised {fault.__class__.__name__}"))
            return MISSING
        finally:
            busy.now = False


def seq_of(event: object) -> int | None:
    """The seq of what may be an event: 0 is one that was not recorded, None is no event."""
    kind = type(event)
    if issubclass(kind, Span):
        return cast(Span, event).seq
    return cast(int, event) if issubclass(kind, int) and kind is not bool else None
