"""Events of a transcript on their way to the file: whose, on which timeline, caused by what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ttdebug.formats.claude_code.conversation import Conversation
from ttdebug.formats.claude_code.entries import Entry
from ttdebug.formats.lenient import storable
from ttdebug.formats.shapes import text_of
from ttdebug.model import Edge, Object, Status
from ttdebug.store.writer import Writer

MAIN_AGENT = "main"


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: an agent, the side file it was recorded in, and the call it works for."""

    agent: str = MAIN_AGENT
    file: str | None = None
    parent: int | None = None


class Place(NamedTuple):
    """Where a line went: its timeline, the last event by then, and the event it stands for."""

    timeline: int
    seq: int
    event: int | None


class Scribe:
    """Writes events; remembers lines by uuid, and a conversation per timeline and agent."""

    def __init__(self, writer: Writer, timeline: int) -> None:
        self._writer = writer
        self._conversations: dict[tuple[int, str], Conversation] = {}
        self._places: dict[str, Place] = {}
        self._kept: dict[str, dict[str, Conversation]] = {}
        self._heard: set[str] = {MAIN_AGENT}
        self.timeline = timeline
        self.last_seq = 0

    def conversation(self, voice: Voice) -> Conversation:
        """The state that `voice` speaks from on the present timeline."""
        key = (self.timeline, voice.agent)
        found = self._conversations.get(key)
        if found is None:
            found = self._conversations[key] = Conversation()
        return found

    def event(
        self,
        entry: Entry,
        voice: Voice,
        type: str,  # noqa: A002 - the word events use
        *,
        name: str | None = None,
        data: Object | None = None,
        parent: int | None = None,
        opens: bool = False,
        closes: int | None = None,
        status: Status | None = None,
        duration: int | None = None,
        causes: Iterable[Edge] = (),
    ) -> int:
        """One event of this line, with whatever changed in its agent's state by now."""
        state, delta = self.conversation(voice).take()
        if voice.agent not in self._heard:
            self._heard.add(voice.agent)
            if voice.parent is not None:
                causes = [*causes, Edge(voice.parent, "recorded", "started by call")]
        self.last_seq = self._writer.append(
            self.timeline,
            type,
            agent=storable(voice.agent),
            name=None if name is None else storable(name),
            time=entry.time,
            parent=closes or parent or voice.parent,
            opens=opens,
            closes=closes,
            status=status,
            duration=duration,
            causes=causes,
            data=data,
            source=_source(entry, voice),
            state=state,
            delta=delta,
        )
        return self.last_seq

    def place(self, uuid: str | None) -> Place | None:
        """Where the line with this uuid went."""
        return None if uuid is None else self._places.get(uuid)

    def arrive(self, entry: Entry, *, keep: bool, event: int | None) -> None:
        """The line is written. `keep` its states: a later prompt goes back to here."""
        if entry.uuid is None:
            return
        if event is None:
            before = self.place(entry.parent)
            event = before.event if before else None
        self._places[entry.uuid] = Place(self.timeline, self.last_seq, event)
        if keep:
            self._kept[entry.uuid] = {
                agent: conversation.copy()
                for (timeline, agent), conversation in self._conversations.items()
                if timeline == self.timeline
            }

    def rewind(self, uuid: str) -> None:
        """Continue on a new timeline from just after the line with this uuid."""
        place = self._places[uuid]
        self.timeline = self._writer.fork(place.timeline, place.seq)
        for agent, conversation in self._kept.get(uuid, {}).items():
            self._conversations[self.timeline, agent] = conversation.copy()


def _source(entry: Entry, voice: Voice) -> Object:
    source: Object = {"line": entry.line}
    if entry.uuid is not None:
        source["uuid"] = entry.uuid
    session = text_of(entry.record, "sessionId")
    if session is not None:
        source["session_id"] = session
    if voice.file is not None:
        source["file"] = voice.file
    return source
