"""Model calls and tool calls: what went in, what came out, and what it cost."""

from __future__ import annotations

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.genai.attributes import Attributes, unwrapped
from ttdebug.genai.messages import answered_ids, asked_for, instructions, messages
from ttdebug.genai.otel import OtelEvent, OtelSpan
from ttdebug.genai.records import EventSpec, Take
from ttdebug.model import JSON, Object

_MODELS = ("gen_ai.request.model", "gen_ai.response.model", "llm.model_name", "ai.model.id",
           "langfuse.observation.model.name", "mlflow.llm.model", "model_name")  # fmt: skip
_IN = ("gen_ai.input.messages", "llm.input_messages", "gen_ai.prompt", "ai.prompt.messages",
       "ai.prompt", "gen_ai.input", "langfuse.observation.input", "mlflow.spanInputs",
       "traceloop.entity.input", "agentops.entity.input", "input.value", "llm.prompts",
       "input")  # fmt: skip
_OUT = ("gen_ai.output.messages", "llm.output_messages", "gen_ai.completion", "gen_ai.output",
        "langfuse.observation.output", "mlflow.spanOutputs", "traceloop.entity.output",
        "agentops.entity.output", "output.value", "output")  # fmt: skip
_USAGE = {
    "input_tokens": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens",
                     "llm.token_count.prompt", "llm.usage.prompt_tokens", "ai.usage.promptTokens",
                     "ai.usage.inputTokens"),
    "output_tokens": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens",
                      "llm.token_count.completion", "llm.usage.completion_tokens",
                      "ai.usage.completionTokens", "ai.usage.outputTokens"),
    "total_tokens": ("gen_ai.usage.total_tokens", "llm.usage.total_tokens",
                     "llm.token_count.total", "ai.usage.totalTokens"),
    "cache_read_input_tokens": ("gen_ai.usage.cache_read.input_tokens",
                                "gen_ai.usage.cache_read_input_tokens",
                                "llm.token_count.prompt_details.cache_read",
                                "ai.usage.cachedInputTokens"),
    "cache_creation_input_tokens": ("gen_ai.usage.cache_creation.input_tokens",
                                    "gen_ai.usage.cache_creation_input_tokens",
                                    "llm.token_count.prompt_details.cache_write"),
    "reasoning_tokens": ("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens",
                         "llm.usage.reasoning_tokens", "ai.usage.reasoningTokens",
                         "llm.token_count.completion_details.reasoning"),
}  # fmt: skip
_COST = ("gen_ai.usage.cost", "llm.cost.total", "operation.cost", "gen_ai.usage.total_cost",
         "gen_ai.cost.total_cost")  # fmt: skip
_HALVES = (("gen_ai.usage.input_cost", "gen_ai.usage.output_cost"),
           ("llm.cost.prompt", "llm.cost.completion"))  # fmt: skip
_ARGS = ("gen_ai.tool.call.arguments", "gen_ai.tool.args", "gcp.vertex.agent.tool_call_args",
         "tool_arguments", "ai.toolCall.args", "langfuse.observation.input", "mlflow.spanInputs",
         "traceloop.entity.input", "agentops.entity.input", "input.value", "tool.parameters",
         "input")  # fmt: skip
_RESULT = ("gen_ai.tool.call.result", "gcp.vertex.agent.tool_response", "tool_response",
           "ai.toolCall.result", "gen_ai.output", "langfuse.observation.output",
           "mlflow.spanOutputs", "traceloop.entity.output", "agentops.entity.output",
           "output.value", "output")  # fmt: skip
_TOOL_NAMES = ("gen_ai.tool.name", "tool.name", "ai.toolCall.name", "traceloop.entity.name")
_CALL_IDS = ("gen_ai.tool.call.id", "tool_call.id", "ai.toolCall.id")


