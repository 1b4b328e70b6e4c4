"""One span of Jaeger's JSON as an `OtelSpan`."""

from __future__ import annotations

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.formats.otlp.values import micros
from ttdebug.genai import OtelEvent, OtelSpan
from ttdebug.model import JSON, MARK, Object, Status

_KNOWN = {"traceID", "spanID", "parentSpanID", "operationName", "references", "startTime",
          "duration", "tags", "logs", "processID", "process", "flags", "warnings"}  # fmt: skip
_DRAWN = {"depth", "relativeStartTime", "hasChildren", "childSpanIds", "subsidiarilyReferencedBy",
          "startTimeMillis"}  # fmt: skip
"""Fields that the UI adds for drawing."""

_TRUE = (True, "true", 1)


def is_span(value: Object) -> bool:
    """Whether an object is a span of Jaeger."""
    return "traceID" in value and "spanID" in value and "operationName" in value


def read_span(record: Object, processes: Object) -> OtelSpan:
    """The span in `record`; what is missing or of a wrong type counts as unknown."""
    trace, own = text_of(record, "traceID"), text_of(record, "spanID")
    tags = _tags(record.get("tags"))
    parent, links = _references(record, trace)
    start = micros(record.get("startTime"))
    length = micros(record.get("duration"))
    name = text_of(record, "operationName") or "span"
    status = _status(tags)
    kind = text_of(tags, "span.kind")
    scope = text_of(tags, "otel.scope.name") or text_of(tags, "otel.library.name")
    source: Object = {"trace_id": trace, "span_id": own}
    if parent is not None:
        source["parent_span_id"] = parent
    if scope is not None:
        source["scope"] = scope
    process = object_of(record, "process")
    process = process or object_of(processes, text_of(record, "processID") or "")
    return OtelSpan(
        _full(trace),
        _full(own),
        _full(parent),
        name,
        start,
        None if start is None or length is None else start + length,
        length is not None,
        kind,
        status,
        text_of(tags, "otel.status_description"),
        {key: value for key, value in tags.items() if key not in _TOLD},
        [_event(log) for log in objects_in(record.get("logs"))],
        links,
        _resource(process),
        source,
        _other(record),
    )


_TOLD = {"span.kind", "otel.status_code", "otel.status_description", "otel.scope.name",
         "otel.library.name", "internal.span.format"}  # fmt: skip
"""Tags that say what a span has a place for."""


def _full(identity: str | None) -> str | None:
    """An id with the leading zeros that Jaeger strips; 16 digits, or 32."""
    if identity is None or not identity.strip("0"):
        return None
    return identity.zfill(16 if len(identity) <= 16 else 32)


def _tags(value: JSON) -> Object:
    """Tags as attributes; binary ones in base64."""
    found: Object = {}
    for tag in objects_in(value):
        key = text_of(tag, "key")
        if key is not None:
            held = tag.get("value")
            binary = tag.get("type") == "binary"
            found[key] = {MARK: "bytes", "base64": held} if binary else _typed(tag, held)
    return found


def _typed(tag: Object, held: JSON) -> JSON:
    """Numbers and booleans, which old writers put in text."""
    kind = tag.get("type")
    if not isinstance(held, str) or kind not in ("int64", "float64", "bool"):
        return held
    if kind == "bool":
        return held == "true"
    try:
        return int(held) if kind == "int64" else float(held)
    except ValueError:
        return held


def _references(record: Object, trace: str | None) -> tuple[str | None, list[tuple[str, str]]]:
    """The span it is inside of, and those that led to it."""
    parent = text_of(record, "parentSpanID")
    links: list[tuple[str, str]] = []
    for reference in objects_in(record.get("references")):
        other, span = text_of(reference, "traceID"), text_of(reference, "spanID")
        inside = reference.get("refType", "CHILD_OF") == "CHILD_OF" and other in (trace, None)
        if inside and parent is None:
            parent = span
        elif (full := _full(other or trace)) and (own := _full(span)):
            links.append((full, own))
    return parent, links


def _status(tags: Object) -> Status | None:
    said = text_of(tags, "otel.status_code")
    if said is not None:
        return "error" if said == "ERROR" else "ok" if said == "OK" else None
    return "error" if tags.get("error") in _TRUE else None


def _event(log: Object) -> OtelEvent:
    fields = _tags(log.get("fields"))
    named = [key for key in ("event", "message") if text_of(fields, key) is not None]
    name = text_of(fields, named[0]) if named else None
    if named and named[0] == "event":
        del fields["event"]
    return OtelEvent(micros(log.get("timestamp")), name or "log", fields)


def _resource(process: Object) -> Object:
    name = text_of(process, "serviceName")
    tags = _tags(process.get("tags"))
    return tags if name is None else {"service.name": name, **tags}


def _other(record: Object) -> Object:
    found = {k: v for k, v in record.items() if k not in _KNOWN and k not in _DRAWN}
    if record.get("warnings"):
        found["warnings"] = record["warnings"]
    return found
