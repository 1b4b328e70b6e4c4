"""Objects that a serializer wrote as a class name and arguments, shown as plain JSON.

Nothing named in a file is ever imported or called; a name is only text here.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence

from ttdebug.model import JSON, Object

TYPE = "@type"
MAX_INLINE_BYTES = 4096
TEXTUAL = {
    "uuid.UUID",
    "decimal.Decimal",
    "datetime.datetime",
    "zoneinfo.ZoneInfo",
    "pydantic.types.SecretStr",
    "pydantic.v1.types.SecretStr",
}
"""Classes with one argument, whose text says everything."""

UNORDERED = {"builtins.set", "builtins.frozenset"}
ORDERED = {"collections.deque", "builtins.tuple", "builtins.list"}
MESSAGES = {
    "HumanMessage": "human",
    "HumanMessageChunk": "human",
    "AIMessage": "ai",
    "AIMessageChunk": "ai",
    "SystemMessage": "system",
    "SystemMessageChunk": "system",
    "ToolMessage": "tool",
    "ToolMessageChunk": "tool",
    "FunctionMessage": "function",
    "FunctionMessageChunk": "function",
    "ChatMessage": "chat",
    "ChatMessageChunk": "chat",
    "RemoveMessage": "remove",
}
MESSAGE_FIELDS = ("type", "role", "name", "content", "tool_calls", "tool_call_id", "status", "id")


def constructed(module: str, name: str, argument: JSON) -> JSON:
    """What `module.name(argument)` stood for: readable text or list where that says it all.

    Sets become sorted lists, so that two checkpoints of one set compare equal; every other
    class becomes an object with its dotted name under `@type`.
    """
    dotted = f"{module}.{name}"
    if module.startswith("langchain") and name in MESSAGES and isinstance(argument, dict):
        return message(name, argument)
    if dotted in TEXTUAL or module == "ipaddress":
        return _uuid(argument) if name == "UUID" else str(argument)
    if dotted in UNORDERED and isinstance(argument, list):
        return sorted(argument, key=_order)
    if dotted in ORDERED and isinstance(argument, list):
        return argument
    if module.startswith("pathlib") and isinstance(argument, list):
        return "/".join(str(part) for part in argument).replace("//", "/", 1)
    if isinstance(argument, list):
        return _positional(dotted, argument)
    if isinstance(argument, dict) and TYPE not in argument:
        return {TYPE: dotted, **argument}
    return {TYPE: dotted, "value": argument}


def message(name: str, fields: Mapping[str, JSON]) -> Object:
    """A LangChain message as one flat object; fields that hold nothing are left out."""
    merged: Object = {**fields, "type": MESSAGES[name]}
    merged.setdefault("content", "")
    if isinstance(calls := merged.get("tool_calls"), list):
        merged["tool_calls"] = [_call(call) for call in calls]
    order = [field for field in MESSAGE_FIELDS if field in merged]
    order += [field for field in merged if field not in MESSAGE_FIELDS]
    return {
        field: merged[field]
        for field in order
        if field == "content" or merged[field] not in (None, False, "", [], {})
    }


def binary(data: bytes) -> Object:
    """Bytes: all of them if few, else how many and their hash."""
    if len(data) <= MAX_INLINE_BYTES:
        return {TYPE: "bytes", "base64": base64.b64encode(data).decode()}
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    return {TYPE: "bytes", "length": len(data), "blake2b": digest}


def refused(kind: str, size: int, why: str) -> Object:
    """A value that is not decoded on purpose; `size` in bytes."""
    return {TYPE: kind, "refused": why, "length": size}


def array(shape: Sequence[JSON], dtype: str, data: bytes) -> Object:
    """A numpy array without numpy: its type, shape and bytes."""
    return {TYPE: "numpy.ndarray", "dtype": dtype, "shape": list(shape), "data": binary(data)}


def _positional(dotted: str, arguments: list[JSON]) -> JSON:
    if dotted.endswith(".Send") and len(arguments) >= 2:
        return {TYPE: dotted, "node": arguments[0], "arg": arguments[1]}
    if dotted == "datetime.date" and _integers(arguments, 3):
        return "-".join(
            f"{part:0{width}}" for part, width in zip(arguments, (4, 2, 2), strict=True)
        )
    return {TYPE: dotted, "args": arguments}


def _integers(arguments: list[JSON], count: int) -> bool:
    return len(arguments) == count and all(type(part) is int for part in arguments)


def _uuid(argument: JSON) -> str:
    text = str(argument)
    if len(text) != 32:
        return text
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _call(call: JSON) -> JSON:
    if isinstance(call, dict) and call.get("type") == "tool_call":
        return {key: value for key, value in call.items() if key != "type"}
    return call


def _order(item: JSON) -> str:
    return json.dumps(item, sort_keys=True, default=str)
