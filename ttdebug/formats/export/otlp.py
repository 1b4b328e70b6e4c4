"""OpenTelemetry's OTLP in JSON: a trace per run, a span per span, all else as events of a span.

Field names and encodings follow opentelemetry-proto 1.x (ids in hexadecimal, 64-bit integers as
text), attributes the GenAI semantic conventions 1.41; what they have no name for stands under
`ttdebug.*` as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Final

import orjson

from ttdebug.formats.export.jsonl import encode
from ttdebug.formats.export.part import Part
from ttdebug.formats.export.spans import Span, spans
from ttdebug.model import JSON, Edge, Event, Object, Run

_SPAN_ID_BYTES: Final = 8
_TRACE_ID_BYTES: Final = 16
_INTERNAL, _CLIENT = 1, 3  # SpanKind
_OK, _ERROR = 1, 2  # StatusCode
_MOST: Final = 2**63

Attributes = dict[str, JSON]


def lines(part: Part) -> Iterator[bytes]:
    """One ExportTraceServiceRequest, in pieces."""
    yield b'{"resourceSpans":[{"resource":' + encode(_resource(part))
    yield b',"scopeSpans":[{"scope":{"name":"ttdebug"},"spans":[\n'
    before = b""
    for span in spans(part):
        yield before + encode(_span(part, span))
        before = b",\n"
    yield b"\n]}]}]}\n"


def _resource(part: Part) -> Object:
    name = part.trace.source_path.name
    return {"attributes": _attributes({"service.name": "ttdebug", "ttdebug.file": name})}


def _span(part: Part, span: Span) -> Object:
    opening = span.opening
    record: Object = {
        "traceId": _trace_id(span.run),
        "spanId": _span_id(span.run, span.number),
        "name": _name(span),
        "kind": _CLIENT if opening is not None and opening.type == "llm.call" else _INTERNAL,
        "startTimeUnixNano": str(span.start),
        "endTimeUnixNano": str(span.stop),
        "attributes": _attributes(_about(part, span)),
        "events": [_event(part, event, at) for event, at in span.inside],
        "status": _status(span),
    }
    if span.parent is not None:
        record["parentSpanId"] = _span_id(span.run, span.parent)
    if links := [_link(span.run, edge) for edge in _spans_before(part, span)]:
        record["links"] = links
    return record


def _spans_before(part: Part, span: Span) -> Iterator[Edge]:
    """Those causes of a span that are spans themselves: nothing else can be linked."""
    for event in (span.opening, span.closing):
        for edge in part.causes(event) if event is not None else ():
            if part.trace.event(edge.seq).opens:
                yield edge


def _link(run: Run, edge: Edge) -> JSON:
    about = _attributes({"ttdebug.cause": edge.rule or "cause", "ttdebug.kind": edge.kind})
    return {"traceId": _trace_id(run), "spanId": _span_id(run, edge.seq), "attributes": about}


def _name(span: Span) -> str:
    """As the conventions name spans: the operation, then what it is about."""
    event = span.opening
    if event is None:
        return f"run {span.run.name or span.run.id}"
    operation = _OPERATIONS.get(event.type, event.type)
    return f"{operation} {event.name}" if event.name else operation


_OPERATIONS: Final = {"llm.call": "chat", "tool.call": "execute_tool"}


def _about(part: Part, span: Span) -> Attributes:
    """The attributes of a span."""
    event = span.opening
    if event is None:
        return {"ttdebug.run": span.run.id, "gen_ai.conversation.id": span.run.id}
    found: Attributes = {
        "ttdebug.seq": event.seq,
        "ttdebug.timeline": event.timeline,
        "ttdebug.type": event.type,
        "gen_ai.agent.name": event.agent,
    }
    if event.type in _OPERATIONS:
        found["gen_ai.operation.name"] = _OPERATIONS[event.type]
    data = dict(event.data)
    if event.type == "llm.call":
        found["gen_ai.request.model"] = event.name
        found["gen_ai.input.messages"] = _messages(data.pop("messages", None))
    elif event.type == "tool.call":
        found["gen_ai.tool.name"] = event.name
        found["gen_ai.tool.call.id"] = data.pop("call_id", None)
        found["gen_ai.tool.call.arguments"] = _text(data.pop("args", None))
    found |= _rest("ttdebug.data", data, event, part)
    return found | (_result(part, span.closing) if span.closing is not None else {})


def _result(part: Part, event: Event) -> Attributes:
    """What the end of a span adds to it."""
    data = dict(event.data)
    found: Attributes = {"ttdebug.end.seq": event.seq}
    if event.type == "llm.result":
        found["gen_ai.response.model"] = event.name
        found["gen_ai.output.messages"] = _messages(data.pop("output", None), "assistant")
        usage = data.get("usage")
        for key in ("input_tokens", "output_tokens"):
            if isinstance(usage, dict):
                found[f"gen_ai.usage.{key}"] = usage.get(key)
    elif event.type == "tool.result":
        found["gen_ai.tool.call.result"] = _text(data.pop("result", None))
    if event.status == "error":
        found["error.type"] = _error(data)
    return found | _rest("ttdebug.end.data", data, event, part)


def _rest(key: str, data: Object, event: Event, part: Part) -> Attributes:
    """What no convention has a name for, as JSON."""
    found: Attributes = {key: _text(data or None)}
    delta = part.delta(event)
    if delta:
        found[f"{key.removesuffix('data')}delta"] = _text([dict(op) for op in delta])
    source = f"{key.removesuffix('data')}source"
    return found | {source: _text(event.source or None)}


def _error(data: Object) -> str:
    error = data.get("error")
    kind = error.get("type") if isinstance(error, dict) else None
    return kind if isinstance(kind, str) else "error"


def _messages(value: JSON, role: str = "user") -> JSON:
    """Messages as the conventions have them: a role and parts, as JSON text."""
    if value is None:
        return None
    items = value if isinstance(value, list) else [value]
    return _text([_message(item, role) for item in items])


def _message(item: JSON, role: str) -> JSON:
    if not isinstance(item, dict) or "parts" in item:
        return item if isinstance(item, dict) else {"role": role, "parts": [_part(item)]}
    rest: Object = {key: value for key, value in item.items() if key not in ("role", "content")}
    content = item.get("content")
    parts = [_part(one) for one in (content if isinstance(content, list) else [content])]
    return {"role": item.get("role", role), "parts": parts, **rest}


def _part(value: JSON) -> JSON:
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        return value
    return {"type": "text", "content": value if isinstance(value, str) else _text(value)}


def _event(part: Part, event: Event, at: int) -> Object:
    name = "exception" if event.type == "error" else event.type
    about: Attributes = {
        "ttdebug.seq": event.seq,
        "ttdebug.timeline": event.timeline,
        "ttdebug.name": event.name,
        "gen_ai.agent.name": event.agent,
    }
    if event.type == "error":
        about["exception.type"] = _error(event.data) if "error" in event.data else event.name
        message = event.data.get("message")
        about["exception.message"] = message if isinstance(message, str) else _text(event.data)
    about |= _rest("ttdebug.data", event.data, event, part)
    return {"timeUnixNano": str(at), "name": name, "attributes": _attributes(about)}


def _status(span: Span) -> Object:
    status = span.opening.status if span.opening is not None else None
    code = {"ok": _OK, "error": _ERROR}.get(status or "")
    return {} if code is None else {"code": code}


def _attributes(values: Attributes) -> list[JSON]:
    """Key-value pairs as OTLP has them; what is None is left out."""
    return [
        {"key": key, "value": _any(value)} for key, value in values.items() if value is not None
    ]


def _any(value: JSON) -> Object:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int) and -_MOST <= value < _MOST:
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"stringValue": _storable(value if isinstance(value, str) else _text(value) or "")}


def _text(value: Any) -> str | None:
    """A value as JSON text; None stays None."""
    if value is None:
        return None
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, separators=(",", ":"))


def _storable(text: str) -> str:
    """Text that UTF-8 can hold, which protobuf insists on."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _trace_id(run: Run) -> str:
    return blake2b(run.id.encode(), digest_size=_TRACE_ID_BYTES).hexdigest()


def _span_id(run: Run, number: int) -> str:
    return blake2b(f"{run.id}/{number}".encode(), digest_size=_SPAN_ID_BYTES).hexdigest()
