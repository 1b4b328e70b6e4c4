"""MLflow and AgentOps: spans of OpenTelemetry in clothes of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.spans_written import SECOND, START, TRACE, events, written

ASKED = [{"role": "user", "content": "hi"}]
ANSWERED = {"choices": [{"message": {"role": "assistant", "content": "well"}}]}
ATTRIBUTES = {
    "mlflow.spanType": json.dumps("CHAT_MODEL"),
    "mlflow.spanInputs": json.dumps({"model": "m", "messages": ASKED}),
    "mlflow.spanOutputs": json.dumps(ANSWERED),
    "mlflow.chat.tokenUsage": json.dumps({"input_tokens": 7, "output_tokens": 2}),
    "mlflow.traceRequestId": json.dumps("tr-1"),
}
NEW: dict[str, Any] = {
    "span_id": "AAAAAAAAAAE=",
    "trace_id": "CvdlGRbNQ92ESOshHIAxnA==",
    "parent_span_id": None,
    "name": "ask",
    "start_time_unix_nano": START,
    "end_time_unix_nano": START + SECOND,
    "status": {"code": "STATUS_CODE_OK", "message": ""},
    "attributes": ATTRIBUTES,
    "events": [],
}
OLD: dict[str, Any] = {
    "name": "ask",
    "context": {"span_id": "0x0000000000000001", "trace_id": f"0x{TRACE}"},
    "parent_id": None,
    "start_time": START,
    "end_time": START + SECOND,
    "status_code": "OK",
    "status_message": "",
    "span_type": "CHAT_MODEL",
    "inputs": {"model": "m", "messages": ASKED},
    "outputs": ANSWERED,
    "attributes": {k: ATTRIBUTES[k] for k in ("mlflow.chat.tokenUsage", "mlflow.traceRequestId")}
    | {"mlflow.spanFunctionName": '"ask"'},
    "events": [],
}
SESSION = {"trace_id": "tr-1", "state": "OK", "trace_metadata": {"mlflow.trace.session": "s"}}


@pytest.mark.parametrize(
    "document",
    [
        {"info": SESSION, "data": {"spans": [NEW]}},
        {"spans": [NEW], "request": "{}", "response": "{}"},
        {"info": SESSION, "data": {"spans": [OLD], "request": "{}"}},
    ],
    ids=["3", "artifact", "2"],
)
def test_mlflow_spans_are_the_same_in_every_version(tmp_path: Path, document: Any) -> None:
    with written(tmp_path / "trace.json", document) as trace:
        assert trace.format == "mlflow"
        asked, answered = events(trace, "llm.call", "llm.result")
        assert (asked.name, asked.data["messages"]) == ("m", ASKED)
        assert asked.source["span_id"] == f"{1:016x}"
        assert asked.duration == SECOND
        assert answered.data["output"] == "well"
        assert answered.data["usage"] == {"input_tokens": 7, "output_tokens": 2}
        assert trace.runs[0].id == ("s" if "info" in document else TRACE)


def agentops(**attributes: Any) -> dict[str, Any]:
    """A span whose attributes are nested."""
    return {
        "span_id": "b1",
        "parent_span_id": "",
        "span_name": "work",
        "span_kind": "Client",
        "start_time": "2025-08-04T15:12:27.400849+00:00",
        "end_time": None,
        "duration": SECOND,
        "status_code": "OK",
        "attributes": {},
        "resource_attributes": {"host": {"name": "h"}},
        "span_attributes": attributes,
        "event_timestamps": ["2025-08-04T15:12:27.5+00:00"],
        "event_names": ["exception"],
        "event_attributes": [{"exception": {"type": "E", "message": "no"}}],
        "link_trace_ids": ["t2"],
        "link_span_ids": ["b9"],
        "metrics": None,
    }


def test_agentops_nests_attributes_by_their_dots(tmp_path: Path) -> None:
    call = agentops(
        agentops={"span": {"kind": "llm"}},
        agent={"role": "writer"},
        gen_ai={
            "request": {"model": "m"},
            "prompt": ASKED,
            "completion": [{"role": "assistant", "content": "well"}],
            "usage": {"prompt_tokens": "7"},
        },
    )
    with written(tmp_path / "t.json", {"trace": {"trace_id": "t1"}, "spans": [call]}) as trace:
        assert trace.format == "agentops"
        start, asked, error, answered = trace.events()
        assert start.data == {
            "resources": [{"host.name": "h"}],
            "traces": [{"trace_id": "t1"}],
        }
        assert (asked.type, asked.name, asked.agent) == ("llm.call", "m", "writer")
        assert asked.data["messages"] == ASKED
        assert asked.data["links"] == [{"trace_id": "t2", "span_id": "b9"}]
        assert (asked.duration, asked.source["trace_id"]) == (SECOND, "t1")
        assert (error.name, error.data) == ("E", {"message": "no"})
        assert answered.data == {"output": "well", "usage": {"input_tokens": 7}}


def test_a_bare_span_of_agentops_is_read(tmp_path: Path) -> None:
    with written(tmp_path / "t.jsonl", {**agentops(), "trace_id": "t1"}) as trace:
        assert [event.name for event in events(trace, "span")] == ["work"]
