"""A session and its sub-agents, as one run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from ttdebug.foreign import lenient
from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import text_of
from ttdebug.foreign.times import parse_time
from ttdebug.formats import fidelity
from ttdebug.formats.conversation import Scribe, Talk
from ttdebug.formats.documents import is_document, read_document
from ttdebug.formats.gemini_cli.chat import Chat
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Damage, Record, decode_lines
from ttdebug.formats.source import Source, split_lines
from ttdebug.model import Object
from ttdebug.store.writer import Writer

MAX_FILES = 500


class SideFile(NamedTuple):
    """The log of a sub-agent."""

    path: Path
    label: str

    @property
    def agent(self) -> str:
        """What the agent is called in the recording."""
        return f"agent-{self.path.name.partition('.')[0]}"


class Session:
    """Writes the session's own records in file order, then its sub-agents."""

    def __init__(self, source: Source, writer: Writer, report: Report) -> None:
        self._source = source
        self._writer = writer
        self._report = report

    def write(self) -> None:
        """All of it."""
        records = _records(self._source, self._report)
        first = next(records, None)
        begun = first.value if isinstance(first, Record) else None
        meta = begun if isinstance(begun, dict) else {}
        session = text_of(meta, "sessionId")
        uid = session or self._source.path.name.partition(".")[0]
        start = parse_time(meta.get("startTime"))[0]
        name = storable(text_of(meta, "summary") or "")
        timeline = self._writer.run(storable(uid), name, time=start)
        self._talk = Talk(Scribe(self._writer, timeline), infers=True)
        main = Chat(self._talk)
        self._play(main, chain([] if first is None else [first], records))
        chats = [main, *(self._side(side) for side in side_files(self._source.path, session))]
        self._report.describe(timeline, _fidelity(chats, self._talk))

    def _side(self, side: SideFile) -> Chat:
        chat = Chat(self._talk, side.agent, side.label)
        try:
            self._play(chat, _records(Source(side.path, side.path), self._report), side.label)
        except OSError as error:
            self._report.warn(f"could not be read: {error.strerror}", record=side.label)
        return chat

    def _play(
        self, chat: Chat, records: Iterator[Record | Damage], label: str | None = None
    ) -> None:
        for number, record in enumerate(records, 1):
            if isinstance(record, Record) and isinstance(record.value, dict):
                chat.write(record.value, record.line or None, number)
            else:
                self._talk.scribe.stray(record, self._report, label)


def _records(source: Source, report: Report) -> Iterator[Record | Damage]:
    """The lines of a log; a document counts as one record, of no line."""
    if is_document(source):
        document = read_document(source, report)
        return iter(() if document is None else (Record(0, document),))
    return decode_lines(source.lines(report), report)


def metadata(file: Path) -> Object | None:
    """What the first line of a log, or a document, says of its session."""
    source = Source(file, file)
    try:
        if is_document(source):
            return read_document(source, Report())
        with source.open() as stream:
            first = next(split_lines(stream, Report()), None)
        value = lenient.decode(first.data).value if first else None
    except (OSError, lenient.NotJSONError):
        return None
    return value if isinstance(value, dict) else None


def side_files(session: Path, session_id: str | None) -> list[SideFile]:
    """The logs of a session's sub-agents, which have a folder beside it."""
    if session_id is None or "/" in session_id or session_id.startswith("."):
        return []
    folder = session.parent / session_id
    try:
        found = sorted(islice((path for path in folder.glob("*.json*")), MAX_FILES))
        files = [path for path in found if path.is_file()]
    except (OSError, ValueError):
        return []
    return [SideFile(path, f"{session_id}/{path.name}") for path in files]


def _fidelity(chats: list[Chat], talk: Talk) -> str:
    parts = (
        "recorded: messages, tool calls and results, token usage",
        "derived: state (messages shortened, files as written by tools, todos, usage, cwd, "
        "config), causes of replies",
    )
    counts = (
        (len(chats) - 1, "sub-agent", " joined"),
        (sum(chat.rewinds for chat in chats), "rewind", ""),
        (sum(chat.messages.repeats for chat in chats), "repeated message", " dropped"),
        (talk.orphans, "result", " without a call"),
    )
    return fidelity.line(parts, counts)
