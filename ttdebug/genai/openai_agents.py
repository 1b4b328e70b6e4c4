"""One exported span as the events it stands for."""

from __future__ import annotations

import hashlib
from collections import deque
from itertools import islice
from typing import Final, NamedTuple

from ttdebug.foreign.shapes import embedded, object_of, objects_in, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.foreign.values import plain_text, rest, slim
from ttdebug.genai.messages import messages
from ttdebug.genai.records import EventSpec, Instant, SpanRecord, Take
from ttdebug.model import JSON, MISSING, Object, Value

SHARED: Final = "context"
"""Whose state it is that tools return: all agents of a run work with one context."""

_STATE: Final = "state"
_TOOL: Final = "function"
_MODEL: Final = ("generation", "response")
_MOST_ASKED: Final = 100_000
_MOST_NAMED: Final = 20


class Pair(NamedTuple):
    """The opening and the closing event of a span."""

    opens: EventSpec
    closes: EventSpec


class Translator:
    """Turns exported spans into span records; joins calls with the answers that asked for them.

    The span of a function does not tell the id of its call; it is found by the name and the
    arguments among the calls that a model asked for in the same turn.
    """

    def __init__(self) -> None:
        self._asked: dict[bytes, deque[str]] = {}
        self.has_state = False
        """Whether any span told of a state that was recorded as such."""

    def record(self, span: Object, trace: str, session: str | None, place: Object) -> SpanRecord:
        """The span with its events; `place` says where it stands in the file."""
        told = object_of(span, "span_data")
        parent = text_of(span, "parent_id")
        source: Object = {
            "trace_id": trace,
            "span_id": text_of(span, "id"),
            "parent_id": parent,
            **place,
        }
        kind = text_of(told, "type") or "span"
        start, end = (parse_time(span.get(key))[0] for key in ("started_at", "ended_at"))
        snapshot = _snapshot(kind, told)
        if snapshot is not MISSING:
            self.has_state = True
            point = EventSpec("state", text_of(told, "name"), agent=SHARED, state=snapshot)
            return SpanRecord(
                trace, text_of(span, "id"), point, start=start, parent=parent, session=session,
                source=source, is_point=True,
            )  # fmt: skip
        pair = self._pair(kind, told, (trace, parent))
        if span.get("error") is not None:
            pair.closes.status = "error"
            pair.closes.data["error"] = slim(span["error"])
        return SpanRecord(
            trace,
            text_of(span, "id"),
            pair.opens,
            None if span.get("ended_at") is None else pair.closes,
            start,
            end,
            parent,
            self._inside(kind, pair, end),
            session=session,
            source=source,
        )

    def _pair(self, kind: str, told: Object, place: tuple[str, str | None]) -> Pair:
        if kind in _MODEL:
            return self._model(told, place)
        if kind == _TOOL:
            return self._tool(told, place)
        if kind == "handoff":
            to = text_of(told, "to_agent")
            pair = _span("handoff", to, rest(told, "type"))
            pair.closes.gives = (f"handoff {place[0]} {to}",)
            return pair
        if kind == "guardrail":
            return _guardrail(told)
        if kind == "custom":
            return _custom(told)
        name = text_of(told, "name")
        pair = _span(kind, name, rest(told, "type", "name"), name if kind == "agent" else None)
        if kind == "agent":
            key = f"handoff {place[0]} {name}"
            pair.opens.takes = (Take(key, "handed over to this agent", once=True),)
        return pair

    def _model(self, told: Object, place: tuple[str, str | None]) -> Pair:
        name = text_of(told, "model")
        given, answered = told.get("input"), told.get("output")
        asked = messages(given)
        opens = EventSpec("llm.call", name, {"messages": list(asked)})
        opens.data |= rest(told, "type", "input", "output", "usage", "model", "response_id")
        opens.takes = tuple(
            Take(f"result {call_id}", "its result was read") for call_id in _latest(asked)
        )
        said = messages(answered, "assistant")
        texts = [plain_text(message.get("content")) for message in said]
        calls = [call for message in said for call in objects_in(message.get("tool_calls"))]
        data: Object = {"output": "\n".join(filter(None, texts))}
        if calls:
            data["tool_calls"] = list(calls)
        data |= {key: told[key] for key in ("usage", "response_id") if told.get(key) is not None}
        closes = EventSpec("llm.result", name, data, "ok")
        closes.gives = tuple(f"call {call_id}" for call_id in self._note(answered, place))
        return Pair(opens, closes)

    def _note(self, answered: JSON, place: tuple[str, str | None]) -> list[str]:
        """Remember the calls that a model asked for; returns their ids."""
        found = []
        for item in objects_in(answered):
            for call in [item, *objects_in(item.get("tool_calls"))]:
                function = object_of(call, "function") or call
                name, args = text_of(function, "name"), function.get("arguments")
                call_id = text_of(call, "call_id") or text_of(call, "id")
                if name is None or call_id is None or not isinstance(args, str):
                    continue
                found.append(call_id)
                self._asked.setdefault(_key(place, name, args), deque()).append(call_id)
        while len(self._asked) > _MOST_ASKED:
            del self._asked[next(iter(self._asked))]
        return found

    def _tool(self, told: Object, place: tuple[str, str | None]) -> Pair:
        name = text_of(told, "name")
        given = told.get("input")
        call_id = self._answer(_key(place, name, given))
        data: Object = {"args": embedded(given), "call_id": call_id}
        opens = EventSpec("tool.call", name, data | rest(told, "type", "name", "input", "output"))
        result: Object = {"result": slim(embedded(told.get("output"))), "call_id": call_id}
        closes = EventSpec("tool.result", name, result, "ok")
        if call_id is not None:
            opens.takes = (Take(f"call {call_id}", "asked for by this answer"),)
            closes.gives = (f"result {call_id}",)
        return Pair(opens, closes)

    def _answer(self, key: bytes) -> str | None:
        """The id of the call that was asked for first and has no span yet."""
        waiting = self._asked.get(key)
        if waiting is None:
            return None
        call_id = waiting.popleft()
        if not waiting:
            del self._asked[key]
        return call_id

    def _inside(self, kind: str, pair: Pair, end: int | None) -> list[Instant]:
        """The state that a tool returned, which changes just before its result."""
        result = pair.closes.data.get("result")
        if kind != _TOOL or not isinstance(result, dict):
            return []
        state = result.get(_STATE)
        if not isinstance(state, dict):
            return []
        self.has_state = True
        data: Object = {"returned": list(islice(state, _MOST_NAMED))}
        return [Instant(end, EventSpec("state", pair.opens.name, data, agent=SHARED, state=state))]