def model(
    span: OtelSpan, found: Attributes, inside: list[OtelEvent]
) -> tuple[EventSpec, EventSpec]:
    """A call of a model; events that are its messages leave `inside`."""
    name = found.text(*_MODELS) or _named_by(span, found)
    asked, answered = _adk(found)
    asked = asked or messages(found.take(*_IN)) or _said(inside, found)
    asked = _with_system(asked, instructions(found.take("gen_ai.system_instructions")))
    answered = answered or messages(found.take(*_OUT), "assistant") or _chosen(inside)
    answered = answered or _vercel(found)
    opens, closes = model_call(name, asked), model_result(name, answered)
    data = closes.data
    usage = _usage(found)
    if usage:
        data["usage"] = usage
    if (cost := _cost(found)) is not None:
        data["cost_usd"] = cost
    reasons = found.value("gen_ai.response.finish_reasons", "ai.response.finishReason")
    if reasons is not None:
        data["finish_reasons"] = reasons
    return opens, closes


def _named_by(span: OtelSpan, found: Attributes) -> str | None:
    """The model in the name of its span, which is `chat MODEL` or so by convention."""
    operation = found.text("gen_ai.operation.name")
    if operation is None or not span.name.startswith(f"{operation} "):
        return None
    return span.name.removeprefix(operation).strip() or None


def model_call(name: str | None, asked: list[Object]) -> EventSpec:
    """A model is called with messages; the results of tools among them led to it."""
    opens = EventSpec("llm.call", name, {"messages": list(asked)} if asked else {})
    opens.takes = tuple(_result_taken(id_) for id_ in answered_ids(asked))
    return opens


def model_result(name: str | None, answered: list[Object]) -> EventSpec:
    """A model answered; the tools it asked for are called because of it."""
    closes = EventSpec("llm.result", name, _answer(answered))
    closes.gives = tuple(f"call {known}" for known in asked_for(answered))
    return closes


def _with_system(asked: list[Object], system: list[Object]) -> list[Object]:
    """The system prompt goes first, unless it is among the messages."""
    if asked and asked[0].get("role") == "system":
        return asked
    return system + asked


def _answer(answered: list[Object]) -> Object:
    """What a model said, as data of its result; other choices than the first beside it."""
    if not answered:
        return {}
    first = answered[0]
    data: Object = {"output": first.get("content")}
    for key in ("thinking", "tool_calls"):
        if key in first:
            data[key] = first[key]
    if len(answered) > 1:
        data["choices"] = list(answered)
    return data


def _adk(found: Attributes) -> tuple[list[Object], list[Object]]:
    """Google ADK's request and response."""
    request = unwrapped(found.see("gcp.vertex.agent.llm_request"))
    response = unwrapped(found.see("gcp.vertex.agent.llm_response"))
    asked: list[Object] = []
    if isinstance(request, dict) and request.get("contents"):
        found.take("gcp.vertex.agent.llm_request")
        system = instructions(object_of(request, "config").get("system_instruction"))
        asked = _with_system(messages(request["contents"]), system)
    answered: list[Object] = []
    if isinstance(response, dict) and isinstance(response.get("content"), dict):
        found.take("gcp.vertex.agent.llm_response")
        answered = messages([response["content"]], "assistant")
    return asked, answered


def _vercel(found: Attributes) -> list[Object]:
    """The Vercel AI SDK's answer: text and calls apart."""
    text, asked = found.take("ai.response.text"), found.value("ai.response.toolCalls")
    if text is None and not asked:
        return []
    calls = [{**call, "type": "tool-call"} for call in objects_in(asked)]
    return messages([{"role": "assistant", "content": [text, *calls]}], "assistant")


