"""A rollout in file order, with compactions, rollbacks, and its sub-agents where they report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ttdebug.foreign.shapes import integer_of, objects_in, text_of
from ttdebug.foreign.values import plain_text
from ttdebug.formats.codex.items import Items
from ttdebug.formats.codex.lines import EVENT, ITEM, META, Line, read_line, without
from ttdebug.formats.codex.notes import Notes
from ttdebug.formats.codex.settings import Settings
from ttdebug.formats.codex.thread import Thread
from ttdebug.formats.codex.utterances import Utterances
from ttdebug.formats.conversation import MAIN_AGENT
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Damage, Record
from ttdebug.model import Edge, Object

MAX_TURNS = 100_000


class Prompt(NamedTuple):
    """A prompt of the user: its line, its message, and the position just before it."""

    line: int
    place: int
    timeline: int
    seq: int


class Rollout:
    """Writes one thread. `forks` and `compactions` count what it met."""

    def __init__(self, thread: Thread, report: Report) -> None:
        self._thread = thread
        self._scribe = thread.talk.scribe
        self._report = report
        self.utterances = Utterances()
        self.items = Items(thread, self.utterances)
        self.items.prompted = self._prompted
        self._settings = Settings(thread)
        self._notes = Notes(thread, self.items, self._settings, self.utterances)
        self._prompts: list[Prompt] = []
        self.rollbacks = 0
        self.compactions = 0

    def write(self, records: Iterator[Record | Damage]) -> Iterator[Line]:
        """Every record; gives each line just before it is written."""
        for record in records:
            if isinstance(record, Record) and isinstance(record.value, dict):
                line = read_line(record.line, record.value)
                yield line
                self._line(line)
            else:
                self._scribe.stray(record, self._report, self._thread.label)
        self.items.settle()
        self.items.release()

    def _line(self, line: Line) -> None:
        if self.utterances.overdue(line.number):
            self.items.release()
        if line.kind == ITEM:
            self.items.write(line)
        elif line.kind == EVENT and line.type == "thread_rolled_back":
            self._rolled_back(line)
        elif line.kind == EVENT:
            self._notes.write(line)
        elif line.kind == META:
            self._settings.meta(line)
        elif line.kind == "turn_context":
            self.items.settle()
            self._settings.turn_context(line)
        elif line.kind == "world_state":
            self._settings.world(line)
        elif line.kind == "compacted":
            self._compacted(line)
        else:
            data: Object = {"raw": line.payload} if line.payload else {}
            self._thread.marker(line, data)

    def _prompted(self, line: Line) -> None:
        if len(self._prompts) < MAX_TURNS:
            place = len(self._thread.conversation)
            here = self._scribe.timeline, self._scribe.last_seq
            self._prompts.append(Prompt(line.number, place, *here))

    def _compacted(self, line: Line) -> None:
        """The history that the model sees is replaced."""
        self.items.settle()
        conversation = self._thread.conversation
        conversation.forget()
        self._prompts.clear()
        history = objects_in(line.payload.get("replacement_history"))
        for number, item in enumerate(history, 1):
            role = text_of(item, "role") or text_of(item, "type") or "item"
            identity = text_of(item, "id") or f"line-{line.number}.{number}"
            if conversation.hears(identity):
                identity = f"line-{line.number}.{number}"
            conversation.say(identity, role, plain_text(item.get("content")))
        summary = text_of(line.payload, "message")
        if summary and not history:
            conversation.say(line.identity, "user", summary)
        self.compactions += 1
        self._scribe.event(
            self._thread.moment(line), "state", name="compaction", data=without(line.payload)
        )

    def _rolled_back(self, line: Line) -> None:
        """The last turns are taken back: the thread goes on from before them, on a new timeline.

        Files stay as they are. The turns of a sub-agent are only dropped from its messages.
        """
        self.items.settle()
        self.items.release()
        prompt = self._target(line)
        causes = [Edge(self._scribe.last_seq, "recorded", "rolled back from")]
        conversation = self._thread.conversation
        if prompt is not None:
            conversation.drop(prompt.place)
            if self._thread.agent == MAIN_AGENT:
                self._thread.turn = None
                self._scribe.go_back(prompt.timeline, prompt.seq)
            self.rollbacks += 1
        self._scribe.event(
            self._thread.moment(line),
            "state",
            name="rollback",
            data=without(line.payload),
            causes=causes if self._scribe.last_seq else (),
        )

    def _target(self, line: Line) -> Prompt | None:
        """The first prompt that is taken back; it and all after it are forgotten here."""
        index = integer_of(line.payload, "rollback_start_index")
        turns = integer_of(line.payload, "num_turns") or 0
        if index is not None:
            first = next((p for p in self._prompts if p.line > index), None)
        elif turns > 0 and self._prompts:
            first = self._prompts[max(0, len(self._prompts) - turns)]
        else:
            first = None
        if first is not None:
            self._prompts = [p for p in self._prompts if p.line < first.line]
        return first
