"""What spans of agents mean, in the words of many makers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.spans_written import START, events, export, span, written
from ttdebug.genai.attributes import Attributes, nested
from ttdebug.genai.messages import messages

ASKED = {"role": "user", "content": "hi"}
CALL = {"id": "c1", "name": "add", "args": {"n": 1}}
ANSWER = {"role": "assistant", "content": "well", "tool_calls": [CALL]}
RESULT = {"role": "tool", "content": "2", "call_id": "c1", "name": "add"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("hi", [ASKED]),
        (["hi"], [ASKED]),
        ([ASKED], [ASKED]),
        ({"messages": [ASKED]}, [ASKED]),
        (json.dumps([ASKED]), [ASKED]),
        (json.dumps(json.dumps([ASKED])), [ASKED]),
        ([{"role": "user", "parts": [{"type": "text", "content": "hi"}]}], [ASKED]),
        ([{"role": "user", "parts": [{"text": "hi"}]}], [ASKED]),
        ([{"message.role": "user", "message.content": "hi"}], [ASKED]),
        ([{"message": ASKED}], [ASKED]),
        ([{"type": "human", "data": {"content": "hi"}}], [ASKED]),
        ([[{"lc": 1, "id": ["x", "HumanMessage"], "kwargs": {"content": "hi"}}]], [ASKED]),
        ([{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}], [ASKED]),
        (
            [{"role": "assistant", "parts": [
                {"type": "text", "content": "well"},
                {"type": "tool_call", "id": "c1", "name": "add", "arguments": {"n": 1}}]}],
            [ANSWER],
        ),
        (
            [{"role": "assistant", "content": "well", "tool_calls": [
                {"id": "c1", "type": "function",
                 "function": {"name": "add", "arguments": '{"n": 1}'}}]}],
            [ANSWER],
        ),
        (
            [{"message.role": "assistant", "message.content": "well", "message.tool_calls": [
                {"tool_call.id": "c1", "tool_call.function.name": "add",
                 "tool_call.function.arguments": '{"n": 1}'}]}],
            [ANSWER],
        ),
        (
            [{"role": "assistant", "content": [
                {"type": "text", "text": "well"},
                {"type": "tool_use", "id": "c1", "name": "add", "input": {"n": 1}}]}],
            [ANSWER],
        ),
        (
            [{"role": "model", "parts": [
                {"text": "well"},
                {"function_call": {"id": "c1", "name": "add", "args": {"n": 1}}}]}],
            [ANSWER],
        ),
        (
            [{"role": "assistant", "content": [
                {"type": "text", "text": "well"},
                {"type": "tool-call", "toolCallId": "c1", "toolName": "add", "args": {"n": 1}}]}],
            [ANSWER],
        ),
        (
            [{"role": "user", "parts": [
                {"type": "tool_call_response", "id": "c1", "name": "add", "response": "2"}]}],
            [RESULT],
        ),
        ([{"role": "tool", "content": "2", "tool_call_id": "c1", "name": "add"}], [RESULT]),
        (
            [{"type": "function_call_output", "call_id": "c1", "name": "add", "output": "2"}],
            [RESULT],
        ),
        (
            [{"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "c1", "name": "add",
                 "content": [{"type": "text", "text": "2"}]}]}],
            [RESULT],
        ),
        (
            [{"role": "user", "parts": [
                {"function_response": {"id": "c1", "name": "add", "response": "2"}}]}],
            [RESULT],
        ),
        (
            [{"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}]}],
            [{"role": "assistant", "content": "", "thinking": "hm"}],
        ),
        ({"prompt": "hi"}, [{"role": "user", "content": [{"prompt": "hi"}]}]),
        ([{"tool.name": "add", "tool.args": '{"n": 1}'}],
         [{"role": "assistant", "content": "", "tool_calls": [{**CALL, "id": None}]}]),
        (None, []),
        ([], []),
        (7, [{"role": "user", "content": 7}]),
    ],
)  # fmt: skip
def test_messages_of_every_maker_are_alike(value: Any, expected: Any) -> None:
    assert messages(value) == expected


def test_media_are_summed_up() -> None:
    image: Any = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": "A" * 99},
    }
    (found,) = messages([{"role": "user", "content": [{"type": "text", "text": "see"}, image]}])
    content: Any = found["content"]
    assert content[0] == "see"
    assert content[1]["source"]["data"].startswith("[99 characters of base64")


def test_numbered_names_become_lists() -> None:
    flat = {"a.0.b": 1, "a.2.b.0": "x", "a.2.b.1": "y", "c": 2, "c.0": 3, "d.1.0": 4}
    assert nested(flat) == {  # type: ignore[arg-type]  # ints are JSON
        "a": [{"b": 1}, {"b": ["x", "y"]}],
        "c": 2,
        "c.0": 3,
        "d": [{"0": 4}],
    }
    assert Attributes({"n": "12", "x": "no"}).number("x", "n") == 12


OUT = "llm__output_messages__0__message"
AGENT: dict[str, Any] = {
    "gen_ai__operation__name": "invoke_agent",
    "gen_ai__agent__name": "planner",
}
ASK: dict[str, dict[str, Any]] = {
    "semantic conventions": {
        "gen_ai__operation__name": "chat",
        "gen_ai__request__model": "m",
        "gen_ai__system_instructions": json.dumps([{"type": "text", "content": "be brief"}]),
        "gen_ai__input__messages": json.dumps([ASKED]),
        "gen_ai__output__messages": json.dumps([ANSWER]),
        "gen_ai__usage__input_tokens": 7,
        "gen_ai__usage__output_tokens": 2,
        "gen_ai__usage__cost": 0.5,
    },
    "openinference": {
        "openinference__span__kind": "LLM",
        "llm__model_name": "m",
        "llm__input_messages__0__message__role": "system",
        "llm__input_messages__0__message__content": "be brief",
        "llm__input_messages__1__message__role": "user",
        "llm__input_messages__1__message__content": "hi",
        "llm__output_messages__0__message__role": "assistant",
        "llm__output_messages__0__message__content": "well",
        f"{OUT}__tool_calls__0__tool_call__id": "c1",
        f"{OUT}__tool_calls__0__tool_call__function__name": "add",
        f"{OUT}__tool_calls__0__tool_call__function__arguments": '{"n": 1}',
        "llm__token_count__prompt": 7,
        "llm__token_count__completion": 2,
        "llm__cost__prompt": 0.25,
        "llm__cost__completion": 0.25,
    },
    "openllmetry": {
        "llm__request__type": "chat",
        "gen_ai__request__model": "m",
        "gen_ai__prompt__0__role": "system",
        "gen_ai__prompt__0__content": "be brief",
        "gen_ai__prompt__1__role": "user",
        "gen_ai__prompt__1__content": "hi",
        "gen_ai__completion__0__role": "assistant",
        "gen_ai__completion__0__content": "well",
        "gen_ai__completion__0__tool_calls__0__id": "c1",
        "gen_ai__completion__0__tool_calls__0__name": "add",
        "gen_ai__completion__0__tool_calls__0__arguments": '{"n": 1}',
        "gen_ai__usage__prompt_tokens": "7",
        "gen_ai__usage__completion_tokens": "2",
        "gen_ai__usage__total_cost": 0.5,
    },
    "adk": {
        "gen_ai__operation__name": "call_llm",
        "gen_ai__request__model": "m",
        "gcp__vertex__agent__llm_request": json.dumps(
            {"config": {"system_instruction": "be brief"},
             "contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
        ),
        "gcp__vertex__agent__llm_response": json.dumps(
            {"content": {"role": "model", "parts": [
                {"text": "well"},
                {"function_call": {"id": "c1", "name": "add", "args": {"n": 1}}}]}}
        ),
        "gen_ai__usage__input_tokens": 7,
        "gen_ai__usage__output_tokens": 2,
        "gen_ai__usage__cost": 0.5,
    },
    "vercel": {
        "ai__operationId": "ai.generateText.doGenerate",
        "ai__model__id": "m",
        "ai__prompt__messages": json.dumps([{"role": "system", "content": "be brief"}, ASKED]),
        "ai__response__text": "well",
        "ai__response__toolCalls": json.dumps(
            [{"toolCallId": "c1", "toolName": "add", "args": '{"n": 1}'}]
        ),
        "ai__usage__promptTokens": 7,
        "ai__usage__completionTokens": 2,
        "gen_ai__usage__cost": 0.5,
    },
}  # fmt: skip
DO: dict[str, dict[str, Any]] = {
    "semantic conventions": {
        "gen_ai__operation__name": "execute_tool",
        "gen_ai__tool__name": "add",
        "gen_ai__tool__call__id": "c1",
        "gen_ai__tool__call__arguments": '{"n": 1}',
        "gen_ai__tool__call__result": '{"state": {"n": 2}}',
    },
    "openinference": {
        "openinference__span__kind": "TOOL",
        "tool__name": "add",
        "tool_call__id": "c1",
        "input__value": '{"n": 1}',
        "output__value": json.dumps(
            {"type": "tool", "data": {"content": '{"state": {"n": 2}}', "tool_call_id": "c1"}}
        ),
    },
    "openllmetry": {
        "traceloop__span__kind": "tool",
        "traceloop__entity__name": "add",
        "gen_ai__tool__call__id": "c1",
        "traceloop__entity__input": '{"n": 1}',
        "traceloop__entity__output": '{"state": {"n": 2}}',
    },
    "adk": {
        "gen_ai__operation__name": "execute_tool",
        "gen_ai__tool__name": "add",
        "gen_ai__tool__call__id": "c1",
        "gcp__vertex__agent__tool_call_args": '{"n": 1}',
        "gcp__vertex__agent__tool_response": '{"state": {"n": 2}}',
    },
    "vercel": {
        "ai__operationId": "ai.toolCall",
        "ai__toolCall__name": "add",
        "ai__toolCall__id": "c1",
        "ai__toolCall__args": '{"n": 1}',
        "ai__toolCall__result": '{"state": {"n": 2}}',
    },
}


@pytest.mark.parametrize("maker", ASK)
def test_calls_of_every_maker_are_alike(tmp_path: Path, maker: str) -> None:
    trace_of = export(
        span(1, "run", 0, 9, **AGENT),
        span(2, "model", 1, 2, parent=1, **ASK[maker]),
        span(3, "tool", 3, 4, parent=1, **DO[maker]),
    )
    with written(tmp_path / "trace.jsonl", trace_of) as trace:
        asked, answered = events(trace, "llm.call", "llm.result")
        assert asked.data["messages"] == [{"role": "system", "content": "be brief"}, ASKED]
        assert (asked.name, asked.agent) == ("m", "planner")
        assert (answered.data["output"], answered.data["tool_calls"]) == ("well", [CALL])
        assert answered.data["usage"] == {"input_tokens": 7, "output_tokens": 2}
        assert answered.data["cost_usd"] == 0.5
        called, returned = events(trace, "tool.call", "tool.result")
        assert (called.name, called.data["args"], called.data["call_id"]) == ("add", {"n": 1}, "c1")
        assert returned.data["result"] == {"state": {"n": 2}}
        causes = [(edge.seq, edge.kind) for edge in trace.causes(called.seq)]
        assert causes == [(answered.seq, "recorded")]
        assert trace.state(returned.seq, "planner") == {
            "messages": [
                {"role": "system", "content": "be brief"},
                ASKED,
                {
                    "role": "assistant",
                    "content": "well",
                    "tool_calls": [{"id": "c1", "name": "add"}],
                },
            ],
            "usage": {"input_tokens": 7, "output_tokens": 2, "cost_usd": 0.5},
            "config": {"model": "m"},
            "n": 2,
        }
        assert "derived: state (messages given to models" in trace.runs[0].fidelity


def test_messages_may_be_events(tmp_path: Path) -> None:
    call = span(1, "chat m", 0, 9, gen_ai__operation__name="chat", gen_ai__request__model="m")
    said: list[tuple[str, dict[str, Any]]] = [
        ("gen_ai.system.message", {"content": "be brief"}),
        ("gen_ai.user.message", {"content": "hi"}),
        ("gen_ai.choice", {"message": json.dumps({"content": "well"}), "index": 0}),
        ("cache.hit", {"key": "k"}),
    ]
    call["events"] = [
        {
            "name": name,
            "timeUnixNano": START,
            "attributes": [{"key": k, "value": {"stringValue": str(v)}} for k, v in fields.items()],
        }
        for name, fields in said
    ]
    with written(tmp_path / "trace.jsonl", export(call)) as trace:
        _, asked, hit, answered = trace.events()
        assert asked.data["messages"] == [{"role": "system", "content": "be brief"}, ASKED]
        assert answered.data["output"] == "well"
        assert (hit.type, hit.name) == ("event", "cache.hit")
        assert hit.parent == asked.seq


def test_a_call_seen_twice_counts_once(tmp_path: Path) -> None:
    ask = ASK["semantic conventions"]
    trace_of = export(
        span(1, "run", 0, 9, **AGENT),
        span(2, "outer", 1, 8, parent=1, **ask),
        span(3, "inner", 2, 3, parent=2, **ask),
        span(4, "tool", 4, 7, parent=2, **DO["semantic conventions"]),
        span(5, "model of the tool", 5, 6, parent=4, **ask),
    )
    with written(tmp_path / "trace.jsonl", trace_of) as trace:
        state: Any = trace.state(trace.last_seq, "planner")
        assert state["usage"]["input_tokens"] == 14


def test_a_tool_without_an_id_follows_who_asked_for_it(tmp_path: Path) -> None:
    nameless = {k: v for k, v in DO["semantic conventions"].items() if not k.endswith("id")}
    ask = ASK["semantic conventions"]
    with written(
        tmp_path / "trace.jsonl", export(span(1, "m", 1, 2, **ask), span(2, "t", 3, 4, **nameless))
    ) as trace:
        (called,) = events(trace, "tool.call")
        (edge,) = trace.causes(called.seq)
        assert (edge.seq, edge.kind) == (3, "inferred")


def test_errors_and_interrupts_inside_spans(tmp_path: Path) -> None:
    failed = span(1, "add", 0, 1, gen_ai__operation__name="execute_tool", gen_ai__tool__name="add")
    failed["status"] = {"code": 2}
    failed["events"] = [
        {
            "name": "exception",
            "timeUnixNano": START,
            "attributes": [
                {"key": "exception.type", "value": {"stringValue": kind}},
                {"key": "exception.message", "value": {"stringValue": "too late"}},
            ],
        }
        for kind in ("TimeoutError", "langgraph.errors.GraphInterrupt")
    ]
    with written(tmp_path / "trace.jsonl", export(failed)) as trace:
        _, _, error, interrupt, result = trace.events()
        assert (error.type, error.name, error.status) == ("error", "TimeoutError", "error")
        assert error.data == {"message": "too late"}
        assert interrupt.type == "interrupt"
        assert (result.status, result.data["error"]) == ("error", "too late")
        assert "result" not in result.data


def graph_span(
    number: int, name: str, at: int, node: str | None, given: Any, returned: Any, **more: Any
) -> dict[str, Any]:
    """A span as OpenInference records one of LangGraph."""
    metadata: dict[str, Any] = {"ls_integration": "langgraph", **more}
    if node is not None:
        metadata |= {"langgraph_node": node, "langgraph_path": ["__pregel_pull", node]}
    return span(
        number, name, at, at + 1 if number > 1 else 99, parent=0 if number == 1 else 1,
        openinference__span__kind="CHAIN", metadata=json.dumps(metadata),
        input__value=json.dumps(given), output__value=json.dumps(returned),
    )  # fmt: skip


def test_a_graph_shares_one_state_among_its_nodes(tmp_path: Path) -> None:
    spans = [
        graph_span(1, "LangGraph", 0, None, {"n": 0}, {"n": 2, "done": True}),
        graph_span(2, "plan", 1, "plan", {"n": 0}, {"n": 1}),
        graph_span(3, "act", 3, "act", {"n": 1}, {"n": None}),
        graph_span(4, "sent", 5, "sent", {"city": "LIS"}, {}, langgraph_path=["__pregel_push", 0]),
    ]
    spans[3] = graph_span(4, "sent", 5, "sent", {"city": "LIS"}, {})
    spans[3]["attributes"] = json.loads(
        json.dumps(spans[3]["attributes"]).replace("__pregel_pull", "__pregel_push")
    )
    with written(tmp_path / "trace.jsonl", export(*spans)) as trace:
        assert {event.agent for event in events(trace, "node", "chain")} == {"root"}
        _, plan, act, sent = events(trace, "chain", "node")
        assert trace.state(act.seq, "root") == {"n": 1}
        assert (act.changes.changed, sent.changes.changed) == (1, 0)
        assert sent.data["input"] == {"city": "LIS"}
        causes = [(edge.seq, edge.kind) for edge in trace.causes(act.seq)]
        assert causes == [(plan.seq + 1, "inferred")]
        assert trace.state(trace.last_seq, "root") == {"n": 2, "done": True}
        assert "recorded: state" in trace.runs[0].fidelity


def test_a_state_may_be_an_attribute(tmp_path: Path) -> None:
    spans = [
        span(1, "a", 0, 1, agent__state='{"mood": "calm"}', agent__name="actor"),
        span(2, "b", 2, 3, agent__state='{"mood": "angry"}', agent__name="actor"),
    ]
    with written(tmp_path / "trace.jsonl", export(*spans)) as trace:
        assert trace.state(3, "actor") == {"mood": "calm"}
        assert trace.state(5, "actor") == {"mood": "angry"}
        assert events(trace)[4].changes.changed == 1
