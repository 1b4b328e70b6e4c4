"""OpenTelemetry traces: every encoding and spelling gives the same events."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.formats.spans_written import (
    SECOND,
    START,
    TRACE,
    events,
    export,
    key_values,
    span,
    written,
)
from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.formats.otlp import values, wire
from ttdebug.store.trace import Trace

GENERATED = SHARED / "traces" / "generated" / "otlp_json"
ENCODINGS = ("otlp.jsonl", "otlp.pb", "proto_MessageToJson.json", "console.json")


def told(trace: Trace) -> list[Any]:
    """What events say, without the line they stood on and when."""
    return [
        (
            event.type,
            event.name,
            event.agent,
            event.parent,
            event.status,
            event.data,
            event.source["trace_id"],
            event.source.get("span_id"),
            [(edge.seq, edge.kind, edge.rule) for edge in trace.causes(event.seq)],
            trace.state(event.seq, event.agent) if event.agent and event.has_state else None,
        )
        for event in trace.events()
    ]


@needs_shared
def test_four_encodings_of_a_run_are_the_same() -> None:
    with formats.open(GENERATED / f"pydantic_ai_restock.{ENCODINGS[0]}") as first:
        expected, times = told(first), [event.time for event in first.events()]
    assert len(expected) == 1 + 2 * 56 + 1
    for encoding in ENCODINGS[1:]:
        with formats.open(GENERATED / f"pydantic_ai_restock.{encoding}") as other:
            assert told(other) == expected, encoding
            for event, time in zip(other.events(), times, strict=True):
                assert abs((event.time or 0) - (time or 0)) < 2_000  # printed in microseconds


@needs_shared
def test_three_invocations_of_a_graph_are_one_run_with_its_state() -> None:
    with formats.open(GENERATED / "openinference_langgraph_trip.otlp.jsonl") as trace:
        (run,) = trace.runs
        assert run.id == "trip-4711"
        assert sum(event.opens for event in trace.events()) == 132
        state: Any = trace.state(trace.last_seq, "root")
        assert state["budget"]["spent"] == 4307.64
        assert state["budget"]["remaining"] is None
        calls = {event.seq: event for event in events(trace, "tool.call")}
        discount = next(event for event in calls.values() if event.name == "apply_discount")
        assert discount.source["span_id"] == "a950ba734ae5d573"
        assert discount.data["args"] == {"code": "PARTNER15", "percent": 15.0}


def printed(record: dict[str, Any]) -> dict[str, Any]:
    """The span as Python's console exporter prints it."""
    times = {"start_time": "2023-11-14T22:13:20.000000Z", "end_time": "2023-11-14T22:13:21Z"}
    ids = {"trace_id": f"0x{TRACE}", "span_id": f"0x{record['spanId']}", "trace_state": "[]"}
    return {"name": record["name"], "context": ids, "kind": "SpanKind.INTERNAL", "parent_id": None,
            **times, "status": {"status_code": "ERROR", "description": "no"},
            "attributes": {"n": 1}, "events": [], "links": [],
            "resource": {"attributes": {"service.name": "shop"}}}  # fmt: skip


