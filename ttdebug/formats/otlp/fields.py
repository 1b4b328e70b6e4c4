"""One span record in any of the spellings that exist, as an `OtelSpan`."""

from __future__ import annotations

from ttdebug.foreign.shapes import integer_of, object_of, objects_in, text_of
from ttdebug.formats.otlp.values import (
    attributes_of,
    id_of,
    kind_of,
    micros,
    status_of,
    time_of,
)
from ttdebug.genai import OtelEvent, OtelSpan
from ttdebug.model import JSON, Object

TRACE, SPAN = 16, 8

_TRACE = ("traceId", "trace_id", "context.trace_id", "traceID")
_ID = ("spanId", "span_id", "context.span_id", "spanID", "id")
_PARENT = ("parentSpanId", "parent_span_id", "parentId", "parent_id", "parentSpanID")
_NAME = ("name", "span_name", "operationName", "operation_name")
_START = ("startTimeUnixNano", "start_time_unix_nano", "start_time", "startTime", "start")
_END = ("endTimeUnixNano", "end_time_unix_nano", "end_time", "endTime", "end")
_KIND = ("kind", "span_kind", "spanKind")
_STATUS = ("status", "status_code")
_EVENTS = ("events", "span_events", "annotations")
_ATTRIBUTES = ("attributes", "tags", "span_attributes")
_TIME = ("timeUnixNano", "time_unix_nano", "timestamp", "time")
_EVENT_NAME = ("name", "event_name", "value")
_QUIET = {"context", "parent", "links", "resource", "scope", "flags", "instrumentationScope",
          "instrumentationLibrary", "status_message", "duration", "localEndpoint",
          "traceState", "trace_state"}  # fmt: skip
_KNOWN = _QUIET.union(
    _TRACE, _ID, _PARENT, _NAME, _START, _END, _KIND, _STATUS, _EVENTS, _ATTRIBUTES, ("timestamp",)
)


def is_span(record: Object) -> bool:
    """Whether a record has what every span has: an id of its trace and one of its own."""
    context = record.get("context")
    holder = context if isinstance(context, dict) else record
    has_ids = _first(holder, _TRACE) is not None and _first(holder, _ID) is not None
    return has_ids and any(key in record for key in (*_NAME, *_START))


def read_span(record: Object, resource: Object, scope: Object, line: int | None) -> OtelSpan:
    """The span in `record`; what is missing or of a wrong type counts as unknown."""
    context = object_of(record, "context") or record
    trace = id_of(_first(context, _TRACE), TRACE)
    own = id_of(_first(context, _ID), SPAN)
    parent = _parent(record)
    status, message = status_of(_first(record, _STATUS))
    start, end, is_over = _times(record)
    source: Object = {"trace_id": trace, "span_id": own}
    if parent is not None:
        source["parent_span_id"] = parent
    named = text_of(scope or _scope(record), "name")
    if named is not None:
        source["scope"] = named
    if line is not None:
        source["line"] = line
    name = _first(record, _NAME)
    return OtelSpan(
        trace,
        own,
        parent,
        name if isinstance(name, str) and name else "span",
        start,
        end,
        is_over,
        kind_of(_first(record, _KIND)),
        status,
        message or text_of(record, "status_message"),
        _attributes(record),
        [_event(event) for event in objects_in(_first(record, _EVENTS))],
        _links(record.get("links")),
        resource or _resource(record),
        source,
        _other(record),
    )


def _first(record: Object, keys: tuple[str, ...]) -> JSON:
    for key in keys:
        if (value := record.get(key)) is not None:
            return value
    return None


def _parent(record: Object) -> str | None:
    parent = record.get("parent")
    if isinstance(parent, dict):
        return id_of(_first(parent, _ID), SPAN)
    return id_of(_first(record, _PARENT), SPAN)


def _times(record: Object) -> tuple[int | None, int | None, bool]:
    """Start, end, and whether it is over. Zipkin and JavaScript give a duration instead."""
    start, end = time_of(_first(record, _START)), time_of(_first(record, _END))
    if start is None and "timestamp" in record:
        start = time_of(record["timestamp"])
        duration = record.get("duration")
        length = time_of(duration) if isinstance(duration, list) else micros(duration)
        if start is not None and length is not None:
            end = start + length
    return start, end, end is not None


def _attributes(record: Object) -> Object:
    """Attributes, also where they were spread over columns as `attributes.a.b`."""
    found = _first(record, _ATTRIBUTES)
    if found is not None:
        return attributes_of(found)
    return {
        key.removeprefix("attributes."): value
        for key, value in record.items()
        if key.startswith("attributes.") and value is not None
    }


def _event(event: Object) -> OtelEvent:
    name = _first(event, _EVENT_NAME)
    attributes = attributes_of(event.get("attributes"))
    if (body := event.get("body")) is not None:
        attributes = {**attributes, "body": body}
    time = time_of(_first(event, _TIME))
    return OtelEvent(time, name if isinstance(name, str) else "event", attributes)


def _links(value: JSON) -> list[tuple[str, str]]:
    found = []
    for link in objects_in(value):
        context = object_of(link, "context") or link
        trace, span = id_of(_first(context, _TRACE), TRACE), id_of(_first(context, _ID), SPAN)
        if trace is not None and span is not None:
            found.append((trace, span))
    return found


def _scope(record: Object) -> Object:
    for key in ("scope", "instrumentationScope", "instrumentationLibrary"):
        if isinstance(record.get(key), dict):
            return object_of(record, key)
    return {}


def _resource(record: Object) -> Object:
    """The resource that a span was printed with."""
    endpoint = text_of(object_of(record, "localEndpoint"), "serviceName")
    if endpoint is not None:
        return {"service.name": endpoint}
    resource = object_of(record, "resource")
    return attributes_of(resource.get("attributes", resource))


def _other(record: Object) -> Object:
    """Fields that no span of the specification has, and counts of what was dropped."""
    found: Object = {}
    for key in record.keys() - _KNOWN:
        if key.startswith("attributes."):
            continue
        if key.startswith("dropped") and not integer_of(record, key):
            continue
        found[key] = record[key]
    state = _first(record, ("traceState", "trace_state"))
    if state not in (None, "", "[]"):
        found["trace_state"] = state
    return found
