"""The reader of message histories."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import objects_in, text_of
from ttdebug.formats.pydantic_ai.history import History, time_of
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.records import Damage, Record, read_records
from ttdebug.formats.source import Source
from ttdebug.formats.strays import keep_stray
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_KINDS = ("request", "response")


class PydanticReader(Reader):
    """A list of messages, or one message a line."""

    name = "pydantic-ai"
    title = "pydantic-ai messages"
    recovers = "messages with tool calls and returns; state derived: messages, usage"
    version = 1

    def sniff(self, head: Head) -> float:
        """By what every message has."""
        found = head.objects
        known = sum(map(_is_message, found))
        return 0.95 if known and known * 2 >= len(found) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the history as one run."""
        records = read_records(source, report)
        first = next(records, None)
        if first is None:
            return
        begun = _object(first)
        uid = text_of(begun, "conversation_id") or text_of(begun, "run_id") or source.path.stem
        timeline = writer.run(storable(uid), storable(source.path.stem), time=time_of(begun))
        history = History(writer, timeline)
        for index, record in enumerate(chain([first], records)):
            if isinstance(record, Record) and isinstance(record.value, dict):
                history.message(index, record.value)
            else:
                keep_stray(record, writer, report, timeline)
        report.describe(timeline, history.fidelity())


def _object(record: Record | Damage) -> Object:
    value = record.value if isinstance(record, Record) else None
    return value if isinstance(value, dict) else {}


def _is_message(value: Object) -> bool:
    parts = objects_in(value.get("parts"))
    return value.get("kind") in _KINDS and all("part_kind" in part for part in parts)
