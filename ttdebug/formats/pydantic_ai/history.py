"""Messages to and from a model, part by part."""

from __future__ import annotations

from typing import Final

from ttdebug.foreign.shapes import embedded, number_of, object_of, objects_in, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.foreign.values import plain_text, rest, slim
from ttdebug.formats import fidelity
from ttdebug.formats.conversation import Moment, Scribe, Talk
from ttdebug.model import JSON, Edge, Object, Status
from ttdebug.store.writer import Writer

_CALLS: Final = ("tool-call", "builtin-tool-call")
_RETURNS: Final = ("tool-return", "builtin-tool-return")
_ROLES: Final = {"system-prompt": "system", "user-prompt": "user"}
_FAILED: Final = ("retried", "failed", "denied", "error")
_IDS: Final = ("run_id", "conversation_id")
_MESSAGE: Final = ("kind", "parts", "usage", "model_name", "timestamp", "instructions", *_IDS)
_PART: Final = ("part_kind", "tool_name", "args", "content", "tool_call_id", "timestamp")


class Part:
    """One part of a message, and where it stands."""

    def __init__(self, message: Object, index: int, part: Object, place: int) -> None:
        self.value = part
        self.kind = text_of(part, "part_kind")
        self.content = part.get("content")
        self.call_id = text_of(part, "tool_call_id")
        self.identity = f"{index}.{place}"
        source = source_of(message, index)
        source["part"] = place
        if self.call_id is not None:
            source["tool_call_id"] = self.call_id
        time = parse_time(part.get("timestamp"))[0] or time_of(message)
        self.moment = Moment(time=time, source=source)

    def rest(self) -> Object:
        """What it says beside what all parts share."""
        return rest(self.value, *_PART)


class History:
    """Writes a history as one run; an answer follows what was said since the one before."""

    def __init__(self, writer: Writer, timeline: int) -> None:
        self._scribe = Scribe(writer, timeline)
        self._talk = Talk(self._scribe)
        self._said: list[int] = []
        self._retries = 0

    def message(self, index: int, message: Object) -> None:
        """One request or response; `index` counts from 0."""
        if (instructions := text_of(message, "instructions")) is not None:
            self._scribe.conversation().configure("instructions", instructions)
        parts = [
            Part(message, index, part, place)
            for place, part in enumerate(objects_in(message.get("parts")))
        ]
        if message.get("kind") == "response":
            self._response(index, message, parts)
        elif parts:
            self._said += map(self._asked, parts)
        else:
            moment = Moment(time=time_of(message), source=source_of(message, index))
            self._scribe.event(moment, "marker", name="message", data={"message": slim(message)})

    def fidelity(self) -> str:
        """What the history can and cannot say."""
        parts = (
            "recorded: messages, tool calls and results, token usage",
            "derived: state (messages shortened, usage, config; what tools returned as state)",
            "not recorded: what agents said that were called as tools",
        )
        counts = (
            (self._retries, "result", " sent back to be tried again"),
            (self._talk.orphans, "result", " without a call"),
        )
        return fidelity.line(parts, counts)

    def _asked(self, part: Part) -> int:
        """A part of what goes to the model."""
        if part.kind in _RETURNS:
            return self._returned(part)
        if part.kind == "retry-prompt":
            return self._sent_back(part)
        if part.kind in _ROLES:
            role = _ROLES[part.kind]
            return self._talk.message(
                part.moment, part.identity, role, part.content, data=part.rest()
            )
        return self._marker(part)

    def _response(self, index: int, message: Object, parts: list[Part]) -> None:
        usage: Object = {key: n for key, n in object_of(message, "usage").items() if n}
        data: Object = {"usage": usage} if usage else {}
        thoughts = [plain_text(part.content) for part in parts if part.kind == "thinking"]
        if thoughts:
            data["thinking"] = "\n".join(thoughts)
        texts = [plain_text(part.content) for part in parts if part.kind == "text"]
        self._scribe.conversation().spend(usage)
        if (cost := number_of(usage, "cost")) is not None:
            data["cost_usd"] = cost
        moment = Moment(time=time_of(message), source=source_of(message, index))
        seq = self._talk.reply(
            moment,
            str(index),
            "\n".join(texts),
            model=text_of(message, "model_name"),
            data={**data, **rest(message, *_MESSAGE)},
            causes=[Edge(said, "recorded", "answers this") for said in self._said],
        )
        self._said = []
        for part in parts:
            if part.kind in _CALLS:
                name = text_of(part.value, "tool_name") or "tool"
                args = embedded(part.value.get("args"))
                self._talk.call(part.moment, part.call_id, name, args, data=part.rest(), by=seq)
            elif part.kind in _RETURNS:
                self._returned(part)
            elif part.kind not in ("text", "thinking"):
                self._marker(part)

    def _returned(self, part: Part) -> int:
        content = embedded(part.content)
        failed = text_of(part.value, "outcome") in _FAILED
        self._retries += part.value.get("outcome") == "retried"
        if not failed and isinstance(content, dict):
            self._scribe.conversation().adopt(object_of(content, "state"))
        return self._result(part, content, "error" if failed else "ok")

    def _sent_back(self, part: Part) -> int:
        """A retry as versions before 2 wrote it: to a tool, or to the model itself."""
        self._retries += 1
        if text_of(part.value, "tool_name") is not None:
            return self._result(part, part.content, "error")
        text = plain_text(part.content)
        self._scribe.conversation().say(part.identity, "user", text)
        return self._scribe.event(
            part.moment, "retry", data={"content": slim(part.content), **part.rest()}
        )

    def _result(self, part: Part, content: JSON, status: Status) -> int:
        return self._talk.result(
            part.moment,
            part.call_id,
            content,
            text=part.content if isinstance(part.content, str) else None,
            name=text_of(part.value, "tool_name"),
            status=status,
            data=part.rest(),
        )

    def _marker(self, part: Part) -> int:
        return self._scribe.event(
            part.moment, "marker", name=part.kind, data={"part": slim(part.value)}
        )


def time_of(message: Object) -> int | None:
    """When a message was made."""
    return parse_time(message.get("timestamp"))[0]


def source_of(message: Object, index: int) -> Object:
    """Where a message stands: its place in the list, from 0, and the run that made it."""
    source: Object = {"message": index}
    for key in _IDS:
        if (value := text_of(message, key)) is not None:
            source[key] = value
    return source
