"""The reader of AgentOps traces."""

from __future__ import annotations

from ttdebug.foreign.shapes import integer_of, list_of, object_of, objects_in, text_of
from ttdebug.formats.otlp.values import kind_of, status_of, time_of
from ttdebug.formats.spans import DocumentReader, Documents
from ttdebug.genai import OtelEvent, OtelSpan, meaning
from ttdebug.model import Object

_DEPTH = 16
_KNOWN = {"span_id", "parent_span_id", "span_name", "span_kind", "span_type", "service_name",
          "start_time", "end_time", "duration", "status_code", "status_message", "attributes",
          "resource_attributes", "span_attributes", "event_timestamps", "event_names",
          "event_attributes", "link_trace_ids", "link_span_ids", "link_trace_states",
          "link_attributes", "trace_id", "freeplan_truncated"}  # fmt: skip


class _Traces(Documents):
    """Traces with their spans."""

    def document(self, value: Object) -> None:
        """A trace and its spans, or a span."""
        if "span_name" in value:
            self.element(value)
            return
        trace = object_of(value, "trace")
        identity = text_of(trace, "trace_id")
        for record in objects_in(value.get("spans")):
            self._span(record, text_of(record, "trace_id") or identity)
        if identity is not None and trace:
            self.spans.about(identity, "traces", trace)
        self.rest({key: held for key, held in value.items() if key not in ("trace", "spans")})

    def element(self, value: Object) -> None:
        """A span by itself."""
        if "span_id" in value:
            self._span(value, text_of(value, "trace_id"))

    def _span(self, record: Object, trace: str | None) -> None:
        self.read += 1
        resource = flat(object_of(record, "resource_attributes"))
        if trace is not None and resource:
            self.spans.about(trace, "resources", resource)
        self.spans.add(meaning(_read(record, trace, resource)))


class AgentOpsReader(DocumentReader):
    """One trace a file."""

    name = "agentops"
    title = "AgentOps trace"
    recovers = "spans with model and tool calls, agents; state derived: messages, usage"
    version = 1
    marks = (b'"span_attributes"', b'"span_name"', b'"span_id"')
    documents = _Traces


def _read(record: Object, trace: str | None, resource: Object) -> OtelSpan:
    own, parent = text_of(record, "span_id"), text_of(record, "parent_span_id")
    start, end = time_of(record.get("start_time")), time_of(record.get("end_time"))
    length = integer_of(record, "duration")
    if end is None and start is not None and length is not None:
        end = start + length
    status, _ = status_of(record.get("status_code"))
    source: Object = {"trace_id": trace, "span_id": own}
    if parent is not None:
        source["parent_span_id"] = parent
    service = text_of(record, "service_name")
    return OtelSpan(
        trace,
        own,
        parent,
        text_of(record, "span_name") or "span",
        start,
        end,
        end is not None,
        kind_of(record.get("span_kind")),
        status,
        text_of(record, "status_message"),
        {**flat(object_of(record, "attributes")), **flat(object_of(record, "span_attributes"))},
        _events(record),
        _links(record),
        {"service.name": service, **resource} if service else resource,
        source,
        {k: v for k, v in record.items() if k not in _KNOWN and v not in (None, {}, [], "")},
    )


def flat(values: Object, prefix: str = "", depth: int = 0) -> Object:
    """Attributes nested by the dots of their names, as the names they were; lists stay lists."""
    found: Object = {}
    for key, value in values.items():
        if isinstance(value, dict) and value and depth < _DEPTH:
            found |= flat(value, f"{prefix}{key}.", depth + 1)
        else:
            found[prefix + key] = value
    return found


def _events(record: Object) -> list[OtelEvent]:
    names, times = list_of(record, "event_names"), list_of(record, "event_timestamps")
    attributes = list_of(record, "event_attributes")
    found = []
    for at, name in enumerate(names):
        held = attributes[at] if at < len(attributes) else None
        time = time_of(times[at]) if at < len(times) else None
        fields = flat(held) if isinstance(held, dict) else {}
        found.append(OtelEvent(time, name if isinstance(name, str) else "event", fields))
    return found


def _links(record: Object) -> list[tuple[str, str]]:
    pairs = zip(list_of(record, "link_trace_ids"), list_of(record, "link_span_ids"), strict=False)
    return [(t, s) for t, s in pairs if isinstance(t, str) and isinstance(s, str)]
