"""Messages of models, in whatever shape they were recorded, as one shape.

`{role, content, thinking?, tool_calls?: [{id, name, args}], call_id?, name?, id?}`; each result of
a tool is a message of its own with the role `tool`. Content is text, or a list of parts where
there are others than text; embedded media are replaced by their size and hash.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.foreign.values import slim
from ttdebug.genai.attributes import unwrapped
from ttdebug.model import JSON, Object

ROLES = {
    "human": "user", "ai": "assistant", "model": "assistant", "function": "tool",
    "HumanMessage": "user", "AIMessage": "assistant", "AIMessageChunk": "assistant",
    "SystemMessage": "system", "ToolMessage": "tool", "FunctionMessage": "tool",
}  # fmt: skip
_CALLS = {"tool_call", "tool_use", "tool-call", "function_call", "server_tool_call",
          "server_tool_use"}  # fmt: skip
_RESULTS = {"tool_call_response", "tool_result", "tool-result", "function_call_output",
            "function_response", "server_tool_call_response"}  # fmt: skip
_THOUGHTS = {"reasoning", "thinking", "redacted_thinking"}
_REASONING = ("reasoning", "reasoning_content")
_WRAPPED = {*ROLES, "system", "tool"}
_PREFIXES = ("message.", "tool.", "message_content.", "tool_call.", "function.")
_PLAIN = {"role", "type", "id", "name", "content", "contents", "parts", "finish_reason"}
"""Fields of a message that may say nothing."""

_DEPTH = 3


@dataclass(slots=True)
class _Parts:
    """What a message is made of."""

    texts: list[str] = field(default_factory=list)
    others: list[JSON] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    calls: list[JSON] = field(default_factory=list)
    results: list[JSON] = field(default_factory=list)


def messages(value: JSON, role: str = "user") -> list[Object]:
    """All messages in `value`; a bare text was said by `role`."""
    value = unwrapped(value)
    if value is None or value in ("", [], {}):
        return []
    items = _listed(value)
    found: list[Object] = []
    for item in items:
        if isinstance(item, dict):
            found += _normal(item, role)
        else:
            found.append({"role": role, "content": item})
    return found


def _listed(value: JSON) -> list[JSON]:
    """The messages of a request or an answer: OpenAI's choices, LangChain's batches."""
    if isinstance(value, dict):
        for key in ("messages", "choices", "generations"):
            if isinstance(inner := value.get(key), list):
                return _listed(inner)
        return [value]
    if not isinstance(value, list):
        return [value]
    if len(value) == 1 and isinstance(value[0], list):
        return value[0]
    return value


def instructions(value: JSON) -> list[Object]:
    """A system prompt, which is recorded apart from the messages, as a message."""
    parts = _Parts()
    _take(parts, unwrapped(value))
    return [{"role": "system", "content": _content(parts)}] if parts.texts or parts.others else []


def asked_for(said: list[Object]) -> tuple[str, ...]:
    """Ids and names of the tool calls that these messages ask for."""
    calls = [call for message in said for call in objects_in(message.get("tool_calls"))]
    return tuple(known for call in calls for key in ("id", "name") if (known := text_of(call, key)))


def answered_ids(said: list[Object]) -> tuple[str, ...]:
    """Ids of the tool calls whose results these messages hold."""
    return tuple(id_ for message in said if (id_ := text_of(message, "call_id")))


def _normal(item: Object, default: str) -> list[Object]:
    item = _opened(item)
    parts = _Parts()
    kind = text_of(item, "type")
    role = text_of(item, "role") or (kind if kind in _WRAPPED else None) or default
    role = ROLES.get(role, role)
    if "role" not in item and "name" in item and {"args", "arguments"} & set(item):
        role = "assistant"
        parts.calls.append(_call(item))
    elif role == "tool" and _call_id(item):
        parts.results.append(_result(item, item.get("content", item.get("parts"))))
    elif kind in _CALLS | _RESULTS | _THOUGHTS:
        role = "assistant" if kind not in _RESULTS else "tool"
        _take(parts, item)
    else:
        for key in ("content", "contents", "parts"):
            _take(parts, item.get(key))
        parts.thoughts += filter(None, [text_of(item, key) for key in _REASONING])
        extra = object_of(item, "additional_kwargs").get("tool_calls")
        for call in objects_in(item.get("tool_calls") or extra):
            parts.calls.append(_call(call))
    if parts == _Parts() and not set(item) <= _PLAIN:
        parts.others.append(slim(item))
    return _assembled(item, role, parts)


def _assembled(item: Object, role: str, parts: _Parts) -> list[Object]:
    found: list[Object] = []
    if parts.texts or parts.others or parts.thoughts or parts.calls or not parts.results:
        message: Object = {"role": role, "content": _content(parts)}
        if parts.thoughts:
            message["thinking"] = "\n".join(parts.thoughts)
        if parts.calls:
            message["tool_calls"] = parts.calls
        found.append(message)
    found += objects_in(parts.results)
    is_message = "role" in item or text_of(item, "type") in _WRAPPED
    for key in ("id", "name"):
        if (value := text_of(item, key)) is not None and len(found) == 1 and is_message:
            found[0].setdefault(key, value)
    return found


def _content(parts: _Parts) -> JSON:
    if not parts.others:
        return "\n".join(parts.texts)
    return [*parts.texts, *parts.others]


def _opened(item: Object) -> Object:
    """A message without the wrapping of its maker: prefixes, LangChain's constructors."""
    if "lc" in item and isinstance(item.get("kwargs"), dict):
        path = item.get("id")
        name = str(path[-1]) if isinstance(path, list) and path else ""
        return {"type": name, **_without_prefix(object_of(item, "kwargs"))}
    if isinstance(item.get("data"), dict) and text_of(item, "type") in _WRAPPED:
        return {**object_of(item, "data"), "type": item["type"]}
    if isinstance(item.get("message"), dict) and "role" not in item:
        return _opened(object_of(item, "message"))
    return _without_prefix(item)


