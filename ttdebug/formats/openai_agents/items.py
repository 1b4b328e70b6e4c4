"""Items of the Responses API, as sessions and input lists hold them."""

from __future__ import annotations

from typing import Final

from ttdebug.foreign.shapes import embedded, object_of, text_of
from ttdebug.foreign.values import plain_text, rest, slim
from ttdebug.formats.conversation import Moment, Talk
from ttdebug.model import JSON, Edge, Object

HANDOFF: Final = "transfer_to_"
_AT_ONCE: Final = (
    "web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call",
    "mcp_call",
)  # fmt: skip
"""Calls made by the server: one item is all that is heard of them."""

_ARGS: Final = ("arguments", "input", "action", "operation", "queries", "code")
_SHARED: Final = ("type", "id", "call_id", "name", "status", "role", "content", "output", *_ARGS)


class Items:
    """Writes items one after the other."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._before: list[int] = []
        self._answer: int | None = None

    def write(self, moment: Moment, identity: str, item: Object) -> None:
        """One item; `identity` names it in the conversation if it has no id of its own."""
        kind = text_of(item, "type") or ("message" if "role" in item else None)
        if kind == "message":
            self._message(moment, text_of(item, "id") or identity, item)
        elif kind == "reasoning":
            self._reasoning(moment, item)
        elif kind is not None and kind.endswith("_call"):
            self._call(moment, identity, kind, item)
        elif kind is not None and kind.endswith("_call_output"):
            self._output(moment, kind, item)
        else:
            self._talk.scribe.event(moment, "marker", name=kind, data={"item": slim(item)})

    def _message(self, moment: Moment, identity: str, item: Object) -> None:
        role = text_of(item, "role") or "user"
        content = item.get("content")
        more = rest(item, *_SHARED)
        follows = [Edge(seq, "recorded", "follows") for seq in self._before]
        if role == "assistant":
            text = plain_text(content)
            seq = self._talk.reply(moment, identity, text, data=more, causes=follows)
            self._answer = seq
        else:
            seq = self._talk.message(moment, identity, role, content, data=more, causes=follows)
            self._answer = None
        self._before = [seq]

    def _reasoning(self, moment: Moment, item: Object) -> None:
        """What the model thought, as far as it is told."""
        thoughts = plain_text(item.get("summary")) or plain_text(item.get("content"))
        data: Object = {"role": "assistant", "thinking": thoughts}
        self._talk.scribe.event(moment, "message", name="reasoning", data=data)

    def _call(self, moment: Moment, identity: str, kind: str, item: Object) -> None:
        at_once = kind in _AT_ONCE
        call_id = text_of(item, "call_id") or text_of(item, "id") or identity
        name = text_of(item, "name") or kind.removesuffix("_call")
        args = next((embedded(item[key]) for key in _ARGS if item.get(key) is not None), None)
        seq = self._talk.call(
            moment, call_id, name, args, data=rest(item, *_SHARED), by=self._answer
        )
        self._before.append(seq)
        if at_once:
            self._before[-1] = self._talk.result(moment, call_id, slim(item.get("output")))

    def _output(self, moment: Moment, kind: str, item: Object) -> None:
        content = embedded(item.get("output"))
        call_id = text_of(item, "call_id")
        call = self._talk.waiting(call_id)
        if call is not None:
            call.time = None  # rows are stamped to the second: too coarse for a duration
        if isinstance(content, dict):
            self._talk.scribe.conversation(moment.agent).adopt(object_of(content, "state"))
        name = kind.removesuffix("_call_output")
        seq = self._talk.result(moment, call_id, content, name=name, data=rest(item, *_SHARED))
        self._answer = None
        self._before = [done for done in self._before if call is None or done != call.seq]
        self._before.append(seq)
        if call is not None and call.name.startswith(HANDOFF):
            self._handoff(moment, content, seq)

    def _handoff(self, moment: Moment, content: JSON, seq: int) -> None:
        """The conversation goes on with another agent, as the output of the call says."""
        to = text_of(content, "assistant") if isinstance(content, dict) else None
        cause = Edge(seq, "recorded", "handed over by this call")
        self._talk.scribe.event(moment, "handoff", name=to, data={"to": to}, causes=[cause])
