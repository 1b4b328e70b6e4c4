"""What a value written to a channel means: a message, a model's answer, a tool's result."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ttdebug.formats.langgraph import channels, objects
from ttdebug.model import JSON, Object

CONVERSATION = "messages"
_TYPES = {*objects.MESSAGES.values(), "AIMessageChunk"}
_ROLES = {
    "user": "human",
    "human": "human",
    "assistant": "ai",
    "ai": "ai",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "function",
}
_SPEAKERS = {"human": "user", "ai": "assistant"}
_EXCEPTION = re.compile(r"([A-Za-z_][\w.]*)\(")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One event to be: `call` joins a tool's call and result, `message` names the message."""

    type: str
    name: str | None
    data: Object
    status: Literal["ok", "error"] | None = None
    call: str | None = None
    message: Object | None = None


def of(channel: str, value: JSON) -> list[Meaning]:
    """What one row means, in order; empty for what only steers the graph."""
    if channel == channels.ERROR:
        return [_error(value)]
    if channel == channels.INTERRUPT:
        return [Meaning("interrupt", None, _question(value))]
    if channel == channels.RESUME:
        return [Meaning("resume", None, {"value": value}, status="ok")]
    if channel == channels.TASKS:
        return [_handoff(value)]
    found = messages(channel, value)
    if found is None:
        return [write(channel, value)]
    removed: list[JSON] = [item.get("id") for item in found if item["type"] == "remove"]
    meanings = [part for item in found if item["type"] != "remove" for part in _said(item)]
    if removed:
        meanings.insert(0, write(channel, {"removed": removed}))
    return meanings


def write(channel: str, value: JSON) -> Meaning:
    """A plain write of a value to a channel."""
    return Meaning("write", channel, {"channel": channel, "value": value})


def messages(channel: str, value: JSON) -> list[Object] | None:
    """The messages in a value, if it is nothing but messages."""
    loose = channel == CONVERSATION
    single = _message(value, loose=loose)
    if single is not None:
        return [single]
    if not isinstance(value, list) or not value:
        return None
    found = [_message(item, loose=loose) for item in value]
    whole = [item for item in found if item is not None]
    return whole if len(whole) == len(found) else None


def tool_results(channel: str, value: JSON) -> list[str]:
    """The ids of the calls whose results are in a value."""
    found = messages(channel, value) or []
    return [str(item["tool_call_id"]) for item in found if item.get("tool_call_id")]


def _message(value: JSON, *, loose: bool) -> Object | None:
    """A flattened message; if `loose`, also the short forms that `messages` accepts."""
    if isinstance(value, dict) and value.get("type") in _TYPES and "content" in value:
        return value
    if not loose:
        return None
    if isinstance(value, str):
        return {"type": "human", "content": value}
    if isinstance(value, list) and len(value) == 2 and (role := _role(value[0])):
        return {"type": role, "content": value[1]}
    if isinstance(value, dict) and (role := _role(value.get("role"))):
        return {**value, "type": role, "content": value.get("content")}
    return None


def _role(value: JSON) -> str | None:
    return _ROLES.get(value) if isinstance(value, str) else None


def _said(message: Object) -> list[Meaning]:
    if message["type"] in ("ai", "AIMessageChunk"):
        return _answer(message)
    if message["type"] == "tool":
        return [_result(message)]
    role = str(message["type"])
    data: Object = {"role": _SPEAKERS.get(role, role), "content": message["content"]}
    if name := message.get("name"):
        data["from"] = name
    return [Meaning("message", None, data, message=message)]


def _answer(message: Object) -> list[Meaning]:
    """A model's answer, and each tool call in it."""
    details = _object(message.get("response_metadata"))
    model = details.get("model_name") or details.get("model")
    data: Object = {"output": message["content"]}
    if usage := _usage(message, details):
        data["usage"] = usage
    if name := message.get("name"):
        data["from"] = name
    answer = Meaning("llm.result", str(model) if model else None, data, "ok", message=message)
    calls = message.get("tool_calls")
    return (
        [answer, *(_call(call) for call in calls if isinstance(call, dict))]
        if isinstance(calls, list)
        else [answer]
    )


def _call(call: Object) -> Meaning:
    call_id = call.get("id")
    data: Object = {"args": call.get("args"), "call_id": call_id}
    return Meaning("tool.call", _text(call.get("name")), data, call=_text(call_id))


def _result(message: Object) -> Meaning:
    failed = message.get("status") == "error"
    data: Object = {"error" if failed else "result": message["content"]}
    if "artifact" in message:
        data["artifact"] = message["artifact"]
    data["call_id"] = message.get("tool_call_id")
    call = _text(message.get("tool_call_id"))
    status: Literal["ok", "error"] = "error" if failed else "ok"
    name = _text(message.get("name"))
    return Meaning("tool.result", name, data, status, call=call, message=message)


def _usage(message: Object, details: Object) -> Object:
    """Token counts under the names every format uses here."""
    counted = _object(message.get("usage_metadata"))
    if not counted:
        raw = _object(details.get("token_usage") or details.get("usage"))
        names = (("input_tokens", "prompt_tokens"), ("output_tokens", "completion_tokens"))
        counted = {new: raw.get(new, raw.get(old)) for new, old in names}
    return {name: count for name, count in counted.items() if count is not None}


def _error(value: JSON) -> Meaning:
    """An exception, stored as its `repr`."""
    text = value if isinstance(value, str) else str(value)
    found = _EXCEPTION.match(text)
    return Meaning("error", found[1] if found else None, {"error": value}, status="error")


def _question(value: JSON) -> Object:
    asked: list[JSON] = value if isinstance(value, list) else [value]
    plain: list[JSON] = []
    for item in asked:
        known = isinstance(item, dict) and objects.TYPE in item and "value" in item
        plain.append(item["value"] if known and isinstance(item, dict) else item)
    return {"value": plain[0]} if len(plain) == 1 else {"values": plain}


def _handoff(value: JSON) -> Meaning:
    """A `Send`: one task of a node, with its own input.

    Prebuilt agents send a tool call together with the whole state, which is not repeated here.
    """
    sent = _object(value)
    node = _text(sent.get("node"))
    args = sent.get("arg")
    if isinstance(args, dict) and "tool_call" in args and "state" in args:
        args = {"tool_call": args["tool_call"]}
    return Meaning("handoff", node, {"to": node, "args": args})


def _object(value: JSON) -> Object:
    return value if isinstance(value, dict) else {}


def _text(value: JSON) -> str | None:
    return value if isinstance(value, str) and value else None
