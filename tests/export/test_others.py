"""OTLP, Chrome and ATIF exports, held against official parsers and the rules of their formats."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from atif import Trajectory
from google.protobuf.json_format import ParseDict
from hypothesis import assume, given, settings
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.recordings import Act, acts, recorded, trip
from tests.support import SAMPLES
from ttdebug import formats
from ttdebug.errors import UsageError
from ttdebug.formats.export import Part, atif, chrome, otlp
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

TRIP = SAMPLES / "trip_planning" / "run.ttd"


def document(made: Iterator[bytes]) -> Any:
    return json.loads(b"".join(made))


def parsed(request: Any) -> ExportTraceServiceRequest:
    """An OTLP document as protobuf; ids are hexadecimal in OTLP's JSON, base64 in protobuf's."""
    found = ExportTraceServiceRequest()
    ParseDict(request, found)
    return found


def all_spans(request: Any) -> list[Any]:
    return request["resourceSpans"][0]["scopeSpans"][0]["spans"]  # type: ignore[no-any-return]  # a document


def attributes(of: Any) -> dict[str, Any]:
    return {pair["key"]: next(iter(pair["value"].values())) for pair in of["attributes"]}


def test_otlp_has_a_span_for_each_and_an_event_for_the_rest() -> None:
    with Trace.open(TRIP) as trace:
        request = document(otlp.lines(Part(trace)))
        opened = [event for event in trace.events() if event.opens]
        others = [e for e in trace.events() if not e.opens and e.opening is None]
    spans = all_spans(request)
    assert len(parsed(request).resource_spans[0].scope_spans[0].spans) == len(spans)
    assert len(spans) == len(opened) + 1
    assert sum(len(span["events"]) for span in spans) == len(others)
    ids = {span["spanId"] for span in spans}
    assert len(ids) == len(spans)
    assert all(span.get("parentSpanId") in ids for span in spans if "parentSpanId" in span)
    (discount,) = [span for span in spans if attributes(span).get("ttdebug.seq") == "255"]
    told = attributes(discount)
    assert discount["name"] == "execute_tool apply_discount"
    assert json.loads(told["gen_ai.tool.call.arguments"]) == {"code": "PARTNER15"}
    assert json.loads(told["gen_ai.tool.call.result"])["remaining"] is None
    assert {"op": "replace", "path": "/budget/remaining", "value": None} in json.loads(
        told["ttdebug.end.delta"]
    )
    chats = [attributes(span) for span in spans if span["name"].startswith("chat ")]
    assert all(json.loads(chat["gen_ai.input.messages"])[0]["parts"] for chat in chats)
    assert any("gen_ai.usage.input_tokens" in chat for chat in chats)


@settings(max_examples=40, deadline=None)
@given(acts)
def test_any_recording_makes_valid_otlp(actions: list[Act]) -> None:
    with recorded(actions) as trace:
        assume(trace.last_seq)
        request = document(otlp.lines(Part(trace)))
        opened = sum(event.opens for event in trace.events())
    parsed(request)
    spans = all_spans(request)
    assert len(spans) == opened + any("parentSpanId" not in span for span in spans)
    for span in spans:
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
        assert len(bytes.fromhex(span["spanId"])) == 8
        assert len(bytes.fromhex(span["traceId"])) == 16


@settings(max_examples=40, deadline=None)
@given(acts)
def test_slices_of_a_chrome_thread_nest(actions: list[Act]) -> None:
    with recorded(actions) as trace:
        events = document(chrome.lines(Part(trace)))["traceEvents"]
        last = trace.last_seq
    told = [event["args"]["seq"] for event in events if event["ph"] in "Xi"]
    told += [event["args"]["end"]["seq"] for event in events if event["ph"] == "X"]
    assert set(told) == set(range(1, last + 1))
    threads: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for event in events:
        assert event["ph"] in "MXisf"
        assert {"name", "pid", "tid"} <= set(event)
        if event["ph"] == "X":
            assert event["dur"] >= 0
            stop = event["ts"] + event["dur"]
            threads.setdefault((event["pid"], event["tid"]), []).append((event["ts"], stop))
    for slices in threads.values():
        slices.sort(key=lambda one: (one[0], -one[1]))
        around: list[float] = []
        for start, stop in slices:
            while around and around[-1] <= start:
                around.pop()
            assert not around or stop <= around[-1]
            around.append(stop)
    flows = Counter(event["id"] for event in events if event["ph"] in "sf")
    assert set(flows.values()) <= {2}


def test_chrome_names_its_threads_after_agents() -> None:
    with Trace.open(TRIP) as trace:
        events = document(chrome.lines(Part(trace)))["traceEvents"]
    names = {event["args"]["name"] for event in events if event["name"] == "thread_name"}
    assert {"planner", "researcher", "booker"} <= names
    (discount,) = [e for e in events if e["ph"] == "X" and e["args"].get("seq") == 255]
    assert discount["name"] == "apply_discount"
    assert discount["args"]["end"]["data"]["result"]["remaining"] is None


def test_atif_is_valid_and_loses_no_event() -> None:
    with Trace.open(TRIP) as trace:
        found = document(atif.lines(Part(trace)))
        wanted = {e.seq for e in trace.events() if e.type != "llm.call" or e.closing is None}
    trajectory = Trajectory.model_validate(found)
    assert trajectory.agent.name == "planner"
    embedded = trajectory.subagent_trajectories or []
    assert {sub.trajectory_id for sub in embedded} >= {"booker", "researcher"}
    assert set(_seqs(found)) == wanted
    (call,) = [
        (step, call)
        for sub in embedded
        for step in sub.steps
        for call in step.tool_calls or ()
        if call.function_name == "apply_discount" and sub.trajectory_id == "booker"
    ]
    step, made = call
    assert made.arguments == {"code": "PARTNER15"}
    assert step.observation is not None
    assert '"remaining": null' in str(step.observation.results[-1].content)
    assert trajectory.final_metrics is not None
    assert (trajectory.final_metrics.total_prompt_tokens or 0) > 1000


@settings(max_examples=40, deadline=None)
@given(acts)
def test_any_recording_makes_valid_atif(actions: list[Act]) -> None:
    with recorded(actions) as trace:
        assume(trace.last_seq)
        found = document(atif.lines(Part(trace)))
        Trajectory.model_validate(found)
        assert sorted(_seqs(found)) == list(range(1, trace.last_seq + 1))


def _seqs(value: Any) -> Iterator[int]:
    """Every event that a trajectory tells of, wherever it does."""
    if isinstance(value, dict):
        extra = value.get("extra")
        if isinstance(extra, dict):
            yield from (
                event["seq"] for event in (extra, *extra.get("events", ())) if "seq" in event
            )
        for item in value.values():
            yield from _seqs(item)
    elif isinstance(value, list):
        for item in value:
            yield from _seqs(item)


def test_atif_of_several_runs_asks_for_one(tmp_path: Path) -> None:
    with trip(tmp_path / "t.ttd") as trace:
        pass
    for _ in range(2):
        with Writer.create(tmp_path / "t.ttd") as writer:
            writer.append(writer.run("more"), "note")
    with Trace.open(tmp_path / "t.ttd") as trace, pytest.raises(UsageError, match="--run"):
        document(atif.lines(Part(trace)))


@pytest.mark.parametrize(
    ("make", "name", "type_"),
    [
        (otlp.lines, "otlp", "tool.call"),
        (chrome.lines, "chrome-trace", "span"),
        (atif.lines, "atif", "tool.call"),
    ],
)
def test_our_readers_take_what_we_export(
    make: Any, name: str, type_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    source = tmp_path / "export.json"
    with Trace.open(TRIP) as trace:
        source.write_bytes(b"".join(make(Part(trace))))
        spans = sum(event.opens for event in trace.events())
        wanted = spans if type_ == "span" else trace.count_types()[type_]
    with formats.open(source) as again:
        assert again.format == name
        assert not again.warnings
        assert {"researcher", "booker"} <= {agent for run in again.runs for agent in run.agents}
        assert again.count_types()[type_] == wanted
