"""Activities that call a model: what went in, and what came out."""

from __future__ import annotations

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.foreign.values import plain_text
from ttdebug.model import JSON, Object

TOKENS = ("input_tokens", "output_tokens")


def is_model(activity: str, args: JSON) -> bool:
    """Whether an activity calls a model: its name says so, or its first argument does."""
    if "invoke_model" in activity.lower():
        return True
    first = _first(args)
    return "system_instructions" in first or ("model" in first and "contents" in first)


def asked(args: JSON) -> Object:
    """The model, its messages, and whatever else it was given."""
    first = _first(args)
    known = ("model_name", "model", "system_instructions", "input", "contents", "messages")
    rest: Object = {
        key: value for key, value in first.items() if key not in known and value is not None
    }
    messages: list[JSON] = []
    system = text_of(first, "system_instructions") or text_of(
        object_of(first, "config"), "systemInstruction"
    )
    if system:
        messages.append({"role": "system", "content": system})
    given = next((first[key] for key in ("input", "contents", "messages") if key in first), None)
    if isinstance(given, str):
        messages.append({"role": "user", "content": given})
    elif isinstance(given, list):
        messages += given
    data: Object = {"messages": messages}
    if rest:
        data["args"] = rest
    return data


def model(args: JSON) -> str | None:
    """The model's name, if it was given."""
    first = _first(args)
    return text_of(first, "model_name") or text_of(first, "model")


def answered(result: JSON) -> Object:
    """What the model said, and the tokens it took."""
    whole = result if isinstance(result, dict) else {}
    items = objects_in(whole.get("output") if whole else result)
    data: Object = {"output": _said(items) or result}
    if items and data["output"] != result:
        data["items"] = [*items]
    usage = object_of(whole, "usage")
    if usage:
        data["usage"] = usage
    return data


def _said(items: list[Object]) -> str:
    """The words in the output items of OpenAI's SDK or the candidates of Google's."""
    texts = []
    for item in items:
        content = item.get("content")
        parts = content.get("parts") if isinstance(content, dict) else content
        texts.append(plain_text(parts) if parts else "")
    return "\n".join(filter(None, texts))


def _first(args: JSON) -> Object:
    first = args[0] if isinstance(args, list) and args else args
    return first if isinstance(first, dict) else {}
