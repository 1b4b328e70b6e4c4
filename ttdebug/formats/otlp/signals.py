"""Where spans and log records are in a decoded document, and under which resource and scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from ttdebug.foreign.shapes import object_of, objects_in
from ttdebug.formats.otlp.fields import is_span
from ttdebug.formats.otlp.values import attributes_of
from ttdebug.model import JSON, Object

_RESOURCES = ("resourceSpans", "resource_spans", "batches")
_LOGS = ("resourceLogs", "resource_logs")
_SCOPES = ("scopeSpans", "scope_spans", "instrumentationLibrarySpans",
           "instrumentation_library_spans", "ilSpans")  # fmt: skip
_SCOPE = ("scope", "instrumentationLibrary", "instrumentation_library")
_LOG_SCOPES = ("scopeLogs", "scope_logs")
_LOG_RECORDS = ("logRecords", "log_records")


class Signal(NamedTuple):
    """A record, and under what it stood. `unknown` is one that no part of this reader knows."""

    kind: Literal["span", "log", "unknown"]
    record: Object
    resource: Object
    scope: Object


def signals_in(value: JSON) -> Iterator[Signal]:
    """Everything in one document, line or element of a list."""
    if not isinstance(value, dict):
        return
    known = False
    for holder in _holders(value):
        for key in (*_RESOURCES, *_LOGS):
            if isinstance(holder.get(key), list):
                known = True
                yield from _exported(holder[key])
    if not known:
        yield from _single(value)


def _holders(value: Object) -> list[Object]:
    """The document, and the trace inside it where a query's answer wraps it."""
    return [value, *(object_of(value, key) for key in ("trace", "data") if key in value)]


def _exported(resources: JSON) -> Iterator[Signal]:
    for entry in objects_in(resources):
        resource = attributes_of(object_of(entry, "resource").get("attributes"))
        for scope, held, kind in _scopes(entry):
            for record in objects_in(held):
                yield Signal(kind, record, resource, scope)


def _scopes(entry: Object) -> Iterator[tuple[Object, JSON, Literal["span", "log"]]]:
    for key in _SCOPES:
        for group in objects_in(entry.get(key)):
            scope = next((object_of(group, name) for name in _SCOPE if name in group), {})
            yield scope, group.get("spans"), "span"
    for key in _LOG_SCOPES:
        for group in objects_in(entry.get(key)):
            for name in _LOG_RECORDS:
                yield object_of(group, "scope"), group.get(name), "log"


def _single(value: Object) -> Iterator[Signal]:
    """A span or log record by itself, or a document with a list of spans."""
    if is_span(value):
        yield Signal("span", value, {}, {})
    elif is_log(value):
        yield Signal("log", value, {}, {})
    elif isinstance(value.get("spans"), list):
        for record in objects_in(value["spans"]):
            yield Signal("span" if is_span(record) else "unknown", record, {}, {})
        rest = {key: held for key, held in value.items() if key != "spans"}
        if rest:
            yield Signal("unknown", rest, {}, {})
    else:
        yield Signal("unknown", value, {}, {})


def is_log(record: Object) -> bool:
    """Whether a record is a log record, as the console exporter prints them."""
    return "body" in record and bool({"severity_number", "severityNumber"} & set(record))
