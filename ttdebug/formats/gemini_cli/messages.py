"""Messages as they come and grow: each time one is written again, only what is new is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from ttdebug.foreign.shapes import integer_of, object_of, objects_in, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.foreign.values import plain_text, slim
from ttdebug.formats.conversation import Moment, Talk
from ttdebug.formats.gemini_cli.tools import STATUS, Workspace, response_of
from ttdebug.model import JSON, Object

_GREW = ("toolCalls", "timestamp")
_TOKENS = ("input", "output", "cached", "thoughts", "tool", "total")


@dataclass(slots=True)
class Known:
    """A message as it was written last, and the position just before its first event."""

    record: Object
    timeline: int
    seq: int
    place: int
    event: int = 0
    called: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)


class Messages:
    """Writes messages; `known` holds those of the conversation by id, in order."""

    def __init__(self, talk: Talk, agent: str, file: str | None) -> None:
        self._talk = talk
        self._agent = agent
        self._file = file
        self._workspace = Workspace()
        self.known: dict[str, Known] = {}
        self.repeats = 0

    def moment(self, record: Object, line: int | None = None, **more: JSON) -> Moment:
        """Where a record stands."""
        source: Object = {} if line is None else {"line": line}
        source |= more
        if self._file is not None:
            source["file"] = self._file
        return Moment(self._agent, parse_time(record.get("timestamp"))[0], source)

    def write(self, record: Object, line: int | None, number: int) -> None:
        """A message, for the first time or again; `number` counts records from 1."""
        identity = text_of(record, "id") or f"message-{number}"
        moment = self.moment(record, line, id=identity)
        known = self.known.get(identity)
        scribe = self._talk.scribe
        if known is None:
            place = len(scribe.conversation(self._agent))
            known = Known(record, scribe.timeline, scribe.last_seq, place)
            self.known[identity] = known
            known.event = self._first(moment, identity, record)
        elif known.record == record:
            self.repeats += 1
        else:
            self._again(moment, identity, known, record)
            known.record = record
        self._calls(moment, known, record)

    def say_again(self, identity: str, record: Object) -> None:
        """Put a message that is known already back into the conversation, without an event."""
        conversation = self._talk.scribe.conversation(self._agent)
        known = self.known[identity]
        known.place = len(conversation)
        kind, text = text_of(record, "type"), plain_text(record.get("content"))
        if kind == "user" or (kind == "gemini" and text):
            conversation.say(identity, "user" if kind == "user" else "assistant", text)
        for call in objects_in(record.get("toolCalls")):
            call_id = text_of(call, "id")
            if call_id in known.called and call_id is not None:
                status = STATUS.get(text_of(call, "status"), "open")
                shown = plain_text(response_of(call))
                name = text_of(call, "name")
                conversation.say(call_id, "tool", shown, name=name, status=status)

    def _first(self, moment: Moment, identity: str, record: Object) -> int:
        kind = text_of(record, "type") or "unknown"
        content = record.get("content")
        if kind == "user":
            return self._talk.message(moment, identity, "user", content)
        if kind == "gemini":
            self._spend(record, {})
            data = _reply_data(record)
            model = text_of(record, "model")
            return self._talk.reply(moment, identity, plain_text(content), model=model, data=data)
        rest: Object = {k: slim(v) for k, v in record.items() if k not in ("id", "timestamp")}
        if kind == "error":
            return self._talk.scribe.event(moment, "error", data=rest, status="error")
        return self._talk.scribe.event(moment, "marker", name=kind, data=rest)

    def _again(self, moment: Moment, identity: str, known: Known, record: Object) -> None:
        """A message is written again: what changed beside its calls is an update."""
        before = known.record
        keys = [key for key in {**before, **record} if key not in _GREW]
        changed = {key: record.get(key) for key in keys if record.get(key) != before.get(key)}
        if not changed:
            return
        self._spend(record, before)
        text = plain_text(record.get("content"))
        kind = text_of(record, "type")
        if "content" in changed and kind in ("user", "gemini"):
            conversation = self._talk.scribe.conversation(self._agent)
            conversation.say(identity, "user" if kind == "user" else "assistant", text)
        data: Object = {"of": known.event, **{key: slim(v) for key, v in changed.items()}}
        self._talk.scribe.event(moment, "state", name="update", data=data)

    def _spend(self, record: Object, before: Object) -> None:
        """Count the tokens of a message, or what they grew by."""
        old, new = object_of(before, "tokens"), object_of(record, "tokens")
        grown: Object = {
            f"{key}_tokens": (integer_of(new, key) or 0) - (integer_of(old, key) or 0)
            for key in _TOKENS
            if key in new
        }
        self._talk.scribe.conversation(self._agent).spend(grown)

    def _calls(self, moment: Moment, known: Known, record: Object) -> None:
        """Calls that are new, and results that have come since."""
        for number, call in enumerate(objects_in(record.get("toolCalls")), 1):
            call_id = text_of(call, "id") or f"{known.event}-{number}"
            source: Object = {**(moment.source or {}), "call_id": call_id}
            here = moment._replace(source=source)
            if call_id not in known.called:
                known.called.add(call_id)
                name = text_of(call, "name") or "tool"
                self._talk.call(here, call_id, name, call.get("args"), by=known.event or None)
            status = STATUS.get(text_of(call, "status"))
            if status is not None and call_id not in known.answered:
                known.answered.add(call_id)
                self._result(here, call_id, call)

    def _result(self, moment: Moment, call_id: str, call: Object) -> None:
        status = STATUS[text_of(call, "status")]
        moment = moment._replace(time=parse_time(call.get("timestamp"))[0] or moment.time)
        if status == "ok":
            self._workspace.succeed(self._talk.scribe.conversation(self._agent), call)
        data: Object = {}
        display = call.get("resultDisplay")
        if display:
            data["display"] = slim(display)
        self._talk.result(moment, call_id, response_of(call), status=status, data=data)


def _reply_data(record: Object) -> Object:
    data: Object = {}
    tokens = object_of(record, "tokens")
    if tokens:
        data["usage"] = {f"{key}_tokens": value for key, value in tokens.items()}
    thoughts = [
        ": ".join(filter(None, [text_of(one, "subject"), text_of(one, "description")]))
        for one in objects_in(record.get("thoughts"))
    ]
    if thoughts:
        data["thinking"] = "\n".join(thoughts)
    return data
