"""The calls an agent records with; every one of them returns, whatever happens inside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, TypeAlias, TypeVar, cast, overload

from ttdebug.errors import UsageError
from ttdebug.model import MISSING, Edge
from ttdebug.recorder import arguments
from ttdebug.recorder.context import Carried, acting, busy, enclosing
from ttdebug.recorder.faults import AgentCodeFailed, Faults, RunOver, guarded
from ttdebug.recorder.lifecycle import ROUTINE, CheckpointMade, ErrorRecorded
from ttdebug.recorder.lines import Line
from ttdebug.recorder.restoring import Restoring
from ttdebug.recorder.sink import MOST_MESSAGES, Sink
from ttdebug.recorder.span import Span
from ttdebug.recorder.traced import traced

Cause: TypeAlias = "int | Span | Iterable[int | Span] | None"
F = TypeVar("F", bound=Callable[..., object])
_CALLS: Final = ("tool.call",)  # whose keywords are arguments


class Handle:
    """Records as one agent on one timeline. Handles of one recorder share its file.

    Calls that record an event return its seq, 0 if it could not be recorded. None of them raises:
    an argument that means nothing is left out and counted, and the rest is recorded.
    """

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

    @guarded(0)
    def event(
        self,
        type: str,  # noqa: A002 - the word events use
        name: str | None = None,
        /,
        *,
        cause: Cause = None,
        agent: str | None = None,
        **data: object,
    ) -> int:
        """Record a fact; keywords become its data, those of a `tool.call` its `args`."""
        type = self.word(type)  # noqa: A001
        return self.record(
            type,
            name,
            agent=agent if agent is None else self.word(agent),
            data=_data(type, data) if type in _CALLS else data,
            causes=self.causes(cause) if cause is not None else (),
        )

    def span(
        self,
        type: str,  # noqa: A002 - the word events use
        name: str | None = None,
        /,
        *,
        cause: Cause = None,
        **data: object,
    ) -> Span:
        """An interval to use with `with`: what is recorded inside has it as its parent."""
        type = self.word(type)  # noqa: A001
        return Span(self, type, name, _data(type, data), cause)

    @guarded(0)
    def snapshot(self, /, state: object, *, agent: str | None = None, cause: Cause = None) -> int:
        """Record a full state, as an event of type `state`; only what changed is stored."""
        whose = agent if agent is None else self.word(agent)
        return self.record("state", agent=whose, state=state, causes=self.causes(cause))

    @guarded(0)
    def checkpoint(
        self,
        /,
        name: str,
        *,
        kind: str = ROUTINE,
        tags: Collection[str] = (),
        description: str | None = None,
        state: object = MISSING,
    ) -> int:
        """Name this position, to find it again, restore it, or fork from it.

        `kind` is "routine", "pre-operation" or "recovery", or a word of your own; a text as `tags`
        is one tag. A `state` is recorded with it in place of the one that would be captured.
        """
        return self.mark(name, kind=kind, tags=tags, description=description, state=state)

    def restoring(self, /, name: str, **data: object) -> Restoring:
        """Around the code that puts an earlier state back: a `with`, which makes it a span.

        The states before and after it become checkpoints of kind "recovery"; `name` and keywords
        say what is restored.
        """
        return Restoring(self, name, data)

    @guarded(0)
    def note(self, /, text: str, **data: object) -> int:
        """Record a remark, as an event of type `note`."""
        return self.record("note", data={"text": text, **data})

    @guarded(0)
    def message(
        self,
        /,
        content: object,
        *,
        role: str | None = None,
        to: str | None = None,
        id: str | None = None,  # noqa: A002 - the word messages use
        cause: Cause = None,
        **data: object,
    ) -> int:
        """Record a message sent or received.

        The first event with an `id` sends it; each later one, of whatever agent of this recorder,
        receives it and gets the sending as a cause.
        """
        given = {"id": id, "role": role, "to": to}
        found: dict[str, object] = {key: value for key, value in given.items() if value is not None}
        edges = self.causes(cause)
        key = None if id is None else self.word(id)
        sent = self._sink.open().messages
        if key is not None and key in sent:
            edges.append(Edge(sent[key], "recorded", "message received"))
        seq = self.record("message", data={**found, "content": content, **data}, causes=edges)
        if key is not None and key not in sent:
            if len(sent) >= MOST_MESSAGES:
                del sent[next(iter(sent))]
            sent[key] = seq
        return seq

    def agent(self, name: str, *, state: Callable[[], object] | None = None) -> Handle:
        """A handle that records as another agent, with its own `state=`, on the same timeline."""
        return Handle(self._sink, name, state, self._line)

    def fork(self, name: str | None = None, *, at: int | Span | None = None) -> Handle:
        """A handle that records on a new timeline, which begins here or after event `at`.

        It begins here as well if there is no such event to fork from. A second one of a name is
        numbered, such as `what-if-2`, as those without are.
        """
        return Handle(self._sink, self._agent, self._state, self._fork(name, at))

    @overload
    def traced(self, function: F, /) -> F: ...

    @overload
    def traced(
        self, /, *, type: str = "call", name: str | None = None, agent: str | None = None
    ) -> Callable[[F], F]: ...

    def traced(
        self,
        function: F | None = None,
        /,
        *,
        type: str = "call",  # noqa: A002 - the word events use
        name: str | None = None,
        agent: str | None = None,
    ) -> F | Callable[[F], F]:
        """Decorate a function so that each call is a span with its arguments and its result."""
        handle = self if agent is None else self.agent(agent)

        def decorate(function: F) -> F:
            return traced(handle.call_span, function, type, name)

        return decorate if function is None else decorate(function)

    def call_span(self, type: str, name: str, arguments: dict[str, object]) -> Span:  # noqa: A002
        """The span of a traced call whose arguments are known by name."""
        return Span(self, type, name, {"args": arguments} if arguments else {}, asked=False)

    def bind(self, function: F, /) -> F:
        """`function`, to be called by a thread or an executor as if inside the spans open here.

        Another process has none of them: there it is `function` itself.
        """
        return cast(F, Carried(function))

    def line(self, *, asked: bool = True) -> Line:
        """The timeline this handle records on now. Raises as `Sink.open` does."""
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
        """The agent that this handle was made to record as."""
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
        return arguments.causes(cause, _seq, self._sink.open().writer.last_seq, self.faults)

    def captures(self, agent: str | None) -> bool:
        """Whether the state of `agent`, None being this handle's, is captured at each event."""
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

    @guarded(None)
    def _fork(self, /, name: str | None, at: int | Span | None) -> Line | None:
        line = self.line()
        position = line.last if at is None else _seq(at)
        if position is None or not 0 < position <= line.last:
            known = "at= is the number of an event on this timeline, or a span"
            self.faults.add(UsageError(f"{known}: the fork begins where it was made"))
            position = line.last
        while line.parent is not None and position <= line.fork_seq:
            line = line.parent
        return self._sink.fork(line, position, name)


def _data(type: str, data: dict[str, object]) -> dict[str, object]:  # noqa: A002
    if type in _CALLS and data:
        call_id = data.pop("call_id", None)
        return {"args": data} if call_id is None else {"args": data, "call_id": call_id}
    return data


def _seq(event: object) -> int | None:
    """The seq of what may be an event: 0 is one that was not recorded, None is no event."""
    kind = type(event)
    if issubclass(kind, Span):
        return cast(Span, event).seq
    return cast(int, event) if issubclass(kind, int) and kind is not bool else None
