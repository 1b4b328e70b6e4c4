"""What people, the model and its tools said: user and assistant lines."""

from __future__ import annotations

import re

from ttdebug.foreign.shapes import objects_in, text_of
from ttdebug.foreign.values import joined_text, slim
from ttdebug.formats.claude_code.entries import CLEAR, INTERRUPTED, TOKENS, Entry
from ttdebug.formats.claude_code.files import file_write, written_path
from ttdebug.formats.claude_code.scribe import Scribe, Voice, moment
from ttdebug.formats.claude_code.survey import Survey
from ttdebug.formats.claude_code.todos import planned
from ttdebug.formats.conversation import Call, Talk
from ttdebug.model import JSON, Edge, Object

_COMMAND = re.compile(r"<command-name>\s*(/?[\w:.-]+)")
_BULKY = frozenset(
    {"originalFile", "content", "oldString", "newString", "file", "stdout", "prompt"}
)
"""Fields of a structured result that its call, its text or the state hold already."""


class Turns:
    """Writes the conversation proper. Calls are shared by all agents of a session."""

    def __init__(self, scribe: Scribe) -> None:
        self._scribe = scribe
        self.talk = Talk(scribe)
        self.returned: dict[str, int] = {}
        """By call id, the last event of the sub-agent that worked for it."""
        self._begun: dict[str, int] = {}

    def assistant(self, entry: Entry, voice: Voice, survey: Survey) -> int | None:
        """One `llm.result` at the first line of an API message; a `tool.call` for each block."""
        key = f"{voice.agent} {self._scribe.timeline} {entry.message_id}"
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
        data: Object = {"message_id": text_of(entry.message, "id")}
        if message.thoughts:
            data["thinking"] = "\n".join(message.thoughts)
        if message.usage:
            data["usage"] = message.usage
        if message.stop_reason:
            data["stop_reason"] = message.stop_reason
        conversation = self._scribe.conversation(voice.agent)
        conversation.spend(message.usage, TOKENS)
        record = entry.record
        failed = record.get("isApiErrorMessage") is True
        if failed:
            data["error"] = text
        aborted = record.get("isAbortedMidStream") is True
        return self.talk.reply(
            moment(entry, voice),
            entry.message_id,
            text,
            model=model,
            data=data,
            status="error" if failed else "cancelled" if aborted else "ok",
            causes=self._reply(entry),
        )

    def _call(self, entry: Entry, voice: Voice, block: Object, message: int) -> int:
        call_id = text_of(block, "id")
        name = text_of(block, "name") or "tool"
        return self.talk.call(moment(entry, voice), call_id, name, block.get("input"), by=message)

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
        failed = block.get("is_error") is True
        content = block.get("content")
        text = content if isinstance(content, str) else joined_text(objects_in(content))
        data: Object = {}
        details = _details(entry.record.get("toolUseResult"))
        if details:
            data["details"] = details
        denial = text_of(entry.record, "toolDenialKind")
        if denial is not None:
            data["denied"] = denial
        call = self.talk.calls.get(call_id) if call_id else None
        if call and not failed:
            self._effects(entry, voice, call)
        causes = []
        if call_id in self.returned:
            causes.append(Edge(self.returned[call_id], "recorded", "returned by sub-agent"))
        return self.talk.result(
            moment(entry, voice),
            call_id,
            content,
            text=text,
            status="error" if failed else "ok",
            data=data,
            causes=causes,
        )

    def _effects(self, entry: Entry, voice: Voice, call: Call) -> None:
        """What a successful call changed beside the conversation."""
        conversation = self._scribe.conversation(voice.agent)
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
        conversation = self._scribe.conversation(voice.agent)
        identity = entry.uuid or f"line-{entry.line}"
        if text.startswith(INTERRUPTED):
            conversation.say(identity, "user", text)
            return self._scribe.event(
                moment(entry, voice), "interrupt", data={"content": text}, causes=self._reply(entry)
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
        return self._scribe.event(
            moment(entry, voice), "message", name=name, data=data, causes=self._reply(entry)
        )

    def _reply(self, entry: Entry) -> list[Edge]:
        """The event this line follows in the conversation."""
        before = self._scribe.place(entry.parent)
        if before is None or before.event is None:
            return []
        return [Edge(before.event, "recorded", "follows")]


def _details(result: JSON) -> Object:
    """A structured result without what is known from elsewhere."""
    if not isinstance(result, dict):
        return {}
    return {key: slim(value) for key, value in result.items() if key not in _BULKY}
