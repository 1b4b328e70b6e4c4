"""A whole session: its own transcript in file order, each sub-agent where its call ended."""

from __future__ import annotations

from collections.abc import Iterator

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import object_of, text_of
from ttdebug.formats import fidelity
from ttdebug.formats.claude_code.entries import Entry, read_entry
from ttdebug.formats.claude_code.notes import Notes
from ttdebug.formats.claude_code.scribe import Scribe, Voice, moment
from ttdebug.formats.claude_code.sidechains import Sidechains
from ttdebug.formats.claude_code.subagents import SideFile, side_files
from ttdebug.formats.claude_code.survey import Survey, survey
from ttdebug.formats.claude_code.turns import Turns
from ttdebug.formats.conversation import Conversation
from ttdebug.formats.reader import Report, counted
from ttdebug.formats.records import Damage, Record, decode_lines
from ttdebug.formats.source import Source
from ttdebug.model import Object
from ttdebug.store.writer import Writer

_MAIN = Voice()
_CONFIG = ("version", "gitBranch", "permissionMode")


class Session:
    """Writes one session as one run."""

    def __init__(self, source: Source, writer: Writer, report: Report) -> None:
        self._source = source
        self._report = report
        self._survey = survey(_entries(source, Report()))
        self._rewinds = self._survey.rewinds
        uid = storable(self._survey.session or source.path.stem)
        title = storable(self._survey.title or "")
        self._timeline = writer.run(uid, title, time=self._survey.start)
        self._scribe = Scribe(writer, self._timeline)
        self._turns = Turns(self._scribe)
        self._notes = Notes(self._scribe, self._turns.talk.calls)
        self._sidechains = Sidechains(self._survey.side_prompts)
        self._sides = side_files(source.path, self._survey.session)
        self._serves: dict[str, str] = {}
        self._joined = 0
        self._forks = 0
        self._compactions = 0

    def write(self) -> None:
        """Every line of the session's file, then the sub-agents that never returned."""
        for record in decode_lines(self._source.lines(self._report), self._report):
            if isinstance(record, Record) and isinstance(record.value, dict):
                self._line(read_entry(record.line, record.value))
            else:
                self._stray(record, _MAIN)
        for agent_id in list(self._sides):
            self._play(agent_id, self._serves.get(agent_id))
        self._report.describe(self._timeline, self._fidelity())

    def _line(self, entry: Entry) -> None:
        self._choose_timeline(entry)
        if not entry.is_sidechain:
            self._entry(entry, _MAIN, self._survey)
            return
        voice, call = self._sidechains.voice(entry, self._turns.talk.calls)
        self._entry(entry, voice, self._survey)
        if call is not None:
            self._turns.returned[call] = self._scribe.last_seq

    def _choose_timeline(self, entry: Entry) -> None:
        """A line continues its parent's timeline; a second prompt after one line opens a fork."""
        parent = entry.parent or text_of(entry.record, "logicalParentUuid")
        place = self._scribe.place(parent)
        if parent is None or place is None:
            return
        if entry.uuid in self._rewinds.get(parent, [])[1:]:
            self._scribe.rewind(parent)
            self._forks += 1
        else:
            self._scribe.timeline = place.timeline

    def _entry(self, entry: Entry, voice: Voice, seen: Survey) -> None:
        """One line of any agent."""
        _observe(self._scribe.conversation(voice.agent), entry.record)
        if entry.type == "assistant":
            event = self._turns.assistant(entry, voice, seen)
        elif entry.type == "user":
            self._play_finished(entry)
            event = self._turns.user(entry, voice)
        elif entry.record.get("subtype") == "compact_boundary":
            self._compactions += 1
            event = self._notes.compaction(entry, voice, self._play_compactor(entry))
        else:
            self._note_service(entry)
            event = self._notes.write(entry, voice)
        self._scribe.arrive(entry, keep=entry.uuid in self._rewinds, event=event)

    def _stray(self, record: Record | Damage, voice: Voice) -> None:
        """A line that is no JSON object: values and what may be a record are kept as markers."""
        data: Object = {}
        if isinstance(record, Record):
            data["value"] = record.value
        else:
            preceding = self._scribe.last_seq
            reason = f"{record.reason}; {counted(preceding, 'event')} before it"
            self._report.warn(reason, line=record.line, record=voice.file)
            if not record.is_record:
                return
            data["text"] = record.text
        entry = Entry(record.line, {}, "unknown", None, None, None)
        self._scribe.event(moment(entry, voice), "marker", data=data)

    def _note_service(self, entry: Entry) -> None:
        """Progress of a sub-agent says which call it works for before that call returns."""
        agent_id = text_of(object_of(entry.record, "data"), "agentId")
        call = text_of(entry.record, "parentToolUseID")
        if agent_id is not None and call is not None:
            self._serves[agent_id] = call

    def _play_finished(self, entry: Entry) -> None:
        """Before a call's result, all that the sub-agent did for it."""
        for block in entry.blocks:
            call = text_of(block, "tool_use_id")
            if block.get("type") != "tool_result" or call is None:
                continue
            agent_id = text_of(object_of(entry.record, "toolUseResult"), "agentId")
            if agent_id is None:
                agent_id = next((a for a, served in self._serves.items() if served == call), None)
            if agent_id in self._sides:
                self._play(agent_id, call)

    def _play_compactor(self, entry: Entry) -> int | None:
        """Before a compaction, the sub-agent that wrote its summary; its last event."""
        continued = text_of(entry.record, "logicalParentUuid") or entry.parent
        for agent_id, side in self._sides.items():
            if side.compacts and (side.root_parent == continued or side.root_parent is None):
                return self._play(agent_id, None)
        return None

    def _play(self, agent_id: str, call_id: str | None) -> int | None:
        """Write a side file here and now; the seq of its last event."""
        side = self._sides.pop(agent_id, None)
        if side is None:
            return None
        call = self._turns.talk.calls.get(call_id) if call_id else None
        voice = Voice(side.agent, side.label, call.seq if call and call.waits else None)
        before = self._scribe.last_seq
        try:
            self._play_lines(side, voice)
        except OSError as error:
            self._report.warn(f"could not be read: {error.strerror}", record=side.label)
        if self._scribe.last_seq == before:
            return None
        self._joined += 1
        if call_id is not None:
            self._turns.returned[call_id] = self._scribe.last_seq
        return self._scribe.last_seq

    def _play_lines(self, side: SideFile, voice: Voice) -> None:
        source = side.source()
        seen = survey(_entries(source, Report()))
        quiet = Report()
        for record in decode_lines(source.lines(quiet), quiet):
            if isinstance(record, Record) and isinstance(record.value, dict):
                self._entry(read_entry(record.line, record.value), voice, seen)
            else:
                self._stray(record, voice)

    def _fidelity(self) -> str:
        """What the recording can and cannot say."""
        parts = (
            "recorded: messages, tool calls and results, token usage",
            "derived: state (messages shortened, files as written by tools, todos, usage, cwd, "
            "config)",
        )
        counts = (
            (self._joined, "sub-agent", " joined"),
            (self._forks, "rewind", ""),
            (self._compactions, "compaction", ""),
            (self._turns.talk.orphans, "result", " without a call"),
        )
        return fidelity.line(parts, counts)


def _observe(conversation: Conversation, record: Object) -> None:
    """Notice where and under what settings a line was written."""
    conversation.enter(text_of(record, "cwd"))
    for key in _CONFIG:
        value = text_of(record, key)
        if value is not None:
            conversation.configure(key, value)


def _entries(source: Source, report: Report) -> Iterator[Entry]:
    """All well-formed lines of a file."""
    for record in decode_lines(source.lines(report), report):
        if isinstance(record, Record) and isinstance(record.value, dict):
            yield read_entry(record.line, record.value)
