"""The calls an agent records with; every one of them returns, whatever happens inside."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, TypeVar, cast, overload

from ttdebug.errors import UsageError
from ttdebug.model import MISSING, Edge
from ttdebug.recorder.actor import Actor, Cause, seq_of
from ttdebug.recorder.context import Carried
from ttdebug.recorder.faults import guarded
from ttdebug.recorder.lifecycle import ROUTINE
from ttdebug.recorder.lines import Line
from ttdebug.recorder.restoring import Restoring
from ttdebug.recorder.sink import MOST_MESSAGES
from ttdebug.recorder.span import Span
from ttdebug.recorder.traced import traced

F = TypeVar("F", bound=Callable[..., object])
_CALLS: Final = ("tool.call",)  # whose keywords are arguments


class Handle(Actor):
    """Records as one agent on one timeline. Handles of one recorder share its file.

    Calls that record an event return its seq, 0 if it could not be recorded. None of them raises:
    an argument that means nothing is left out and counted, and the rest is recorded.
    """

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

    @guarded(None)
    def _fork(self, /, name: str | None, at: int | Span | None) -> Line | None:
        line = self.line()
        position = line.last if at is None else seq_of(at)
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
