"""The reader of OpenTelemetry traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.formats import fidelity
from ttdebug.formats.otlp import wire
from ttdebug.formats.otlp.fields import is_span, read_span
from ttdebug.formats.otlp.logs import log_record
from ttdebug.formats.otlp.signals import Signal, is_log, signals_in
from ttdebug.formats.reader import Head, Reader, Report, counted
from ttdebug.formats.records import Damage, Record, is_by_line, read_records
from ttdebug.formats.salvage import salvaged
from ttdebug.formats.source import Source
from ttdebug.formats.spans import EventSpec, SpanRecord, Spans
from ttdebug.genai import Folded, meaning
from ttdebug.model import JSON, Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_TOP_KEYS = {"resourceSpans", "resource_spans", "resourceLogs", "resource_logs"}
_SCOPES = ("scopeSpans", "scope_spans", "instrumentationLibrarySpans")
_LISTS = ("spans", "logRecords", "log_records")
_RECORDED = "recorded: spans with their attributes, events and links"


class OtlpReader(Reader):
    """OTLP in JSON, JSON Lines or protobuf; printed spans; plain lists of spans."""

    name = "otlp"
    title = "OpenTelemetry traces"
    recovers = "spans with model and tool calls, agents, messages; state derived: messages, usage"
    version = 1

    def sniff(self, head: Head) -> float:
        """By the names of OTLP's lists, or by the ids that every span has."""
        if wire.looks_like(head.data):
            return 0.9
        if _TOP_KEYS & set(head.keys) or _is_tempo(head):
            return 0.98
        objects = head.objects
        known = sum(_is_known(value) for value in objects)
        if known:
            return 0.9 if known * 2 > len(objects) else 0.7
        return 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write each session, or each trace without one, as a run."""
        with Spans(writer, report, source.path.stem or "stdin", Folded) as spans:
            export = _Export(spans, report)
            if wire.looks_like(source.beginning(wire.HEAD)):
                export.protobuf(source)
            else:
                export.text(source)
            spans.write([_RECORDED, *export.counts()])


def _is_tempo(head: Head) -> bool:
    return "batches" in head.keys and any(key.encode() in head.data for key in _SCOPES)


def _is_known(value: Object) -> bool:
    if _TOP_KEYS & set(value) or is_span(value) or is_log(value):
        return True
    spans = value.get("spans")
    return isinstance(spans, list) and any(isinstance(s, dict) and is_span(s) for s in spans[:9])


class _Export:
    """Reads one file into `spans`."""

    def __init__(self, spans: Spans, report: Report) -> None:
        self._spans = spans
        self._report = report
        self._read = 0
        self._logs = 0
        self._unknown = 0

    def text(self, source: Source) -> None:
        """JSON in whatever arrangement."""
        by_line = is_by_line(source.beginning(wire.HEAD))
        for record in read_records(source, self._report):
            line = record.line if by_line else None
            if isinstance(record, Damage):
                self._damage(record, line)
            else:
                self._value(record.value, line, record)

    def protobuf(self, source: Source) -> None:
        """OTLP's binary form."""
        with source.open() as stream:
            for piece in wire.pieces(stream):
                faults = [piece.fault] if piece.fault else []
                decoded: JSON = {"resourceSpans": [wire.decode(piece.data, faults)]}
                for fault in faults:
                    self._report.warn(
                        f"{fault}; {counted(self._read, 'span')} before it",
                        record=f"message at byte {piece.offset}",
                    )
                self._signals(decoded, None)
                self._report.advance(stream.tell())

    def counts(self) -> list[str]:
        """What there was beside spans."""
        return fidelity.tallies(
            (
                (self._logs, "log record", " shown inside spans"),
                (self._unknown, "record", " of no known shape kept as markers"),
            )
        )

    def _value(self, value: JSON, line: int | None, record: Record) -> None:
        if isinstance(value, list):
            for item in value:
                self._value(item, line, record)
        elif isinstance(value, dict):
            self._signals(value, line)
        else:
            self._marker({"value": value}, line)

    def _signals(self, value: JSON, line: int | None) -> None:
        for signal in signals_in(value):
            if signal.kind == "span":
                self._span(signal, line)
            elif signal.kind == "log":
                self._logs += 1
                self._spans.add(log_record(signal, line))
            else:
                self._marker(signal.record, line)

    def _span(self, signal: Signal, line: int | None) -> None:
        span = read_span(signal.record, signal.resource, signal.scope, line)
        self._read += 1
        if span.trace is not None and span.resource:
            self._spans.about(span.trace, "resources", span.resource)
        self._spans.add(meaning(span))

    def _damage(self, damage: Damage, line: int | None) -> None:
        before = counted(self._read, "span")
        self._report.warn(f"{damage.reason}; {before} before it", line=damage.line)
        saved = self._read
        for element in salvaged(damage, _LISTS, self._report):
            self._signals(element, line)
        if damage.is_record and saved == self._read:
            self._marker({"text": damage.text}, line)

    def _marker(self, data: Object, line: int | None) -> None:
        self._unknown += 1
        source: Object = {} if line is None else {"line": line}
        marker = EventSpec("marker", data=data)
        self._spans.add(SpanRecord(None, None, marker, source=source, is_point=True))
