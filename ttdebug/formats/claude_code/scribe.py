"""Lines of a transcript on their way to the file: whose, and where each of them went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ttdebug.foreign.shapes import text_of
from ttdebug.formats import conversation
from ttdebug.formats.claude_code.entries import TOKENS, Entry
from ttdebug.formats.conversation import MAIN_AGENT, Conversation, Moment
from ttdebug.model import Object
from ttdebug.store.writer import Writer


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


class Scribe(conversation.Scribe):
    """Writes events; remembers lines by uuid."""

    def __init__(self, writer: Writer, timeline: int) -> None:
        super().__init__(writer, timeline, lambda: Conversation(TOKENS))
        self._places: dict[str, Place] = {}
        self._kept: dict[str, dict[str, Conversation]] = {}

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
            self._kept[entry.uuid] = self.states()

    def rewind(self, uuid: str) -> None:
        """Continue on a new timeline from just after the line with this uuid."""
        place = self._places[uuid]
        kept = self._kept.get(uuid, {})
        states = {agent: conversation.copy() for agent, conversation in kept.items()}
        self.fork(place.timeline, place.seq, states)


def moment(entry: Entry, voice: Voice) -> Moment:
    """Where a line stands."""
    source: Object = {"line": entry.line}
    if entry.uuid is not None:
        source["uuid"] = entry.uuid
    session = text_of(entry.record, "sessionId")
    if session is not None:
        source["session_id"] = session
    if voice.file is not None:
        source["file"] = voice.file
    return Moment(voice.agent, entry.time, source, voice.parent)
