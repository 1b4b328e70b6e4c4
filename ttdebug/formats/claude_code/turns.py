"""What people, the model and its tools said: user and assistant lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ttdebug.formats.claude_code.entries import CLEAR, INTERRUPTED, Entry, joined_text, slim
from ttdebug.formats.claude_code.files import file_write, written_path
from ttdebug.formats.claude_code.scribe import Scribe, Voice
from ttdebug.formats.claude_code.survey import Survey
from ttdebug.formats.claude_code.todos import planned
from ttdebug.formats.shapes import object_of, objects_in, text_of
from ttdebug.model import JSON, Edge, Object, Status

_COMMAND = re.compile(r"<command-name>\s*(/?[\w:.-]+)")
_BULKY = frozenset(
    {"originalFile", "content", "oldString", "newString", "file", "stdout", "prompt"}
)
"""Fields of a structured result that its call, its text or the state hold already."""


@dataclass(slots=True)
class Call:
    """A tool call: its event, its arguments, and whether it still waits for its result."""

    seq: int
    name: str
    args: Object
    time: int | None
    timeline: int
    waits: bool = True


@dataclass(slots=True)
class Turns:
    """Writes the conversation proper. Calls are shared by all agents of a session."""

    scribe: Scribe
    calls: dict[str, Call] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    """By call id, the last event of the sub-agent that worked for it."""
    orphans: int = 0
    _begun: dict[str, int] = field(default_factory=dict)

    def assistant(self, entry: Entry, voice: Voice, survey: Survey) -> int | None:
        """One `llm.result` at the first line of an API message; a `tool.call` for each block."""
        key = f"{voice.agent} {self.scribe.timeline} {entry.message_id}"
        seq = self._begun.get(key)
        if seq is None:
            seq = self._begun[key] = self._result(entry, voice, survey)
        for block in entry.blocks:
            if block.get("type") in ("tool_use", "server_tool_use"):
                seq = self._call(entry, voice, block, self._begun[key])
        return seq

    def _result(self, entry: Entry, voice: Voice, survey: Survey) -> int:
        message = survey.messages[entry.message_id]
        model = text_of(entry.message, "model")
        text = "\n".join(message.texts)
        data: Object = {"output": text, "message_id": text_of(entry.message, "id")}
        if message.thoughts:
            data["thinking"] = "\n".join(message.thoughts)
        if message.usage:
            data["usage"] = message.usage
        if message.stop_reason:
            data["stop_reason"] = message.stop_reason
        conversation = self.scribe.conversation(voice)
        if text:
            conversation.say(entry.message_id, "assistant", text)
        conversation.spend(message.usage)
        if model is not None and not model.startswith("<"):
            conversation.configure("model", model)
        record = entry.record
        failed = record.get("isApiErrorMessage") is True
        if failed:
            data["error"] = text
        aborted = record.get("isAbortedMidStream") is True
        return self.scribe.event(
            entry,
            voice,
            "llm.result",
            name=model,
            data=data,
            status="error" if failed else "cancelled" if aborted else "ok",
            causes=self._reply(entry),
        )

    def _call(self, entry: Entry, voice: Voice, block: Object, message: int) -> int:
        call_id = text_of(block, "id")
        name = text_of(block, "name") or "tool"
        args = object_of(block, "input")
        if call_id is not None:
            self.scribe.conversation(voice).say(call_id, "tool", "", name=name, status="open")
        seq = self.scribe.event(
            entry,
            voice,
            "tool.call",
            name=name,
            data={"args": slim(block.get("input")), "call_id": call_id},
            opens=True,
            causes=[Edge(message, "recorded", "called by message")],
        )
        if call_id is not None:
            self.calls[call_id] = Call(seq, name, args, entry.time, self.scribe.timeline)
        return seq

    def user(self, entry: Entry, voice: Voice) -> int | None:
        """Results of calls, then whatever else the line says."""
        seq = None
        rest: list[Object] = []
        for block in entry.blocks:
            if block.get("type") == "tool_result":
                seq = self._answer(entry, voice, block)
            else:
                rest.append(block)
        if rest or seq is None:
            seq = self._message(entry, voice, rest)
        return seq

    def _answer(self, entry: Entry, voice: Voice, block: Object) -> int:
        call_id = text_of(block, "tool_use_id") or text_of(entry.record, "sourceToolUseID")
        call = self.calls.get(call_id) if call_id else None
        failed = block.get("is_error") is True
        content = block.get("content")
        text = content if isinstance(content, str) else joined_text(objects_in(content))
        data: Object = {"error" if failed else "result": slim(content), "call_id": call_id}
        details = _details(entry.record.get("toolUseResult"))
        if details:
            data["details"] = details
        denial = text_of(entry.record, "toolDenialKind")
        if denial is not None:
            data["denied"] = denial
        conversation = self.scribe.conversation(voice)
        status: Status = "error" if failed else "ok"
        name = call.name if call else None
        if call_id is not None:
            conversation.say(call_id, "tool", text, name=name, status=status)
        if call and not failed:
            self._effects(entry, voice, call)
        closes = call.seq if call and call.waits else None
        if call:
            call.waits = False
        else:
            self.orphans += 1
        causes = [Edge(closes, "recorded", "result of call")] if closes else []
        if call_id in self.returned:
            causes.append(Edge(self.returned[call_id], "recorded", "returned by sub-agent"))
        return self.scribe.event(
            entry,
            voice,
            "tool.result",
            name=name,
            data=data,
            closes=closes,
            status=status,
            duration=_between(call, entry) if closes else None,
            causes=causes,
        )

    def _effects(self, entry: Entry, voice: Voice, call: Call) -> None:
        """What a successful call changed beside the conversation."""
        conversation = self.scribe.conversation(voice)
        result = entry.record.get("toolUseResult")
        todos = planned(call.name, call.args, result, conversation.todos)
        if todos is not None:
            conversation.plan(todos)
        elif call.name in ("Edit", "MultiEdit", "Write"):
            path = written_path(call.args, result)
            known = conversation.file(path) if path else None
            written = file_write(call.args, result, known)
            if written is not None:
                conversation.write_file(*written)

    def _message(self, entry: Entry, voice: Voice, blocks: list[Object]) -> int:
        text = joined_text(blocks)
        record = entry.record
        conversation = self.scribe.conversation(voice)
        identity = entry.uuid or f"line-{entry.line}"
        if text.startswith(INTERRUPTED):
            conversation.say(identity, "user", text)
            return self.scribe.event(
                entry, voice, "interrupt", data={"content": text}, causes=self._reply(entry)
            )
        name = None
        if record.get("isCompactSummary") is True:
            name = "summary"
            conversation.forget()
        elif CLEAR in text:
            name = "/clear"
            conversation.forget()
        elif match := _COMMAND.search(text[:400]):
            name = match[1]
        elif record.get("isMeta") is True:
            name = "meta"
        conversation.say(identity, "user", text)
        plain = len(blocks) == 1 and blocks[0].get("type") == "text"
        content: JSON = text if plain else slim(list(blocks))
        data: Object = {"role": "user", "content": content}
        if not blocks:
            data["raw"] = slim(record.get("message"))
        return self.scribe.event(
            entry, voice, "message", name=name, data=data, causes=self._reply(entry)
        )

    def _reply(self, entry: Entry) -> list[Edge]:
        """The event this line follows in the conversation."""
        before = self.scribe.place(entry.parent)
        if before is None or before.event is None:
            return []
        return [Edge(before.event, "recorded", "follows")]


def _details(result: JSON) -> Object:
    """A structured result without what is known from elsewhere."""
    if not isinstance(result, dict):
        return {}
    return {key: slim(value) for key, value in result.items() if key not in _BULKY}


def _between(call: Call | None, entry: Entry) -> int | None:
    """How long a call took by its own clock, unless the clock went back."""
    if call is None or call.time is None or entry.time is None or entry.time < call.time:
        return None
    return entry.time - call.time
