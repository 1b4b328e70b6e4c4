from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    Model,
    ModelResponse,
    Runner,
    Usage,
    custom_span,
    function_tool,
    generation_span,
    response_span,
    set_trace_processors,
    trace,
)
from openai.types.responses import (
    Response,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)

import ttdebug
from tests.recorder.integrations.reading import Recorded
from ttdebug.recorder import Recorder
from ttdebug.recorder.integrations.openai_agents import TtdebugProcessor


@pytest.fixture
def rec(tmp_path: Path) -> Iterator[Recorder]:
    with ttdebug.record(tmp_path / "run.ttd") as rec:
        set_trace_processors([TtdebugProcessor(rec)])
        yield rec
        set_trace_processors([])


def finished(rec: Recorder) -> Recorded:
    rec.close()
    assert rec.stats.faults == 0, rec.stats.last_fault
    return Recorded(rec.path)


def says(text: str) -> ResponseOutputMessage:
    part = ResponseOutputText(annotations=[], text=text, type="output_text")
    return ResponseOutputMessage(
        id="m", content=[part], role="assistant", status="completed", type="message"
    )


def asks(name: str, arguments: str, call_id: str) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        arguments=arguments, call_id=call_id, name=name, type="function_call"
    )


class Scripted(Model):
    """Answers by the book, and traces itself as the models of the SDK do."""

    def __init__(self, *answers: list[Any], as_response: bool = False) -> None:
        self._answers = list(answers)
        self._as_response = as_response

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        asked = kwargs.get("input", args[1] if len(args) > 1 else None)
        output = self._answers.pop(0)
        usage = Usage(requests=1, input_tokens=5, output_tokens=2, total_tokens=7)
        if self._as_response:
            with response_span() as span:
                span.span_data.input = asked
                span.span_data.response = Response(
                    id="r", created_at=0, model="m-1", object="response", output=output,
                    parallel_tool_calls=False, tool_choice="auto", tools=[],
                    instructions="Be brief.",
                )  # fmt: skip
        else:
            said = asked if isinstance(asked, list) else [{"role": "user", "content": asked}]
            with generation_span(input=said, model="m-1") as made:
                made.span_data.output = [item.model_dump() for item in output]
                made.span_data.usage = {"input_tokens": 5, "output_tokens": 2}
        return ModelResponse(output=output, usage=usage, response_id=None)

    def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        raise NotImplementedError


@function_tool
def search(place: str) -> str:
    """Find a hotel."""
    return f"a hotel in {place}"


async def test_models_functions_and_the_conversation(rec: Recorder) -> None:
    two = [asks("search", '{"place": "Rome"}', "c1"), asks("search", '{"place": "Oslo"}', "c2")]
    model = Scripted(two, [says("Found two")])
    agent = Agent(name="booker", model=model, tools=[search])
    await Runner.run(agent, "Hotels?")
    with finished(rec) as found:
        kinds = [line.split()[0] for line in found.lines()]
        assert kinds[0] == "workflow"
        assert [kind for kind in kinds if kind in ("agent", "llm.call", "tool.call")] == [
            "agent", "llm.call", "tool.call", "tool.call", "llm.call",
        ]  # fmt: skip
        first, second = found.all("llm.call")
        assert first.data["messages"] == [{"role": "user", "content": "Hotels?"}]
        assert found.end(first).data["usage"] == {"input_tokens": 5, "output_tokens": 2}
        rome, oslo = found.all("tool.call")
        assert (rome.data["args"], rome.data["call_id"]) == ({"place": "Rome"}, "c1")
        assert (oslo.data["args"], oslo.data["call_id"]) == ({"place": "Oslo"}, "c2")
        assert found.causes(rome) == [("llm.result", "m-1", "asked for by this answer")]
        assert found.end(oslo).data["result"] == "a hotel in Oslo"
        assert len(found.causes(second)) == 2
        assert {rome.agent, first.agent} == {"booker"}
        state = found.state(found.end(second))
        assert isinstance(state, dict)
        assert len(state["messages"]) == 6  # type: ignore[arg-type]  # a list


async def test_responses_tell_at_their_end(rec: Recorder) -> None:
    agent = Agent(name="a", model=Scripted([says("Hello")], as_response=True))
    await Runner.run(agent, "Hi")
    with finished(rec) as found:
        answer = found.one("llm.result", "m-1")
        assert answer.data["output"] == "Hello"
        assert answer.data["messages"] == [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi"},
        ]


async def test_handoffs_lead_to_the_next_agent(rec: Recorder) -> None:
    booker = Agent(name="booker", model=Scripted([says("Booked")]))
    move = [asks("transfer_to_booker", "{}", "h1")]
    planner = Agent(name="planner", model=Scripted(move), handoffs=[booker])
    await Runner.run(planner, "Go")
    with finished(rec) as found:
        handoff = found.one("handoff")
        assert (handoff.agent, found.end(handoff).name) == ("planner", "booker")
        assert found.causes(found.one("agent", "booker")) == [
            ("handoff.end", "booker", "handed over to this agent")
        ]


async def test_guardrails_errors_and_states(rec: Recorder) -> None:
    async def forbid(*_: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=True)

    guard = InputGuardrail(guardrail_function=forbid, name="no")
    agent = Agent(name="a", model=Scripted([says("Hello")]), input_guardrails=[guard])
    with trace("mine", group_id="g"):
        with pytest.raises(InputGuardrailTripwireTriggered):
            await Runner.run(agent, "Hi")
        with custom_span("state", {"state": {"step": 1}}):
            pass
    with finished(rec) as found:
        assert found.one("workflow", "mine").data == {"group_id": "g"}
        check = found.one("guardrail", "no")
        assert found.end(check).status == "error"
        assert found.states("context", "step") == [1]


async def test_a_fault_of_ours_never_reaches_the_agent(tmp_path: Path) -> None:
    rec = ttdebug.record(tmp_path / "missing" / "x.ttd")
    set_trace_processors([TtdebugProcessor(rec)])
    result = await Runner.run(Agent(name="a", model=Scripted([says("Hello")])), "Hi")
    set_trace_processors([])
    assert result.final_output == "Hello"
    assert rec.stats.faults
