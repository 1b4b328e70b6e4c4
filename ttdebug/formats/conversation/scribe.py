"""Events on their way to the file: whose, on which timeline, with what changed in the state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Unpack

from ttdebug.foreign.lenient import storable
from ttdebug.formats.conversation.state import Conversation
from ttdebug.formats.facts import Spanning
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Damage, Record
from ttdebug.formats.strays import keep_stray
from ttdebug.model import Edge, Object
from ttdebug.store.writer import Writer

MAIN_AGENT = "main"


class Moment(NamedTuple):
    """Where a record stands: who acts, when, its own ids, and the call the agent works for."""

    agent: str = MAIN_AGENT
    time: int | None = None
    source: Object | None = None
    parent: int | None = None


class Scribe:
    """Writes events, with a conversation per timeline and agent. `begin` makes a new one."""

    def __init__(
        self, writer: Writer, timeline: int, begin: Callable[[], Conversation] = Conversation
    ) -> None:
        self._writer = writer
        self._begin = begin
        self._conversations: dict[tuple[int, str], Conversation] = {}
        self._heard: set[str] = {MAIN_AGENT}
        self._starts: dict[str, int] = {}
        self.timeline = timeline

    @property
    def last_seq(self) -> int:
        """The newest event in the file."""
        return self._writer.last_seq

    def conversation(self, agent: str = MAIN_AGENT) -> Conversation:
        """The state of `agent` on the present timeline."""
        key = (self.timeline, agent)
        found = self._conversations.get(key)
        if found is None:
            found = self._conversations[key] = self._begin()
        return found

    def starts(self, agent: str, call: int) -> None:
        """The first event of `agent` is to be caused by event `call`, though not inside it."""
        self._starts[agent] = call

    def event(
        self,
        moment: Moment,
        type: str,  # noqa: A002 - the word events use
        *,
        name: str | None = None,
        data: Object | None = None,
        parent: int | None = None,
        causes: Iterable[Edge] = (),
        **spanning: Unpack[Spanning],
    ) -> int:
        """One event, with whatever changed in its agent's state by now; returns its seq."""
        agent, time, source, caller = moment
        state, delta = self.conversation(agent).take()
        if agent not in self._heard:
            self._heard.add(agent)
            start = self._starts.get(agent, caller)
            if start is not None:
                causes = [*causes, Edge(start, "recorded", "started by call")]
        return self._writer.append(
            self.timeline,
            type,
            agent=storable(agent),
            name=storable(name),
            time=time,
            parent=spanning.get("closes") or parent or caller,
            causes=causes,
            data=data,
            source=source,
            state=state,
            delta=delta,
            **spanning,
        )

    def stray(self, record: Record | Damage, report: Report, file: str | None = None) -> None:
        """A value that is no object, or text that is no JSON."""
        keep_stray(record, self._writer, report, self.timeline, file)

    def states(self) -> dict[str, Conversation]:
        """Copies of all agents' states on the present timeline."""
        return {
            agent: conversation.copy()
            for (timeline, agent), conversation in self._conversations.items()
            if timeline == self.timeline
        }

    def go_back(self, timeline: int, seq: int) -> None:
        """Fork from event `seq` of `timeline`; agents keep the states they have now."""
        states = self.states()
        for state in states.values():
            state.restate()
        self.fork(timeline, seq, states)

    def fork(self, timeline: int, seq: int, states: dict[str, Conversation]) -> None:
        """Continue on a new timeline from event `seq` of `timeline`, with these states."""
        self.timeline = self._writer.fork(timeline, seq)
        for agent, conversation in states.items():
            self._conversations[self.timeline, agent] = conversation