def _key(place: tuple[str, str | None], name: str | None, args: JSON) -> bytes:
    """What a call and its span have in common, in few bytes however long the arguments are."""
    text = repr((place, name, args))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _latest(said: list[Object]) -> list[str]:
    """Ids of the calls whose results came since the model last spoke."""
    found: list[str] = []
    for message in reversed(said):
        if message.get("role") != "tool":
            break
        if (call_id := text_of(message, "call_id")) is not None:
            found.append(call_id)
    return found


def _snapshot(kind: str, told: Object) -> Value:
    """The state that a custom span holds, whole."""
    if kind != "custom":
        return MISSING
    data = object_of(told, "data")
    name = (text_of(told, "name") or "").lower()
    if isinstance(state := data.get(_STATE), dict) and len(data) == 1:
        return state
    return data if data and name.endswith((_STATE, "snapshot")) else MISSING


def _span(kind: str, name: str | None, data: Object, agent: str | None = None) -> Pair:
    return Pair(
        EventSpec(kind, name, data, agent=agent),
        EventSpec(f"{kind}.end", name, status="ok", agent=agent),
    )


def _guardrail(told: Object) -> Pair:
    pair = _span("guardrail", text_of(told, "name"), {})
    triggered = told.get("triggered")
    pair.closes.data["triggered"] = triggered
    pair.closes.status = "error" if triggered is True else "ok"
    return pair


def _custom(told: Object) -> Pair:
    """A span of somebody's own, or one of the SDK's for a whole task or a turn of an agent."""
    data = {key: slim(value) for key, value in object_of(told, "data").items()}
    kind = text_of(data, "sdk_span_type")
    name = text_of(told, "name")
    if kind is None:
        return _span("custom", name, data)
    del data["sdk_span_type"]
    turn = data.get("turn")
    if kind == "turn" and isinstance(turn, int):
        name = f"turn {turn}"
    elif kind == "task":
        name = text_of(data, "name") or name
    pair = _span(kind, name, data, text_of(data, "agent_name"))
    if (usage := data.pop("usage", None)) is not None:
        pair.closes.data["usage"] = usage
    return pair
