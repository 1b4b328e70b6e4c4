"""Sessions of `SQLiteSession`: every item of a conversation a row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple

from ttdebug.errors import TraceError
from ttdebug.foreign import lenient
from ttdebug.foreign.lenient import storable
from ttdebug.foreign.times import parse_time
from ttdebug.formats.conversation import Moment, Scribe, Talk
from ttdebug.formats.database import MAX_CELL, connect, plain_columns
from ttdebug.formats.openai_agents.items import Items
from ttdebug.formats.reader import Report, counted
from ttdebug.formats.source import Source
from ttdebug.model import JSON, Object
from ttdebug.store.writer import Writer

WORDS: Final = (b"agent_sessions", b"agent_messages", b"message_data")
_TABLE: Final = "agent_messages"
_COLUMNS: Final = frozenset({"id", "session_id", "message_data", "created_at"})
_SELECT: Final = (
    "SELECT id, session_id, created_at, length(message_data),"
    f" CASE WHEN length(message_data) <= {MAX_CELL} THEN message_data END"
    f" FROM {_TABLE} ORDER BY id"
)
_FIDELITY: Final = (
    "recorded: messages, tool calls and results; derived: state (messages shortened; what tools "
    "returned as state); not recorded: which agent acted, models, token usage"
)


class Told(NamedTuple):
    """One conversation on its way to the file."""

    items: Items
    talk: Talk


class Conversations:
    """Conversations by id, each a run of its own."""

    def __init__(self, writer: Writer, report: Report) -> None:
        self._writer = writer
        self._report = report
        self._told: dict[str, Told] = {}

    def item(self, session: str, time: int | None, source: Object, item: JSON) -> None:
        """The next item of a conversation."""
        told = self._told.get(session)
        if told is None:
            uid = storable(session)
            talk = Talk(Scribe(self._writer, self._writer.run(uid, uid, time=time)))
            told = self._told[session] = Told(Items(talk), talk)
        identity = " ".join(str(value) for value in source.values())
        moment = Moment(time=time, source=source)
        if isinstance(item, dict):
            told.items.write(moment, identity, item)
        else:
            told.talk.scribe.event(moment, "marker", data={"value": item})

    def finish(self) -> None:
        """Say of every run what it can tell."""
        for _, talk in self._told.values():
            more = f"; {counted(talk.orphans, 'result', ' without a call')}" if talk.orphans else ""
            self._report.describe(talk.scribe.timeline, _FIDELITY + more)


def read_session(source: Source, writer: Writer, report: Report) -> None:
    """Write each session of a database as a run, rows in the order of their ids."""
    conversations = Conversations(writer, report)
    try:
        with connect(source.file) as connection:
            for row, session, created, size, text in _rows(connection):
                item = _item(row, size, text, report)
                place: Object = {"session_id": session, "id": row}
                conversations.item(session, parse_time(created)[0], place, item)
                report.pulse()
    finally:
        conversations.finish()


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[int, str, JSON, int, str | None]]:
    columns = plain_columns(connection, _TABLE)
    if not columns >= _COLUMNS:
        raise TraceError(f"it has no table {_TABLE} with {', '.join(sorted(_COLUMNS))}")
    for row, session, created, size, data in connection.execute(_SELECT):
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        yield row, str(session), created, size or 0, None if text is None else str(text)


def _item(row: int, size: int, text: str | None, report: Report) -> JSON:
    """The item of a row; what cannot be decoded stays text."""
    record = f"row {row}"
    if text is None:
        if size:
            report.warn(f"its {size:,} bytes are more than are read", record=record)
        return None
    try:
        value, notes = lenient.decode(text.encode("utf-8", "surrogatepass"))
    except lenient.NotJSONError as error:
        report.warn(f"not JSON ({error})", record=record)
        return text
    for note in notes:
        report.warn(note, record=record)
    return value