def _said(inside: list[OtelEvent], found: Attributes) -> list[Object]:
    """Messages recorded as events of the span, or as a list of such events."""
    said: list[Object] = []
    for event in list(inside):
        name = event.name
        if name.startswith("gen_ai.") and name.endswith(".message"):
            role = name.removeprefix("gen_ai.").removesuffix(".message")
            said += _event_messages(event.attributes, role)
            inside.remove(event)
        elif name == "gen_ai.content.prompt":
            said += messages(event.attributes.get("gen_ai.prompt"))
            inside.remove(event)
    for item in objects_in(unwrapped(found.see("events"))):
        name = text_of(item, "event.name") or ""
        if name.endswith(".message"):
            said += _event_messages(item, name.removeprefix("gen_ai.").removesuffix(".message"))
    return said


def _event_messages(attributes: Object, role: str) -> list[Object]:
    fields = {key: unwrapped(value) for key, value in _body(attributes).items()}
    return messages([{"role": role, **fields}], role)


def _body(attributes: Object) -> Object:
    """What an event says: an object in one of its attributes, or the attributes themselves."""
    body = unwrapped(attributes.get("body", attributes.get("gen_ai.event.content")))
    return body if isinstance(body, dict) else attributes


def _chosen(inside: list[OtelEvent]) -> list[Object]:
    """Answers recorded as events of the span."""
    chosen: list[Object] = []
    for event in list(inside):
        if event.name == "gen_ai.choice":
            body = _body(event.attributes)
            message = unwrapped(body.get("message"))
            fields = message if isinstance(message, dict) else body
            chosen += messages([{"role": "assistant", **fields}], "assistant")
            inside.remove(event)
        elif event.name == "gen_ai.content.completion":
            chosen += messages(event.attributes.get("gen_ai.completion"), "assistant")
            inside.remove(event)
    return chosen


def _usage(found: Attributes) -> Object:
    usage: Object = {}
    for word, keys in _USAGE.items():
        if (count := found.number(*keys)) is not None:
            usage[word] = count
    return usage


def _cost(found: Attributes) -> int | float | None:
    total = found.number(*_COST)
    for half, other in _HALVES:
        first, second = found.number(half), found.number(other)
        if total is None and (first is not None or second is not None):
            total = (first or 0) + (second or 0)
    return total


def tool(span: OtelSpan, found: Attributes) -> tuple[EventSpec, EventSpec]:
    """A call of a tool and its result."""
    name = found.text(*_TOOL_NAMES) or span.name.removeprefix("execute_tool").strip() or span.name
    args = found.value(*_ARGS)
    result = found.value(*_RESULT)
    given_id = found.text(*_CALL_IDS)
    result, known_id = _opened(result)
    call_id = given_id or known_id
    opens, closes = tool_call(name, args, call_id), tool_result(name, call_id)
    if result is not None or span.status != "error":
        closes.data["result"] = result
    return opens, closes


def tool_call(name: str, args: JSON, call_id: str | None) -> EventSpec:
    """A tool is called, because a model asked for it."""
    opens = EventSpec("tool.call", name, {"args": {} if args is None else args, "call_id": call_id})
    if call_id is not None:
        opens.takes = (Take(f"call {call_id}", "asked for by this answer"),)
    else:
        opens.takes = (Take(f"call {name}", "the latest answer that asked for it", "inferred"),)
    return opens


def tool_result(name: str, call_id: str | None) -> EventSpec:
    """What a tool returned is still to be added to the data."""
    closes = EventSpec("tool.result", name, {"call_id": call_id})
    if call_id is not None:
        closes.gives = (f"result {call_id}",)
    return closes


def _result_taken(call_id: str) -> Take:
    return Take(f"result {call_id}", "result given to this call", once=True)


def _opened(result: JSON) -> tuple[JSON, str | None]:
    """The content of a LangChain tool message and its call's id; other results as they are."""
    if not isinstance(result, dict):
        return result, None
    if result.get("type") == "tool":
        data = result.get("data", result)
        if isinstance(data, dict) and "content" in data:
            return unwrapped(data["content"]), text_of(data, "tool_call_id")
    for message in objects_in(object_of(result, "update").get("messages")):
        if (found := text_of(object_of(message, "data"), "tool_call_id")) is not None:
            return result, found
    return result, None
