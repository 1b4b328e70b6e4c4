"""The reader of home-made logs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from ttdebug.formats.generic.events import Events
from ttdebug.formats.generic.fields import doubts, guess
from ttdebug.formats.generic.tables import delimiter_of, head_rows, read_table
from ttdebug.formats.heads import HEAD_SIZE
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.records import Damage, Record, read_records
from ttdebug.formats.source import Source
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

SAMPLE = 1000
SAMPLE_BYTES = 4 << 20
TABLES = (".csv", ".tsv")
LISTS = ("events", "records", "steps", "entries", "logs", "items", "trace", "history", "messages")


class GenericReader(Reader):
    """JSON Lines, a JSON list, printed JSON in a row, or a document with a list of events."""

    name = "generic"
    title = "JSON Lines, JSON or CSV of events"
    recovers = (
        "events by the names of their fields (--map corrects them); state or patches if logged"
    )
    version = 5

    def sniff(self, head: Head) -> float:
        """Never surer than 0.6, so that a reader who knows the format goes first."""
        if head.magic != "text":
            return 0.0
        objects = head.objects
        if not objects:
            return _sniff_cut(head)
        if len(objects) == 1 and _event_list(objects[0]) is not None:
            return 0.55
        if guess(objects, {}).tell_a_log():
            return 0.6
        return 0.5 if len(objects) > 1 else 0.2

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write every record as an event; what is no record becomes a marker."""
        records = _records(source, report)
        first = list(islice(records, 2))
        document = _document(first)
        if document is not None:
            records = _elements(document)
            first = []
        sample = first + _sample(records)
        fields = guess(_objects(sample), source.mapping)
        for doubt in doubts(_objects(sample), source.mapping):
            report.warn(doubt)
        events = Events(writer, report, fields, Path(source.path).stem or "stdin")
        if document is not None:
            events.preamble(document)
        for record in chain(sample, records):
            if isinstance(record, Damage):
                events.damage(record)
            elif isinstance(record.value, dict):
                events.record(record.line, record.value)
            else:
                events.unknown(record.line, record.value)
        events.finish()


def _sniff_cut(head: Head) -> float:
    """How sure we are of a file whose head holds no whole object."""
    if {"type", "event", "state", *LISTS} & set(head.keys):
        return 0.5
    rows = [] if head.keys else head_rows(head.data)
    if rows and guess(rows, {}).tell_a_log():
        return 0.6
    return 0.5 if rows and head.path.suffix in TABLES else 0.0


def _records(source: Source, report: Report) -> Iterator[Record | Damage]:
    """The rows of a table, or the values of a file of JSON."""
    delimiter = delimiter_of(source.beginning(HEAD_SIZE))
    if delimiter is None:
        return read_records(source, report)
    return read_table(source, delimiter, report)


def _sample(records: Iterator[Record | Damage]) -> list[Record | Damage]:
    """The first records, as many as can be held."""
    sample: list[Record | Damage] = []
    size = 0
    for record in islice(records, SAMPLE):
        sample.append(record)
        size += record.size if isinstance(record, Record) else 0
        if size > SAMPLE_BYTES:
            break
    return sample


def _objects(records: list[Record | Damage]) -> list[Object]:
    return [
        record.value
        for record in records
        if isinstance(record, Record) and isinstance(record.value, dict)
    ]


def _document(first: list[Record | Damage]) -> Object | None:
    """The only record of a file, if it is an object with a list of events in it."""
    if len(first) != 1 or isinstance(first[0], Damage):
        return None
    value = first[0].value
    return value if isinstance(value, dict) and _event_list(value) else None


def _event_list(document: Object) -> str | None:
    """The field that holds the events: a known name first, else the longest list of objects."""
    lists = {
        key: len(value)
        for key, value in document.items()
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    }
    known = next((key for key in LISTS if key in lists), None)
    return known or max(lists, key=lambda key: lists[key], default=None)


def _elements(document: Object) -> Iterator[Record | Damage]:
    """The events of a document, which leave it; `line` is their place in the list, from 1."""
    key = _event_list(document)
    events = document.pop(key, None) if key else None
    for number, value in enumerate(events if isinstance(events, list) else [], start=1):
        yield Record(number, value)
