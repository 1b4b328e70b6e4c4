"""Model calls and what the model was told: recorded with the call, else folded into the state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from ttdebug.analyze.signatures import PASSING
from ttdebug.delta.equality import canonical
from ttdebug.errors import NotFoundError
from ttdebug.model import JSON, Event, Object, Position
from ttdebug.store.trace import Trace

CALLS: Final = frozenset(("llm.call", "llm.result"))

_PROMPTS: Final = ("messages", "input", "prompt")
_DEEPEST: Final = 4
_SYSTEM: Final = "system"
_IDS: Final = frozenset(("id", "uuid", "timestamp", "created_at", "usage_metadata", "usage"))
_INPUT: Final = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
NO_SETTINGS: Final = PASSING | {
    *_PROMPTS, _SYSTEM, "output", "result", "error", "thinking", "stop_reason", "finish_reason",
    "start_time", "end_time",
}  # fmt: skip
"""Keys of a call's data that are no settings, wherever a format keeps them."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a model got it; `text` is what it says, `value` all of it as recorded."""

    role: str
    text: str
    value: JSON
    id: str | None = None

    @property
    def content(self) -> bytes:
        """Bytes that are equal where two messages say the same, whatever their ids."""
        if not isinstance(self.value, dict):
            return canonical([self.role, self.value])
        return canonical({key: item for key, item in self.value.items() if key not in _IDS})


@dataclass(frozen=True, slots=True)
class Call:
    """A model call: the event, what the model was told and with which settings.

    `source` tells whether the messages were recorded with the call or are those of the state of
    `owner` just before it. `tokens` is what the prompt took, if that was recorded.
    """

    event: Event
    messages: tuple[Message, ...]
    settings: Object
    source: Literal["recorded", "state"]
    owner: str | None = None
    tokens: int | None = None


def call_at(
    trace: Trace, position: Position, *, agent: str | None = None, rather: str | None = None
) -> Call:
    """The nearest model call at or before a position: of `agent`, else `rather` of somebody.

    By default rather of who acted there. Where they called no model, it is the nearest of all.
    Raises NotFoundError.
    """
    wanted = agent or rather
    if wanted is None and position.seq:
        wanted = trace.event(position.seq).agent
    found = _nearest(trace, position, wanted) if wanted else None
    if found is None and agent is None:
        found = _nearest(trace, position, None)
    if found is None:
        whose = f" of {agent}" if agent else ""
        raise NotFoundError(f"No model call{whose} at or before {position.seq:,}")
    return read(trace, found, position.timeline)


def pair(
    trace: Trace,
    position: Position,
    other: tuple[Trace, Position] | None = None,
    *,
    agent: str | None = None,
) -> tuple[Call, Call]:
    """The call that the one at a position is compared with, and that one.

    It is the call at another place, if there is one, else the one before. Raises NotFoundError.
    """
    new = call_at(trace, position, agent=agent)
    if other is None:
        return call_before(trace, new, position.timeline), new
    return call_at(*other, agent=agent, rather=new.event.agent), new


def call_before(trace: Trace, call: Call, timeline: int) -> Call:
    """The call before it by the same agent. Raises NotFoundError."""
    event = call.event
    found = _nearest(trace, Position(timeline, event.seq - 1), event.agent, exactly=True)
    if found is None:
        whose = f" of {event.agent}" if event.agent else ""
        raise NotFoundError(
            f"{event.seq:,} is the first model call{whose}. Name another call to compare it with"
        )
    return read(trace, found, timeline)


def call_after(trace: Trace, call: Call, timeline: int) -> Call:
    """The call after it by the same agent. Raises NotFoundError."""
    event = call.event
    later = trace.events(event.seq + 1, timeline=timeline, types=CALLS, agent=event.agent)
    for found in later:
        if found.opening is None and found.agent == event.agent:
            return read(trace, found, timeline)
    whose = f" of {event.agent}" if event.agent else ""
    raise NotFoundError(f"{event.seq:,} is the last model call{whose}")