BASE = {**span(1, "work", 0, 1, n=1), "status": {"code": 2, "message": "no"}}
SPELLINGS: dict[str, Callable[[], Any]] = {
    "otlp": lambda: export(BASE),
    "snake_case": lambda: {
        "resource_spans": [
            {
                "resource": {"attributes": key_values({"service.name": "shop"})},
                "scope_spans": [
                    {
                        "spans": [
                            {
                                "trace_id": TRACE.upper(),
                                "span_id": BASE["spanId"],
                                "parent_span_id": "0" * 16,
                                "name": "work",
                                "kind": "SPAN_KIND_INTERNAL",
                                "start_time_unix_nano": START,
                                "end_time_unix_nano": START + SECOND,
                                "attributes": [{"key": "n", "value": {"int_value": 1}}],
                                "status": {"code": "STATUS_CODE_ERROR", "message": "no"},
                            }
                        ]
                    }
                ],
            }
        ]
    },
    "tempo": lambda: {
        "batches": [
            {
                **export()["resourceSpans"][0],
                "instrumentationLibrarySpans": [{"spans": [BASE]}],
            }
        ]
    },
    "base64 ids": lambda: export(
        {**BASE, "traceId": "CvdlGRbNQ92ESOshHIAxnA==", "spanId": "AAAAAAAAAAE="}
    ),
    "printed": lambda: printed(BASE),
    "flat": lambda: [
        {
            "trace_id": TRACE,
            "span_id": BASE["spanId"],
            "parent_span_id": None,
            "name": "work",
            "start_time": START,
            "end_time": START + SECOND,
            "attributes": {"n": 1},
            "status": {"code": "ERROR", "description": "no"},
            "resource": {"service.name": "shop"},
            "span_events": [],
        }
    ],
    "integers": lambda: {
        "spans": [
            {
                "name": "work",
                "kind": "internal",
                "parent": None,
                "context": {"trace_id": int(TRACE, 16), "span_id": 1},
                "start_time": START,
                "end_time": START + SECOND,
                "status": {"status_code": "error", "description": "no"},
                "attributes": {"n": 1},
                "resource": {"attributes": {"service.name": "shop"}},
            }
        ]
    },
    "pairs of seconds": lambda: {
        "traceId": TRACE,
        "spanId": BASE["spanId"],
        "name": "work",
        "startTime": [1_700_000_000, 0],
        "endTime": [1_700_000_001, 0],
        "attributes": {"n": 1},
        "status": {"code": 2, "message": "no"},
        "resource": {"attributes": {"service.name": "shop"}},
    },
    "zipkin": lambda: [
        {
            "traceId": TRACE,
            "id": BASE["spanId"],
            "name": "work",
            "timestamp": START // 1000,
            "duration": 1_000_000,
            "localEndpoint": {"serviceName": "shop"},
            "tags": {"n": 1},
            "status": {"code": 2, "message": "no"},
        }
    ],
    "columns": lambda: [
        {
            "context.trace_id": TRACE,
            "context.span_id": BASE["spanId"],
            "parent_id": None,
            "name": "work",
            "span_kind": "INTERNAL",
            "start_time": "2023-11-14T22:13:20+00:00",
            "end_time": "2023-11-14T22:13:21+00:00",
            "status_code": "ERROR",
            "status_message": "no",
            "attributes.n": 1,
            "resource": {"service.name": "shop"},
        }
    ],
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_span_is_the_same_however_it_is_spelled(tmp_path: Path, spelling: str) -> None:
    with written(tmp_path / "trace.json", SPELLINGS[spelling]()) as trace:
        assert trace.format == "otlp"
        assert trace.warnings == ()
        start, opened, closed = trace.events()
    assert start.data == {"resources": [{"service.name": "shop"}]}
    assert (opened.type, opened.name, opened.agent) == ("span", "work", "shop")
    assert (opened.time, opened.duration, opened.status) == (START, SECOND, "error")
    assert opened.data == {"attributes": {"n": 1}}
    assert (closed.type, closed.data) == ("span.end", {"error": "no"})
    assert (opened.source["trace_id"], opened.source["span_id"]) == (TRACE, BASE["spanId"])


@pytest.mark.parametrize(
    ("value", "size", "expected"),
    [
        ("00f067aa0ba902b7", 8, "00f067aa0ba902b7"),
        ("0x00F067AA0BA902B7", 8, "00f067aa0ba902b7"),
        ("APBnqgupArc=", 8, "00f067aa0ba902b7"),
        (67667974448284343, 8, "00f067aa0ba902b7"),
        ("AAAAAAAAAAA=", 8, "AAAAAAAAAAA="),
        ("0000000000000000", 8, None),
        ("", 8, None),
        (True, 8, None),
        (2**64, 8, None),
        ("span-7", 8, "span-7"),
    ],
)
def test_ids_of_every_spelling(value: Any, size: int, expected: str | None) -> None:
    assert values.id_of(value, size) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"intValue": "9007199254740993"}, 2**53 + 1),
        ({"intValue": 7}, 7),
        ({"intValue": "many"}, "many"),
        ({"doubleValue": "NaN"}, {"$ttd": "float", "value": "NaN"}),
        ({"doubleValue": 0.5}, 0.5),
        ({"bytesValue": "AAE="}, {"$ttd": "bytes", "base64": "AAE="}),
        ({"arrayValue": {"values": [{}, {"boolValue": False}]}}, [None, False]),
        ({"arrayValue": {}}, []),
        ({"kvlistValue": {"values": [{"key": "a", "value": {"stringValue": "b"}}]}}, {"a": "b"}),
        ({"a": 1, "b": 2}, {"a": 1, "b": 2}),
    ],
)
def test_values_of_every_type(value: Any, expected: Any) -> None:
    assert values.value_of(value) == expected


