"""The reader of what the OpenAI Agents SDK leaves behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from ttdebug.formats import database
from ttdebug.formats.documents import read_document
from ttdebug.formats.openai_agents.session import WORDS, Conversations, read_session
from ttdebug.formats.openai_agents.trace import is_traced, read_traces
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.records import Damage, Record, read_records
from ttdebug.formats.source import BLANK, BOM, Source

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_SQLITE = b"SQLite format 3\0"
_BEGINNING = 4096
_INGESTED = b'{"data"'
_LOOK = 20
_CALLS = ("function_call", "function_call_output")


class OpenAIAgentsReader(Reader):
    """Traces as JSON Lines or as they are ingested, session databases, lists of items."""

    name = "openai-agents"
    title = "OpenAI Agents trace or session"
    recovers = "traces, spans, handoffs, sessions; state derived: messages, usage"
    version = 1

    def sniff(self, head: Head) -> float:
        """By the kind of object a line is, the names of tables, or the calls among items."""
        if head.magic == "sqlite":
            return 0.95 if database.mentions(head, WORDS) else 0.0
        if any(map(is_traced, head.values)):
            return 0.97
        start = head.data[:_BEGINNING]
        if _is_ingested(start) and (b'"trace.span"' in start or b'"trace"' in start):
            return 0.97
        return 0.9 if _is_item_list(head) else 0.0

    def companions(self, path: Path) -> Iterable[Path]:
        """The write-ahead log of a session database."""
        return [log] if (log := database.log(path)) else []

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write each trace, session or list as a run."""
        start = source.beginning(_BEGINNING)
        if start.startswith(_SQLITE):
            read_session(source, writer, report)
            return
        records = _ingested(source, report) if _is_ingested(start) else read_records(source, report)
        first = list(islice(records, _LOOK))
        records = chain(first, records)
        if any(isinstance(record, Record) and is_traced(record.value) for record in first):
            read_traces(records, source.path.stem, writer, report)
        else:
            _read_items(records, source.path.stem, writer, report)


def _is_ingested(start: bytes) -> bool:
    """Whether a file begins as what the service for traces is sent: a list under `data`."""
    plain = start.removeprefix(BOM).translate(None, BLANK)
    return plain.startswith(_INGESTED)


def _ingested(source: Source, report: Report) -> Iterator[Record | Damage]:
    """The elements of the list; their line is their place in it, from 1."""
    document = read_document(source, report) or {}
    data = document.pop("data", None)
    for number, value in enumerate(data if isinstance(data, list) else [], start=1):
        yield Record(number, value)


def _is_item_list(head: Head) -> bool:
    """Whether the file is a list, not lines, and its items call functions as the API does."""
    if not head.data.removeprefix(BOM).lstrip(BLANK).startswith(b"["):
        return False
    items = head.objects
    calls = sum(item.get("type") in _CALLS and "call_id" in item for item in items)
    known = sum("role" in item or "type" in item for item in items)
    return bool(calls) and known * 2 >= len(items)


def _read_items(
    records: Iterable[Record | Damage], name: str, writer: Writer, report: Report
) -> None:
    """Write a list of items as one run; places count from 0."""
    conversations = Conversations(writer, report)
    for index, record in enumerate(records):
        if isinstance(record, Record):
            conversations.item(name, None, {"index": index}, record.value)
        else:
            report.warn(record.reason, line=record.line)
            if record.is_record:
                conversations.item(name, None, {"index": index}, record.text)
    conversations.finish()