def read(trace: Trace, event: Event, timeline: int) -> Call:
    """A model call with its messages. Raises NotFoundError where none were recorded."""
    result = trace.event(event.closing) if event.closing else event
    tokens = _tokens(result.data) or _tokens(event.data)
    settings = {key: value for key, value in event.data.items() if key not in NO_SETTINGS}
    settings = {"model": event.name, **settings} if event.name else settings
    recorded = _recorded(event.data) or _messages(result.data.get("messages"))
    if recorded:
        return Call(event, tuple(recorded), settings, "recorded", tokens=tokens)
    settings = {"model": event.name} if event.name else {}
    owner = trace.owner(event.seq, timeline)
    state = trace.before(event.seq, owner, timeline) if owner else None
    folded = state.get("messages") if isinstance(state, dict) else None
    if not isinstance(folded, list):
        raise NotFoundError(
            f"What the model was told at {event.seq:,} was not recorded, and no state holds it"
        )
    return Call(event, tuple(map(_message, folded)), settings, "state", owner, tokens)


def _nearest(
    trace: Trace, position: Position, agent: str | None, *, exactly: bool = False
) -> Event | None:
    """The event that opened the last model call up to a position, of an agent or of any."""
    events = trace.events(
        last=position.seq, timeline=position.timeline, types=CALLS, agent=agent, reverse=True
    )
    for event in events:
        if exactly and event.agent != agent:
            continue
        return event if event.opening is None else trace.event(event.opening)
    return None


def _recorded(data: Object) -> list[Message] | None:
    """The messages in a call's data, at whatever depth a format keeps them."""
    level: list[JSON] = [data]
    for _ in range(_DEEPEST):
        objects = [one for one in level if isinstance(one, dict)]
        for key in _PROMPTS:
            for one in objects:
                for name, value in one.items():
                    if name == key or name.endswith(f".{key}"):
                        found = _messages(value)
                        if found:
                            return [*_system(one.get(_SYSTEM)), *found]
        level = [value for one in objects for value in one.values()]
    return None


def _messages(value: JSON) -> list[Message]:
    """Messages as a list, as the JSON text of one, or as the only one's text."""
    if isinstance(value, str) and value:
        if value.startswith("["):
            with suppress(ValueError, RecursionError):
                return _messages(json.loads(value))
        return [Message("user", value, value)]
    return [_message(item) for item in value] if isinstance(value, list) else []


def _system(value: JSON) -> Iterator[Message]:
    """A system prompt that stands beside the messages, as the first of them."""
    if value:
        yield Message(_SYSTEM, _text(value), value)


def _message(value: JSON) -> Message:
    if not isinstance(value, dict):
        return Message("", _text(value), value)
    role = value.get("role") or value.get("type") or ""
    identity = value.get("id")
    content = value.get("content", value.get("parts", value.get("text")))
    said = [_text(content)] if content else []
    calls = value.get("tool_calls")
    said += [_text(call) for call in calls] if isinstance(calls, list) else []
    return Message(
        role if isinstance(role, str) else "",
        "\n".join(filter(None, said)),
        value,
        identity if isinstance(identity, str) else None,
    )


def _text(value: JSON) -> str:
    """What a content says: text as it is, of parts their texts, anything else as JSON."""
    parts = value if isinstance(value, list) else [value]
    return "\n".join(map(_part, parts))


def _part(value: JSON) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        for key in ("text", "content"):
            inner = value.get(key)
            if isinstance(inner, str):
                return inner
    return "" if value is None else canonical(value).decode()


def _tokens(data: Object) -> int | None:
    """What a prompt took, cached tokens included."""
    usage = data.get("usage")
    if not isinstance(usage, dict):
        return None
    for keys in (_INPUT, ("prompt_tokens",)):
        counts = [count for key in keys if isinstance(count := usage.get(key), int)]
        if counts:
            return sum(counts)
    return None
