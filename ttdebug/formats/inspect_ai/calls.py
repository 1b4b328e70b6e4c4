"""Calls of models, tools and subtasks: what they say when they begin and when they end."""

from __future__ import annotations

from collections import defaultdict

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.formats.inspect_ai.meaning import Meaning, content_text, failure, reasoning, rest
from ttdebug.formats.inspect_ai.pools import Pools
from ttdebug.model import JSON, Edge, Object, Status

_OUTCOME = (
    "result", "error", "failed", "truncated", "completed", "working_time", "message_id", "events",
)  # fmt: skip
_MOST_READ = 64
"""Results that may be said to have led to one model call; the latest are kept."""


class Calls:
    """Remembers which answer asked for a call and which result a later model call read."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools
        self._asked: dict[str, int] = {}
        self._answered: dict[str, int] = {}
        self._read: defaultdict[str, set[str]] = defaultdict(set)

    def answer(self, seq: int, output: Object) -> None:
        """The event `seq` holds a model's output."""
        for choice in objects_in(output.get("choices")):
            for call in objects_in(object_of(choice, "message").get("tool_calls")):
                if (identity := text_of(call, "id")) is not None:
                    self._asked[identity] = seq

    def result(self, work: Object, seq: int) -> None:
        """The event `seq` is the result of a tool call."""
        if (identity := text_of(work, "id")) is not None:
            self._answered[identity] = seq

    def asked(self, work: Object) -> list[Edge]:
        """The answer that asked for a tool call."""
        seq = self._asked.get(text_of(work, "id") or "")
        return [] if seq is None else [Edge(seq, "recorded", "asked for by this answer")]

    def read(self, agent: str, messages: list[JSON]) -> list[Edge]:
        """The results among a model's input that the agent's models had not been given before."""
        known, found = self._read[agent], []
        for message in objects_in(messages):
            identity = text_of(message, "tool_call_id")
            if identity is not None and identity not in known and identity in self._answered:
                known.add(identity)
                found.append(Edge(self._answered[identity], "recorded", "its result was read"))
        return found[-_MOST_READ:]

    def model_call(self, event: Object, messages: list[JSON]) -> Meaning:
        """What goes to a model."""
        said = rest(event, *_OUTCOME, "model", "input", "input_refs", "output", "call", "retries")
        data: Object = {"messages": messages, **self._pools.shown(said)}
        return Meaning("llm.call", text_of(event, "model"), data)

    def model_result(self, event: Object) -> Meaning:
        """What came back."""
        output = self._pools.shown(object_of(event, "output"))
        choices = objects_in(output.pop("choices", None))
        message = object_of(choices[0], "message") if choices else {}
        content = message.get("content")
        completion = output.pop("completion", None)
        data: Object = {"output": content_text(content) or completion, "message": message}
        if thoughts := reasoning(content):
            data["thinking"] = thoughts
        if choices and (reason := text_of(choices[0], "stop_reason")) is not None:
            data["stop_reason"] = reason
        if len(choices) > 1:
            data["choices"] = list(choices)
        data |= {key: value for key, value in output.items() if value is not None}
        data |= rest({key: event.get(key) for key in ("retries", "working_time")})
        if (call := self._pools.call(event)) is not None:
            data["call"] = call
        failed = event.get("error") is not None
        if failed:
            data["error"] = failure(event)
        return Meaning("llm.result", text_of(event, "model"), data, "error" if failed else "ok")

    def opening(self, kind: str, name: str | None, work: Object) -> Meaning:
        """The call of a tool or subtask; `work` is its event, empty if it never came."""
        if kind == "subtask":
            return Meaning("subtask", name, self._pools.shown(rest(work, *_OUTCOME, "name")))
        said = rest(work, *_OUTCOME, "function", "arguments", "id")
        data: Object = {"args": work.get("arguments"), "call_id": text_of(work, "id"), **said}
        return Meaning("tool.call", name, self._pools.shown(data) if work else {})

    def closing(self, kind: str, name: str | None, work: Object) -> Meaning:
        """What a tool or subtask returned."""
        kept = ("message_id", "truncated", "working_time", "failed")
        data = rest({key: work.get(key) for key in kept})
        failed = work.get("error") is not None
        if failed:
            data["error"] = failure(work)
        if work.get("result") not in (None, "") or not failed:
            data["result"] = work.get("result")
        if kind == "tool":
            data["call_id"] = text_of(work, "id")
        status: Status | None = None if not work else "error" if failed else "ok"
        shown = self._pools.shown(data) if work else {}
        return Meaning("tool.result" if kind == "tool" else f"{kind}.end", name, shown, status)