def test_a_parent_may_come_lines_later_and_a_span_twice(tmp_path: Path) -> None:
    lines = [
        export(span(2, "child", 1, 2, parent=1)),
        export({**span(3, "long", 1, 0, parent=1), "endTimeUnixNano": "0"}),
        export(span(1, "top", 0, 9), span(3, "long", 1, 8, parent=1)),
    ]
    with written(tmp_path / "trace.jsonl", *lines) as trace:
        opened = [(event.name, event.parent) for event in events(trace, "span")]
        assert opened == [("top", None), ("child", 2), ("long", 2)]
        assert trace.warnings == ("1 span came more than once",)
        assert not events(trace)[3].source.keys() - {
            "trace_id",
            "span_id",
            "parent_span_id",
            "line",
        }


def test_logs_stand_inside_their_span_and_metrics_are_kept(tmp_path: Path) -> None:
    log = {
        "timeUnixNano": str(START + SECOND),
        "severityText": "ERROR",
        "severityNumber": 17,
        "body": {"stringValue": "disk full"},
        "traceId": TRACE,
        "spanId": f"{1:016x}",
    }
    lines = [
        {"resourceLogs": [{"scopeLogs": [{"logRecords": [log]}]}]},
        export(span(1, "top", 0, 9)),
        {"resourceMetrics": [{"n": 1}]},
    ]
    with written(tmp_path / "trace.jsonl", *lines) as trace:
        (found,) = events(trace, "log")
        assert (found.name, found.status, found.parent) == ("ERROR", "error", 2)
        assert found.data == {"body": "disk full"}
        (marker,) = events(trace, "marker")
        assert marker.data == {"resourceMetrics": [{"n": 1}]}
        assert "1 log record shown inside spans" in trace.runs[0].fidelity
        assert "1 record of no known shape kept as markers" in trace.runs[0].fidelity


def test_a_damaged_document_gives_what_is_sound(tmp_path: Path) -> None:
    text = json.dumps(export(*(span(n, f"s{n}", n, n + 1) for n in range(1, 6))), indent=1)
    path = tmp_path / "trace.json"
    path.write_text(text.replace('"name": "s2"', '"name": ,')[: text.index('"s5"')])
    with formats.open(path) as trace:
        assert [event.name for event in events(trace, "span")] == ["s1", "s3", "s4"]
        assert trace.warnings[0].startswith("line 1: cut off; 0 spans before it")
        assert any("a damaged element was skipped" in warning for warning in trace.warnings)
        assert any("the last element is cut off" in warning for warning in trace.warnings)


def message(*fields: tuple[int, Any]) -> bytes:
    """A protobuf message; text and bytes have a length, floats and big numbers eight bytes."""
    data = b""
    for number, value in fields:
        if isinstance(value, str | bytes):
            raw = value.encode() if isinstance(value, str) else value
            data += varint(number << 3 | 2) + varint(len(raw)) + raw
        elif isinstance(value, float):
            data += varint(number << 3 | 1) + struct.pack("<d", value)
        elif value >= 2**32:
            data += varint(number << 3 | 1) + struct.pack("<Q", value)
        else:
            data += varint(number << 3) + varint(value % 2**64)
    return data


