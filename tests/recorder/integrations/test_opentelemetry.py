from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, StatusCode, Tracer
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.instrumented import InstrumentationSettings

import ttdebug
from tests.recorder.integrations.reading import Recorded
from ttdebug.recorder import Recorder
from ttdebug.recorder.integrations.opentelemetry import TtdebugProcessor
from ttdebug.store.trace import Trace


@pytest.fixture
def rec(tmp_path: Path) -> Iterator[Recorder]:
    with ttdebug.record(tmp_path / "run.ttd") as rec:
        yield rec


@pytest.fixture
def provider(rec: Recorder) -> TracerProvider:
    provider = TracerProvider()
    provider.add_span_processor(TtdebugProcessor(rec))
    return provider


@pytest.fixture
def tracer(provider: TracerProvider) -> Tracer:
    return provider.get_tracer("test")


def finished(rec: Recorder) -> Recorded:
    rec.close()
    assert rec.stats.faults == 0, rec.stats.last_fault
    return Recorded(rec.path)


def scripted(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    if len(messages) == 1:
        call = ToolCallPart("search", {"place": "Rome"}, tool_call_id="c1")
        return ModelResponse(parts=[TextPart("Let me look"), call])
    return ModelResponse(parts=[TextPart("Found one")])


async def test_pydantic_ai(rec: Recorder, provider: TracerProvider) -> None:
    agent = Agent(FunctionModel(scripted, model_name="m"), name="booker", instructions="Be brief.")

    @agent.tool_plain
    def search(place: str) -> str:
        rec.event("decision", "inside")
        return f"a hotel in {place}"

    Agent.instrument_all(InstrumentationSettings(tracer_provider=provider))
    try:
        assert (await agent.run("A hotel?")).output == "Found one"
    finally:
        Agent.instrument_all(False)
    with finished(rec) as found:
        assert found.lines() == [
            "agent invoke_agent booker",
            "  llm.call m",
            "  tool.call search",
            "    decision inside",
            "  llm.call m",
        ]
        first, second = found.all("llm.call")
        answer = found.end(first)
        assert answer.data["output"] == "Let me look"
        assert answer.data["messages"] == [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "A hotel?"},
        ]
        call = found.one("tool.call")
        assert (call.data["args"], call.data["call_id"]) == ({"place": "Rome"}, "c1")
        assert found.causes(call) == [("llm.result", "m", "asked for by this answer")]
        assert found.end(call).data["result"] == "a hotel in Rome"
        told = found.causes(found.end(second))
        assert told == [("tool.result", "search", "result given to this call")]
        assert {call.agent, first.agent, found[2].agent} == {"booker"}
        state = found.state(found.end(second))
        assert isinstance(state, dict)
        assert [message["role"] for message in state["messages"]] == [  # type: ignore[index, union-attr, call-overload]
            "system", "user", "assistant", "tool", "assistant",
        ]  # fmt: skip
        assert found.states("booker", "usage")[-1] != found.states("booker", "usage")[0]


def test_openinference_and_what_is_known_only_at_the_end(rec: Recorder, tracer: Tracer) -> None:
    kind = "openinference.span.kind"
    with tracer.start_as_current_span("plan", attributes={kind: "AGENT", "agent.name": "planner"}):
        with tracer.start_as_current_span("ask", attributes={kind: "LLM"}) as span:
            span.set_attribute("llm.model_name", "m-1")
            span.set_attribute("llm.input_messages.0.message.role", "user")
            span.set_attribute("llm.input_messages.0.message.content", "hi")
            span.set_attribute("output.value", "ho")
            span.set_attribute("llm.token_count.prompt", 4)
        given = {kind: "TOOL", "tool.name": "look", "input.value": json.dumps({"at": 1})}
        with tracer.start_as_current_span("look", attributes=given) as span:
            span.set_attribute("output.value", "seen")
    with finished(rec) as found:
        assert found.lines() == ["agent plan", "  llm.call", "  tool.call look"]
        answer = found.one("llm.result", "m-1")
        assert (answer.data["output"], answer.agent) == ("ho", "planner")
        assert answer.data["messages"] == [{"role": "user", "content": "hi"}]
        assert answer.data["usage"] == {"input_tokens": 4}
        assert found.one("tool.call").data["args"] == {"at": 1}
        assert found.one("tool.result").data["result"] == "seen"


def test_errors_events_and_links(rec: Recorder, tracer: Tracer) -> None:
    with tracer.start_as_current_span("first") as first:
        first.add_event("progress", {"done": 3})
    link = Link(first.get_span_context())
    with (
        pytest.raises(ValueError, match="wrong"),
        tracer.start_as_current_span("second", links=[link]),
    ):
        raise ValueError("wrong")
    with finished(rec) as found:
        second = found.one("span", "second")
        assert found.causes(second) == [("span.end", "first", "linked span")]
        assert found.end(second).status == "error"
        error = found.one("error")
        assert (error.name, error.data["message"], error.parent) == (
            "ValueError", "wrong", second.seq,
        )  # fmt: skip
        progress = found.one("event", "progress")
        assert progress.data == {"attributes": {"done": 3}}
        assert progress.parent == found.one("span", "first").seq


def test_events_stand_where_they_happen(rec: Recorder, tracer: Tracer) -> None:
    with tracer.start_as_current_span("outer") as outer:
        outer.add_event("progress", {"done": 1}, timestamp=5)
        outer.add_event("progress", {"done": 2}, timestamp=5)
        with tracer.start_as_current_span("inner"):
            pass
        outer.record_exception(ValueError("caught"))
        rec.note("after")
    outer.add_event("too late")
    with finished(rec) as found:
        assert [event.name or event.type for event in found.events[1:-1]] == [
            "outer", "progress", "progress", "inner", "inner", "ValueError", "note", "outer",
        ]  # fmt: skip
        assert {event.parent for event in found.all("event")} == {found.one("span", "outer").seq}


def test_what_the_recorder_is_told_inside_is_of_the_agent_there(
    rec: Recorder, tracer: Tracer
) -> None:
    given = {"openinference.span.kind": "AGENT", "agent.name": "planner"}
    span = tracer.start_span("plan", attributes=given)
    step = rec.span("step")
    with step:
        rec.event("inside")
        rec.agent("critic").event("other")
        rec.snapshot({"n": 1})
        span.end()
    rec.event("after")
    with finished(rec) as found:
        agents = {event.type: event.agent for event in found.events}
        assert {agents[word] for word in ("agent", "step", "step.end", "inside")} == {"planner"}
        assert {agents[word] for word in ("after", "state", "run.end")} == {"agent"}
        assert agents["other"] == "critic"


def test_spans_open_at_once_and_nest_in_our_own(rec: Recorder, tracer: Tracer) -> None:
    with rec.span("step", "ours") as step:
        span = tracer.start_span("theirs")
        with Trace.open(rec.path) as trace:
            opened = list(trace.events())[-1]
        assert (opened.name, opened.parent, opened.closing) == ("theirs", step.seq, None)
        span.set_status(StatusCode.OK)
        span.end()
    rec.event("after")
    with finished(rec) as found:
        assert found.one("after").parent is None


def test_a_fault_of_ours_never_reaches_the_agent(tmp_path: Path) -> None:
    rec = ttdebug.record(tmp_path / "missing" / "x.ttd")
    provider = TracerProvider()
    provider.add_span_processor(TtdebugProcessor(rec))
    with provider.get_tracer("test").start_as_current_span("span") as span:
        span.set_attribute("key", "value")
    assert rec.stats.faults == 2
