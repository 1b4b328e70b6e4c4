"""Small traces in OTLP's shape, and recordings made of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ttdebug import formats
from ttdebug.model import Event
from ttdebug.store.trace import Trace

TRACE = "0af7651916cd43dd8448eb211c80319c"
SECOND = 10**9
START = 1_700_000_000 * SECOND


def any_value(value: Any) -> dict[str, Any]:
    """A Python value as OTLP's AnyValue."""
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [any_value(item) for item in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": key_values(value)}}
    return {"stringValue": value}


def key_values(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    """Attributes as OTLP lists them."""
    return [{"key": key, "value": any_value(value)} for key, value in attributes.items()]


def span(
    number: int, name: str, start: float, end: float, parent: int = 0, **attributes: Any
) -> dict[str, Any]:
    """A span of OTLP; seconds count from START, keywords spell dots as two underscores."""
    return {
        "traceId": TRACE,
        "spanId": f"{number:016x}",
        "parentSpanId": f"{parent:016x}" if parent else "",
        "name": name,
        "kind": 1,
        "startTimeUnixNano": str(START + int(start * SECOND)),
        "endTimeUnixNano": str(START + int(end * SECOND)),
        "attributes": key_values({k.replace("__", "."): v for k, v in attributes.items()}),
    }


def export(*spans: dict[str, Any], service: str = "shop") -> dict[str, Any]:
    """One export request."""
    resource = {"attributes": key_values({"service.name": service})}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": list(spans)}]}]}


def written(path: Path, *values: Any) -> Trace:
    """The recording of a file with one value a line."""
    path.write_text("\n".join(map(json.dumps, values)))
    return formats.open(path)


def events(trace: Trace, *types: str) -> list[Event]:
    """All events, or those of some types."""
    return [event for event in trace.events() if not types or event.type in types]
