"""Response items: what the model was told, what it said, called and was answered."""

from __future__ import annotations

from collections.abc import Callable

from ttdebug.foreign.shapes import embedded, object_of, objects_in, text_of
from ttdebug.foreign.values import plain_text
from ttdebug.formats.codex.lines import Line, first_text, without
from ttdebug.formats.codex.outputs import Output, read_output
from ttdebug.formats.codex.thread import Thread
from ttdebug.formats.codex.utterances import Utterances
from ttdebug.formats.conversation.changes import apply_changes, apply_envelope
from ttdebug.formats.conversation.patches import patch_in
from ttdebug.model import JSON, Object

_CALLS = {
    "function_call": "arguments",
    "custom_tool_call": "input",
    "tool_search_call": "arguments",
    "local_shell_call": "action",
}
OUTPUTS = {
    "function_call_output": "output",
    "custom_tool_call_output": "output",
    "tool_search_output": "tools",
}
_AT_ONCE = {"web_search_call": "action", "image_generation_call": "result"}
"""Calls made by the server: one item is all that is heard of them."""

_CONTEXT = ("<", "# AGENTS.md instructions")
"""How messages begin that the program writes in the user's name."""


class Items:
    """Writes response items. A response is what the model says between two inputs.

    Of thoughts that are encrypted, `encrypted_thinking` gives the number of characters.
    """

    def __init__(self, thread: Thread, utterances: Utterances) -> None:
        self._thread = thread
        self._talk = thread.talk
        self._utterances = utterances
        self._thoughts: list[str] = []
        self._told: set[str] = set()
        self._unsaid = False
        self._encrypted = 0
        self._first: Line | None = None
        self._reply: int | None = None
        self.begun = False
        """Whether an item of the model answers the latest input already."""
        self.usage: Object = {}
        """Tokens of the response that is about to be written, where they are told before it."""
        self.prompted: Callable[[Line], None] = lambda line: None
        """Called before a prompt of the user is written."""
        self._patched: set[str] = set()

    @property
    def reply(self) -> int | None:
        """The event of the response that is being written, if it has begun."""
        return self._reply

    def write(self, line: Line) -> None:
        """One response item."""
        kind, payload = line.type, line.payload
        if kind == "message":
            self._message(line)
        elif kind == "reasoning":
            self._reasoning(line)
        elif kind in _CALLS:
            args = payload.get(_CALLS[kind])
            self._call(line, text_of(payload, "call_id"), embedded(args))
        elif kind in OUTPUTS:
            self._output(line, payload.get(OUTPUTS[kind]))
        elif kind in _AT_ONCE:
            call_id = text_of(payload, "id") or f"line-{line.number}"
            self._call(line, call_id, without(payload, "id", "status"))
            result = payload.get(_AT_ONCE[kind])
            self._talk.result(self._thread.moment(line), call_id, result, text="")
        elif kind == "agent_message":
            self._agent_message(line)
        else:
            data: Object = {"raw": payload}
            self._thread.marker(line, data)

    def settle(self) -> None:
        """The response is over: write what was only thought, and what only events said."""
        self.release("assistant")
        if self._unsaid and self._first is not None:
            self._say(self._first, "", {})
        self._first, self._reply, self.usage, self.begun = None, None, {}, False
        self._told.clear()

    def release(self, role: str | None = None) -> None:
        """Write utterances of which no response item came."""
        for line, said_by, text in self._utterances.release(role):
            if said_by == "assistant":
                self._say(line, text, {})
            else:
                self._told_by_user(line, said_by, text)

    def think(self, line: Line, text: str) -> None:
        """The model thinks; each thought counts once in a response."""
        if not text or text in self._told:
            return
        if self._first is None:
            self._first = line
        self._unsaid = True
        self._told.add(text)
        self._thoughts.append(text)

    def mark_patched(self, call_id: str | None, changes: Object) -> None:
        """An end event lists what a call changed, before or after its output."""
        if call_id is None or call_id not in self._patched:
            apply_changes(self._thread.conversation, changes)
        if call_id is not None:
            self._patched.add(call_id)

    def _message(self, line: Line) -> None:
        payload = line.payload
        role = text_of(payload, "role") or "user"
        content = payload.get("content")
        text = plain_text(content)
        self._utterances.say(role, text)
        if role == "assistant":
            self.begun = True
            self.release("user")
            self._say(line, text, _phase(payload))
            return
        self.settle()
        self._told_by_user(line, role, _parts(content))

    def _told_by_user(self, line: Line, role: str, content: JSON) -> None:
        text = plain_text(content)
        written = text.startswith(_CONTEXT)
        if role == "user" and not written:
            self.prompted(line)
        name = "context" if role == "user" and written else None
        moment = self._thread.moment(line)
        self._talk.message(moment, line.identity, role, content, name=name)

    def _say(self, line: Line, text: str, data: Object) -> None:
        """The model answers; its thoughts since the last answer belong to this one."""
        thread = self._thread
        if self._thoughts:
            data = {**data, "thinking": "\n".join(self._thoughts)}
        if self._encrypted:
            data = {**data, "encrypted_thinking": self._encrypted}
        self._thoughts, self._encrypted, self._unsaid = [], 0, False
        if self.usage:
            data = {**data, "usage": self.usage}
            self.usage = {}
        self._reply = self._talk.reply(
            thread.moment(line), line.identity, text, model=thread.model, data=data
        )

    def _reasoning(self, line: Line) -> None:
        self.release("user")
        self._first = self._first or line
        self._unsaid = self.begun = True
        self._encrypted += len(text_of(line.payload, "encrypted_content") or "")
        for key in ("summary", "content"):
            for part in objects_in(line.payload.get(key)):
                self.think(line, text_of(part, "text") or "")

    def _call(self, line: Line, call_id: str | None, args: JSON) -> None:
        self.release()
        if self._unsaid:
            self._say(self._first or line, "", {})
        self.begun = True
        payload = line.payload
        name = text_of(payload, "name") or line.type.removesuffix("_call")
        data: Object = {}
        if space := text_of(payload, "namespace"):
            data["namespace"] = space
        moment = self._thread.moment(line)
        self._talk.call(moment, call_id, name, args, data=data, by=self._reply)

    def _output(self, line: Line, raw: JSON) -> None:
        self.settle()
        call_id = text_of(line.payload, "call_id")
        output = read_output(raw)
        data: Object = {}
        if output.exit_code is not None:
            data["exit_code"] = output.exit_code
        self._effects(call_id, output)
        self._talk.result(
            self._thread.moment(line),
            call_id,
            output.value,
            text=output.text,
            status=output.status,
            data=data,
            duration=output.duration,
        )

    def _effects(self, call_id: str | None, output: Output) -> None:
        """What a call that went well changed beside the conversation."""
        call = self._talk.waiting(call_id)
        if call is None or call_id is None or output.status == "error":
            return
        conversation = self._thread.conversation
        if call.name == "update_plan":
            plan = call.args.get("plan")
            if isinstance(plan, list):
                conversation.plan(plan)
        elif call_id not in self._patched:
            patch = patch_in(call.args) if call.args else patch_in(call.text)
            if patch is not None:
                directory = text_of(call.args, "workdir") or conversation.cwd
                apply_envelope(conversation, patch, directory)
                self._patched.add(call_id)

    def _agent_message(self, line: Line) -> None:
        """Another agent writes to this one, or this one to another."""
        self.settle()
        payload = line.payload
        author = first_text(payload.get("author"), payload.get("sender")) or "agent"
        data: Object = {"to": payload.get("recipient")}
        moment = self._thread.moment(line)
        self._talk.message(moment, line.identity, author, payload.get("content"), data=data)


def _phase(payload: Object) -> Object:
    phase = text_of(payload, "phase")
    return {} if phase is None else {"phase": phase}


def _parts(content: JSON) -> JSON:
    """A message of one text as that text."""
    if isinstance(content, list) and len(content) == 1:
        text = object_of({"part": content[0]}, "part").get("text")
        return text if isinstance(text, str) else content
    return content