def _without_prefix(item: Object) -> Object:
    """`message.role` is `role`, `tool_call.function.name` is `name`."""
    found: Object = {}
    for key, value in item.items():
        for prefix in _PREFIXES:
            key = key.removeprefix(prefix)
        found[key] = value
    return found


def _take(parts: _Parts, value: JSON, depth: int = 0) -> None:
    """Sort one part of a message, or a list of them."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        parts.texts.append(value)
    elif isinstance(value, list) and depth < _DEPTH:
        for item in value:
            _take(parts, item, depth + 1)
    elif isinstance(value, dict):
        _take_part(parts, _without_prefix(value))
    else:
        parts.others.append(value)


def _take_part(parts: _Parts, part: Object) -> None:
    kind = text_of(part, "type")
    for key in ("function_call", "functionCall"):
        if isinstance(part.get(key), dict):
            parts.calls.append(_call(object_of(part, key)))
            return
    for key in ("function_response", "functionResponse"):
        if isinstance(part.get(key), dict):
            answer = object_of(part, key)
            parts.results.append(_result(answer, answer.get("response")))
            return
    text = next((t for key in ("text", "content") if (t := text_of(part, key)) is not None), None)
    if kind in _CALLS:
        parts.calls.append(_call(part))
    elif kind in _RESULTS:
        keys = ("response", "result", "output", "content")
        answer_value = next((part[key] for key in keys if part.get(key) is not None), None)
        parts.results.append(_result(part, answer_value))
    elif kind in _THOUGHTS or part.get("thought") is True:
        thought = text or text_of(part, "thinking") or text_of(part, "reasoning")
        if thought:
            parts.thoughts.append(thought)
    elif text is not None and kind in (None, "text", "input_text", "output_text", "message"):
        parts.texts.append(text)
    else:
        parts.others.append(slim(part))


def _call_id(item: Object) -> str | None:
    for key in ("tool_call_id", "call_id", "tool_use_id", "toolCallId", "id"):
        if (value := text_of(item, key)) is not None:
            return value
    return None


def _call(call: Object) -> JSON:
    """A call of a tool as `{id, name, args}`."""
    call = _without_prefix(call)
    inner = object_of(call, "function")
    given = [
        holder[key]
        for holder in (call, inner)
        for key in ("arguments", "args", "input")
        if holder.get(key) is not None
    ]
    name = text_of(call, "name") or text_of(inner, "name") or text_of(call, "toolName")
    id_ = _call_id(call) if "call_id" not in call else text_of(call, "call_id")
    return {"id": id_, "name": name, "args": unwrapped(given[0]) if given else {}}


def _result(item: Object, value: JSON) -> Object:
    """The result of a tool as a message."""
    content = slim(value)
    if isinstance(value, list):
        parts = _Parts()
        _take(parts, value)
        content = _content(parts)
    found: Object = {"role": "tool", "content": content, "call_id": _call_id(item)}
    name = text_of(item, "name") or text_of(item, "toolName")
    if name is not None:
        found["name"] = name
    return found