def varint(value: int) -> bytes:
    data = b""
    while value > 127:
        data, value = data + bytes([value & 127 | 128]), value >> 7
    return data + bytes([value])


def pair(key: str, *value: tuple[int, Any]) -> bytes:
    return message((1, key), (2, message(*value)))


def exported(spans: list[bytes]) -> bytes:
    """One ResourceSpans in an export request."""
    resource = message((1, pair("service.name", (1, "shop"))))
    scope = message((1, message((1, "lib"))), *((2, one) for one in spans))
    return message((1, message((1, resource), (2, scope))))


def binary(number: int, *more: tuple[int, Any]) -> bytes:
    return message(
        (1, bytes.fromhex(TRACE)),
        (2, number.to_bytes(8, "big")),
        (5, "work"),
        (7, START),
        (8, START + SECOND),
        *more,
    )


def test_protobuf_says_the_same_as_json(tmp_path: Path) -> None:
    attributes = [
        pair("int", (3, -5)),
        pair("float", (4, 0.5)),
        pair("nan", (4, float("nan"))),
        pair("bool", (2, 1)),
        pair("list", (5, message((1, message((1, "a"))), (1, message())))),
        pair("map", (6, message((1, pair("k", (1, "v")))))),
        pair("bytes", (7, b"\0\1")),
        message((1, "none"), (99, "from the future")),
    ]
    event = message((1, START + 5), (2, "exception"), (3, pair("exception.type", (1, "E"))))
    link = message((1, bytes.fromhex(TRACE)), (2, (9).to_bytes(8, "big")))
    status = message((2, "no"), (3, 2))
    one = binary(
        1, (6, 3), *((9, item) for item in attributes), (11, event), (13, link), (15, status)
    )
    path = tmp_path / "trace.pb"
    path.write_bytes(exported([one]))
    with formats.open(path) as trace:
        _, opened, error, closed = trace.events()
    assert opened.data["attributes"] == {
        "int": -5,
        "float": 0.5,
        "nan": {"$ttd": "float", "value": "NaN"},
        "bool": True,
        "list": ["a", None],
        "map": {"k": "v"},
        "bytes": {"$ttd": "bytes", "base64": "AAE="},
        "none": None,
    }
    assert opened.data["kind"] == "client"
    assert opened.data["links"] == [{"trace_id": TRACE, "span_id": f"{9:016x}"}]
    assert (opened.status, opened.agent, opened.source["scope"]) == ("error", "shop", "lib")
    assert (error.type, error.name) == ("error", "E")
    assert closed.data == {"error": "no"}


def test_protobuf_with_lengths_and_damage(tmp_path: Path) -> None:
    whole = exported([binary(1), binary(2)])
    path = tmp_path / "trace.pb"
    framed = len(whole).to_bytes(4, "big") + whole
    path.write_bytes(framed + framed[:-30])
    with formats.open(path) as trace:
        assert len(events(trace, "span")) == 2
        assert trace.warnings[0].startswith("message at byte")
    path.write_bytes(whole.replace(b"work", b"\xff\xff\xff\xff", 1))
    with formats.open(path) as trace:
        assert [event.name for event in events(trace, "span")] == ["ÿÿÿÿ", "work"]
    path.write_bytes(whole[:-3])
    with formats.open(path) as trace:
        assert [event.status for event in events(trace, "span")] == ["ok", "open"]
        assert trace.warnings[0] == "message at byte 1: cut off; 0 spans before it"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\n\n{}",
        b'\n{\n  "a": 1}',
        b"\n \n\t\n",
        b"{}",
        b"\x0a\xff\xff\xff\xff",
        b"\0\0\0\5",
    ],
)
def test_text_is_not_taken_for_protobuf(data: bytes) -> None:
    assert not wire.looks_like(data)
