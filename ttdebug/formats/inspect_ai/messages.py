"""The events of a sample; a log without any has its messages told as events."""

from __future__ import annotations

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.model import JSON, Object


def events_of(sample: Object) -> list[JSON]:
    """A sample's events, or what its messages tell of them in the same form."""
    for holder in (sample, object_of(sample, "transcript")):
        events = holder.get("events")
        if isinstance(events, list) and events:
            return events
    return list(_told(objects_in(sample.get("messages"))))


def _told(messages: list[Object]) -> list[Object]:
    results = {text_of(message, "tool_call_id"): message for message in messages}
    events: list[Object] = []
    for message in messages:
        role = text_of(message, "role")
        if role == "assistant":
            output: Object = {"choices": [{"message": message}]}
            events.append({"event": "model", "model": message.get("model"), "output": output})
            for call in objects_in(message.get("tool_calls")):
                result = results.get(text_of(call, "id"), {})
                events.append(
                    {
                        "event": "tool",
                        "id": call.get("id"),
                        "function": call.get("function"),
                        "arguments": call.get("arguments"),
                        "result": result.get("content"),
                        "error": result.get("error"),
                        "pending": not result,
                    }
                )
        elif role != "tool":
            events.append({"event": "input", "input": message.get("content"), "role": role})
    return events
