"""Jaeger traces: whatever saved them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.spans_written import START, events, written
from ttdebug import formats

TRACE = "4a1b2c3d4e5f6071"


def tag(key: str, value: Any, kind: str = "string") -> dict[str, Any]:
    return {"key": key, "type": kind, "value": value}


def span(number: str, name: str, start: int, length: int, **more: Any) -> dict[str, Any]:
    """Times in milliseconds from START."""
    return {
        "traceID": TRACE,
        "spanID": number,
        "operationName": name,
        "references": [],
        "startTime": START // 1000 + start * 1000,
        "duration": length * 1000,
        "tags": [],
        "logs": [],
        "processID": "p1",
        **more,
    }


def under(number: str, kind: str = "CHILD_OF", trace: str = TRACE) -> dict[str, Any]:
    return {"refType": kind, "traceID": trace, "spanID": number}


def trace_of(*spans: dict[str, Any]) -> dict[str, Any]:
    tags = [tag("host", "h1")]
    return {
        "traceID": TRACE,
        "spans": list(spans),
        "processes": {"p1": {"serviceName": "shop", "tags": tags}},
        "warnings": None,
    }


ONE = trace_of(
    span("2", "child", 1, 1, references=[under("1")]),
    span("1", "top", 0, 9, tags=[tag("span.kind", "server"), tag("n", "7", "int64")]),
)


@pytest.mark.parametrize(
    "document",
    [
        {"data": [ONE], "total": 0, "limit": 0, "offset": 0, "errors": None},
        ONE,
        [ONE],
        {"data": ONE, "id": TRACE, "state": "FETCH_DONE"},
    ],
    ids=["answer", "trace", "list", "of the UI"],
)
def test_a_trace_is_the_same_however_it_is_wrapped(tmp_path: Path, document: Any) -> None:
    with written(tmp_path / "trace.json", document) as trace:
        assert trace.format == "jaeger"
        top, child = events(trace, "span")
        assert (top.name, top.agent, top.duration) == ("top", "shop", 9_000_000)
        assert top.data == {"kind": "server", "attributes": {"n": 7}}
        assert (child.name, child.parent) == ("child", top.seq)
        assert child.source == {"trace_id": TRACE, "span_id": "2", "parent_span_id": "1"}
        (start,) = events(trace, "run.start")
        assert start.data == {"resources": [{"service.name": "shop", "host": "h1"}]}


def test_ids_may_have_lost_their_zeros(tmp_path: Path) -> None:
    spans = [
        span("0000000000000001", "top", 0, 9),
        span("2", "child", 1, 1, references=[under("1")]),
        span("3", "after", 2, 1, references=[under("02", "FOLLOWS_FROM"), under("1")]),
    ]
    with written(tmp_path / "trace.json", trace_of(*spans)) as trace:
        _, child, after = events(trace, "span")
        assert (child.parent, after.parent) == (2, 2)
        (edge,) = trace.causes(after.seq)
        assert (edge.rule, trace.event(edge.seq).opening) == ("linked span", child.seq)


def test_tags_and_logs_have_their_meaning(tmp_path: Path) -> None:
    failed = span(
        "1", "work", 0, 9,
        tags=[tag("error", True, "bool"), tag("raw", "AAE=", "binary")],
        logs=[
            {"timestamp": START // 1000, "fields": [
                tag("event", "exception"), tag("exception.type", "E"),
                tag("exception.message", "no")]},
            {"timestamp": START // 1000, "fields": [tag("message", "hello"), tag("n", 1, "int64")]},
        ],
        warnings=["clock skew"],
    )  # fmt: skip
    with written(tmp_path / "trace.json", trace_of(failed)) as trace:
        _, opened, error, log, closed = trace.events()
        assert (error.type, error.name, error.data) == ("error", "E", {"message": "no"})
        assert (log.type, log.name) == ("event", "hello")
        assert (closed.status, closed.data) == ("error", {"error": "no"})
        assert opened.data["warnings"] == ["clock skew"]
        attributes: Any = opened.data["attributes"]
        assert attributes["raw"] == {"$ttd": "bytes", "base64": "AAE="}


def test_a_damaged_trace_gives_its_sound_spans(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    text = json.dumps(trace_of(*(span(str(n), f"s{n}", n, 1) for n in range(1, 5))))
    path.write_text(text.replace('"s2"', '"s2')[:-90])
    with formats.open(path) as trace:
        assert [event.name for event in events(trace, "span")] == ["s1"]
        assert trace.warnings[0].startswith("line 1: ")
