"""What LangChain's objects say, as data: messages, answers of models, results of tools."""

from __future__ import annotations

from typing import Any, Final, cast

from langchain_core.messages import BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from ttdebug.foreign.shapes import embedded, number_of, object_of, text_of
from ttdebug.genai.messages import ROLES, messages
from ttdebug.genai.records import EventSpec
from ttdebug.model import JSON, Object

MODEL_NAMES: Final = ("model", "model_name", "model_id")
_REASONS: Final = ("finish_reason", "stop_reason")
_COUNTS: Final = ("input_tokens", "output_tokens", "total_tokens")
_OLD_COUNTS: Final = {
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "total_tokens": "total_tokens",
}
_MORE: Final = ("tool_calls", "additional_kwargs", "invalid_tool_calls")
"""Fields of a message that say more than its content."""

_DETAILS: Final = (
    ("input_token_details", "cache_read", "cache_read_input_tokens"),
    ("input_token_details", "cache_creation", "cache_creation_input_tokens"),
    ("output_token_details", "reasoning", "reasoning_tokens"),
)


def plain(message: BaseMessage) -> Object:
    """A message as the object of its fields."""
    return cast(Object, dict(vars(message)))


def normal(message: BaseMessage) -> list[Object]:
    """A message in the shape all formats share; most are short work."""
    fields = plain(message)
    content, role = fields.get("content"), ROLES.get(message.type, message.type)
    if not isinstance(content, str) or any(fields.get(key) for key in _MORE) or role == "tool":
        return messages([fields])
    told = {key: fields[key] for key in ("id", "name") if fields.get(key) is not None}
    return [{"role": role, "content": content, **told}]


def state_value(value: object) -> object:
    """The value of a channel with its messages as the objects of their fields."""
    if isinstance(value, list) and any(isinstance(item, BaseMessage) for item in value):
        return [plain(item) if isinstance(item, BaseMessage) else item for item in value]
    return value


class Answer:
    """What a model said first: `said` is its message or text, `data` what it cost and why it ended.

    `model` is how the provider names what answered.
    """

    def __init__(self, response: LLMResult) -> None:
        self.said: JSON = None
        self.model: str | None = None
        self.data: Object = {}
        first = (
            response.generations[0][0] if response.generations and response.generations[0] else None
        )
        output = cast(Object, response.llm_output or {})
        if isinstance(first, ChatGeneration):
            message = plain(first.message)
            self.said = [message]
            details = object_of(message, "response_metadata")
        else:
            message, details = {}, cast(Object, (first and first.generation_info) or {})
            self.said = first.text if first is not None else None
        about = {**output, **details}
        self.model = next((name for key in MODEL_NAMES if (name := text_of(about, key))), None)
        reasons = [reason for key in _REASONS if (reason := text_of(about, key))]
        if reasons:
            self.data["finish_reasons"] = list(reasons)
        if usage := _usage(object_of(message, "usage_metadata"), object_of(about, "token_usage")):
            self.data["usage"] = usage


def _usage(counted: Object, old: Object) -> Object:
    """Token counts under the names every format uses here."""
    usage: Object = {
        key: count for key in _COUNTS if (count := number_of(counted, key)) is not None
    }
    for holder, key, word in _DETAILS:
        if (count := number_of(object_of(counted, holder), key)) is not None:
            usage[word] = count
    for key, word in _OLD_COUNTS.items():
        if (count := number_of(old, key)) is not None:
            usage.setdefault(word, count)
    return usage


def told(value: Any) -> JSON:
    """What a run returned; LangGraph's `Send` is no class whose fields tell themselves."""
    if isinstance(value, (list, tuple)) and any(map(_is_send, value)):
        return [told(one) for one in value]
    return {"node": value.node, "args": value.arg} if _is_send(value) else cast(JSON, value)


def _is_send(value: object) -> bool:
    return type(value).__name__ == "Send"


def add_result(event: EventSpec, output: Any) -> None:
    """Put what a tool returned into the event that closes it."""
    if not isinstance(output, ToolMessage):
        event.data["result"] = output
        return
    failed = output.status == "error"
    event.status = "error" if failed else "ok"
    event.data["error" if failed else "result"] = embedded(cast(JSON, output.content))
    if output.artifact is not None:
        event.data["artifact"] = output.artifact
