"""Temporal histories: spans by event id, payloads, updates, and what a workflow's state is."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.errors import TraceError
from ttdebug.formats.temporal.payloads import decoded
from ttdebug.model import JSON, Object
from ttdebug.store.trace import Trace

REAL = SHARED / "traces" / "temporal"


def payload(value: JSON, encoding: str = "json/plain") -> Object:
    data = json.dumps(value).encode()
    return {
        "metadata": {"encoding": base64.b64encode(encoding.encode()).decode()},
        "data": base64.b64encode(data).decode(),
    }


def payloads(*values: JSON) -> Object:
    return {"payloads": [payload(value) for value in values]}


class Past:
    """Builds a history event by event; ids count from 1."""

    def __init__(self) -> None:
        self.events: list[JSON] = []

    def add(self, kind: str, **attributes: JSON) -> int:
        number = len(self.events) + 1
        self.events.append(
            {
                "eventId": str(number),
                "eventTime": f"2026-01-01T00:00:{number:02d}.000000001Z",
                "eventType": kind,
                "someEventAttributes": attributes,
            }
        )
        return number

    def opened(self, path: Path, **around: Any) -> Trace:
        path.write_text(json.dumps(around or {"events": self.events}))
        return formats.open(path)


@pytest.fixture
def past() -> Past:
    made = Past()
    made.add(
        "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
        workflowType={"name": "Trip"}, workflowId="trip-1", input=payloads("Oslo"),
    )  # fmt: skip
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.json"


def test_an_activity_is_a_call_with_its_result(past: Past, path: Path) -> None:
    past.add("EVENT_TYPE_WORKFLOW_TASK_SCHEDULED")
    past.add("EVENT_TYPE_WORKFLOW_TASK_STARTED", scheduledEventId="2")
    past.add("EVENT_TYPE_WORKFLOW_TASK_COMPLETED", scheduledEventId="2", startedEventId="3")
    past.add(
        "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED", activityId="a", activityType={"name": "book"},
        input=payloads({"city": "Oslo"}), workflowTaskCompletedEventId="4",
    )  # fmt: skip
    past.add("EVENT_TYPE_ACTIVITY_TASK_STARTED", scheduledEventId="5")
    past.add(
        "EVENT_TYPE_ACTIVITY_TASK_COMPLETED", scheduledEventId="5", startedEventId="6",
        result=payloads("booked"),
    )  # fmt: skip
    past.add("EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED", result=payloads(7))
    with past.opened(path) as trace:
        assert trace.format == "temporal"
        assert [(run.id, run.name) for run in trace.runs] == [("trip-1", "Trip")]
        assert [(event.type, event.name, event.parent) for event in trace.events()] == [
            ("run.start", "Trip", None),
            ("workflow_task", None, 1),
            ("workflow_task.started", None, 2),
            ("workflow_task.end", None, 2),
            ("tool.call", "book", 1),
            ("tool.started", "book", 5),
            ("tool.result", "book", 5),
            ("run.end", "Trip", 1),
        ]
        call, result = trace.event(5), trace.event(7)
        assert call.data["args"] == {"city": "Oslo"}
        assert call.source == {"event_id": 5, "workflowTaskCompletedEventId": "4"}
        assert (result.data["result"], result.status, result.duration) == (
            "booked", "ok", 2 * 10**9,
        )  # fmt: skip
        assert [(edge.seq, edge.rule) for edge in trace.causes(5)] == [
            (4, "decided in this workflow task")
        ]
        state: Any = trace.state(8, "Trip")
        assert (state["input"], state["result"], state["status"]) == ("Oslo", 7, "completed")
        assert state["messages"][0]["status"] == "ok"
        assert trace.event(1).time is not None
        assert trace.warnings == ()


@pytest.mark.parametrize(
    ("kind", "status"), [("FAILED", "error"), ("TIMED_OUT", "error"), ("CANCELED", "cancelled")]
)
def test_an_activity_may_not_succeed(past: Past, path: Path, kind: str, status: str) -> None:
    past.add("ActivityTaskScheduled", activityId="a", activityType={"name": "book"})
    past.add("ActivityTaskCancelRequested", scheduledEventId="2")
    past.add(
        f"EVENT_TYPE_ACTIVITY_TASK_{kind}", scheduledEventId="2", failure={"message": "no beds"}
    )
    past.add(f"EVENT_TYPE_WORKFLOW_EXECUTION_{kind}")
    with past.opened(path) as trace:
        assert [event.type for event in trace.events()][1:] == [
            "tool.call", "tool.cancel_requested", "tool.result", "run.end",
        ]  # fmt: skip
        result = trace.event(4)
        assert (result.status, result.data["error"]) == (status, {"message": "no beds"})
        assert trace.event(5).status == status


def test_a_model_activity_is_an_llm_call(past: Past, path: Path) -> None:
    asked: Object = {"model_name": "m-1", "system_instructions": "be good", "input": "hi"}
    said: Object = {
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "hello"}]}],
        "usage": {"input_tokens": 5, "output_tokens": 2, "requests": 1},
    }
    kind: Object = {"name": "invoke_model_activity"}
    past.add("EVENT_TYPE_ACTIVITY_TASK_SCHEDULED", activityType=kind, input=payloads(asked))
    past.add("EVENT_TYPE_ACTIVITY_TASK_COMPLETED", scheduledEventId=2, result=payloads(said))
    with past.opened(path) as trace:
        call, result = trace.event(2), trace.event(3)
        assert (call.type, call.name, result.type) == ("llm.call", "m-1", "llm.result")
        assert call.data["messages"] == [
            {"role": "system", "content": "be good"},
            {"role": "user", "content": "hi"},
        ]
        assert result.data["output"] == "hello"
        state: Any = trace.state(3, "Trip")
        assert state["usage"] == {"input_tokens": 5, "output_tokens": 2}
        assert state["messages"][-1]["content"] == "hello"


def test_what_comes_from_outside_is_a_message(past: Past, path: Path) -> None:
    request: Object = {"meta": {"updateId": "u"}, "input": {"name": "ask", "args": payloads("hm")}}
    past.add("EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED", signalName="hurry", input=payloads("now"))
    past.add("EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED", acceptedRequest=request)
    past.add(
        "EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED", acceptedEventId="3",
        outcome={"success": payloads("ok")},
    )  # fmt: skip
    past.add("EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED", cause="impatience")
    past.add("EVENT_TYPE_MARKER_RECORDED", markerName="version", details={"x": payloads(1)})
    past.add("EVENT_TYPE_FROM_THE_FUTURE")
    with past.opened(path) as trace:
        events = list(trace.events())[1:]
        assert [(event.type, event.name) for event in events] == [
            ("message", "hurry"),
            ("message", "ask"),
            ("message", None),
            ("interrupt", "impatience"),
            ("marker", "version"),
            ("marker", "from_the_future"),
        ]
        assert [event.data.get("content") for event in events[:3]] == ["now", "hm", "ok"]
        assert [edge.seq for edge in trace.causes(4)] == [3]
        assert "1 event of no known type" in str(trace.facts(trace.runs[0].id)["fidelity"])


def test_timers_and_children_are_spans(past: Past, path: Path) -> None:
    past.add("EVENT_TYPE_TIMER_STARTED", timerId="t")
    past.add("EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED", workflowType={"name": "Sub"})
    past.add("EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED", initiatedEventId="3")
    past.add("EVENT_TYPE_TIMER_FIRED", timerId="t", startedEventId="2")
    past.add("EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED", initiatedEventId="3")
    past.add("EVENT_TYPE_ACTIVITY_TASK_COMPLETED", scheduledEventId="99")
    with past.opened(path) as trace:
        assert [(event.type, event.opening) for event in trace.events()][1:] == [
            ("timer", None), ("child_workflow", None), ("child_workflow.started", None),
            ("timer.end", 2), ("child_workflow.end", 3), ("tool.result", None),
        ]  # fmt: skip


def test_a_history_may_be_wrapped_cut_or_odd(past: Past, path: Path) -> None:
    past.events.append("odd")
    with past.opened(path, history={"events": past.events}) as trace:
        assert [event.type for event in trace.events()] == ["run.start", "marker"]
    past.events[-1:] = past.events[:1] * 3
    text = json.dumps({"events": past.events})
    path.write_text(text[: len(text) * 3 // 4])
    with formats.open(path) as trace:
        assert trace.last_seq >= 2
        assert "what precedes it was read" in trace.warnings[0]
    path.write_text('{"events": []}')
    with pytest.raises(TraceError, match="no events in it"):
        formats.open(path, format="temporal")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (payload({"a": 1}), {"a": 1}),
        (payloads(), []),
        (payloads(1, 2), [1, 2]),
        (payload(0, "binary/null"), None),
        (payload("x", "binary/encrypted"), {"$opaque": "binary/encrypted", "size": 3}),
        (payload("x", "binary/plain"), {"$ttd": "bytes", "base64": "Ingi"}),
        ({"metadata": {"encoding": "%%%"}}, {"metadata": {"encoding": "%%%"}}),
        ({"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "e29vcHM="}, "{oops"),
        ([{"fields": {"k": payload(5)}}], [{"fields": {"k": 5}}]),
    ],
)
def test_payloads_become_their_values(value: JSON, plain: JSON) -> None:
    assert decoded(value) == plain


@needs_shared
def test_the_customer_service_is_cancelled_at_the_end() -> None:
    with formats.open(REAL / "openai-agents-customer-service.json") as trace:
        assert trace.last_seq == 65
        end = trace.event(65)
        assert (end.type, end.status, end.source["event_id"]) == ("run.end", "cancelled", 65)
        assert trace.event(61).type == "interrupt"
        assert trace.warnings == ()
