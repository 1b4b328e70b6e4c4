"""Log records, shown inside the span they were written in."""

from __future__ import annotations

from ttdebug.foreign.shapes import text_of
from ttdebug.formats.otlp.fields import SPAN, TRACE
from ttdebug.formats.otlp.signals import Signal
from ttdebug.formats.otlp.values import attributes_of, id_of, time_of, value_of
from ttdebug.formats.spans import EventSpec, SpanRecord
from ttdebug.genai.meaning import event_spec
from ttdebug.genai.otel import OtelEvent
from ttdebug.model import JSON, Object

_ERRORS = ("ERROR", "FATAL", "CRITICAL")
_TIMES = ("timeUnixNano", "time_unix_nano", "timestamp", "observedTimeUnixNano",
          "observed_time_unix_nano", "observed_timestamp")  # fmt: skip


def log_record(signal: Signal, line: int | None) -> SpanRecord:
    """A single event of type `log`, or what its event name says it is."""
    record = signal.record
    attributes = attributes_of(record.get("attributes"))
    trace = id_of(_either(record, "traceId", "trace_id"), TRACE)
    span = id_of(_either(record, "spanId", "span_id"), SPAN)
    time = next((time for key in _TIMES if (time := time_of(record.get(key))) is not None), None)
    source: Object = {"trace_id": trace, "span_id": span}
    if line is not None:
        source["line"] = line
    return SpanRecord(
        trace,
        None,
        _event(record, attributes, time),
        start=time,
        parent=span,
        process=text_of(signal.resource, "service.name"),
        source=source,
        is_point=True,
    )


def _event(record: Object, attributes: Object, time: int | None) -> EventSpec:
    body = value_of(record.get("body"))
    named = _either(record, "eventName", "event_name") or attributes.get("event.name")
    if isinstance(named, str) and named:
        found = attributes if body is None else {**attributes, "body": body}
        return event_spec(OtelEvent(time, named, found))
    severity = _either(record, "severityText", "severity_text")
    data: Object = {"body": body}
    if attributes:
        data["attributes"] = attributes
    failed = isinstance(severity, str) and severity.upper().startswith(_ERRORS)
    name = severity if isinstance(severity, str) and severity else None
    return EventSpec("log", name, data, "error" if failed else None)


def _either(record: Object, key: str, other: str) -> JSON:
    return record.get(key, record.get(other))
