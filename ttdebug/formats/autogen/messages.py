"""Messages of a team as events: what members said, called, were told and handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ttdebug.foreign.shapes import embedded, object_of, objects_in, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.foreign.values import plain_text, slim
from ttdebug.formats.conversation import Informed, Moment, Scribe, Talk
from ttdebug.model import Edge, Object

USER = "user"
_SHARED = frozenset(("id", "source", "models_usage", "metadata", "created_at", "content", "type"))


class Messages:
    """Writes one message after the other. `source` tells where each stands."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._last: int | None = None
        self._speaker = "team"
        self._code: dict[str, str] = {}
        self.unknown = 0
        self.learnt = False

    @property
    def _scribe(self) -> Scribe:
        return self._talk.scribe

    def write(self, record: Object, source: Object) -> None:
        """One record of the stream, of a thread, or of a model's context."""
        known: dict[str, Callable[[Moment, Object], int | None]] = {
            "TextMessage": self._said,
            "MultiModalMessage": self._said,
            "StopMessage": self._said,
            "ToolCallSummaryMessage": self._said,
            "ThoughtEvent": self._thought,
            "ToolCallRequestEvent": self._called,
            "ToolCallExecutionEvent": self._returned,
            "HandoffMessage": self._handed_over,
            "CodeGenerationEvent": self._wrote_code,
            "CodeExecutionEvent": self._ran_code,
            "SelectSpeakerEvent": self._selected,
            "UserInputRequestedEvent": self._asked,
            "TaskResult": self._ended,
            "UserMessage": self._said,
            "SystemMessage": self._said,
            "AssistantMessage": self._answered,
            "FunctionExecutionResultMessage": self._returned,
        }
        kind = text_of(record, "type") or ""
        write = known.get(kind)
        if write is None and kind.startswith("StructuredMessage"):
            write = self._said
        moment = Moment(
            text_of(record, "source") or text_of(source, "agent") or self._speaker,
            parse_time(record.get("created_at"))[0],
            _place(record, source),
        )
        if write is None:
            self.unknown += 1
            self._scribe.event(moment, "marker", name=kind or None, data=record)
            return
        self._speaker = moment.agent
        seq = write(moment, record)
        if seq is not None:
            self._last = seq

    def _said(self, moment: Moment, record: Object) -> int:
        """Somebody said something; of a model's words the usage is known."""
        content = record.get("content")
        usage = object_of(record, "models_usage")
        if usage:
            rest = self._rest(record)
            if not isinstance(content, str):
                rest["content"] = slim(content)
            return self._reply(moment, record, plain_text(content), rest)
        asks = moment.agent == USER or record.get("type") == "UserMessage"
        role = "system" if record.get("type") == "SystemMessage" else USER if asks else "assistant"
        return self._talk.message(
            moment, _identity(record, moment), role, content, data=self._rest(record),
            causes=self._before(),
        )  # fmt: skip

    def _reply(self, moment: Moment, record: Object, text: str, data: Object) -> int:
        usage = object_of(record, "models_usage")
        if usage:
            self._scribe.conversation(moment.agent).spend(usage)
            data["usage"] = {
                "input_tokens": usage.get("prompt_tokens"),
                "output_tokens": usage.get("completion_tokens"),
            }
        return self._talk.reply(
            moment, _identity(record, moment), text, data=data, causes=self._before()
        )

    def _thought(self, moment: Moment, record: Object) -> int:
        data: Object = {"thinking": record.get("content"), **self._rest(record)}
        return self._scribe.event(moment, "decision", name="thought", data=data)

    def _called(self, moment: Moment, record: Object) -> int:
        """A model asked for tools: its answer, then a call for each."""
        seq = self._reply(moment, record, "", self._rest(record))
        return self._calls(moment, objects_in(record.get("content")), seq)

    def _answered(self, moment: Moment, record: Object) -> int:
        """A model's answer as its context keeps it: words, or calls."""
        content = record.get("content")
        text = content if isinstance(content, str) else ""
        seq = self._reply(moment, record, text, self._rest(record))
        return self._calls(moment, objects_in(content), seq)

    def _calls(self, moment: Moment, calls: Iterable[Object], by: int) -> int:
        seq = by
        for call in calls:
            args = embedded(call.get("arguments"))
            name = text_of(call, "name") or "tool"
            seq = self._talk.call(moment, text_of(call, "id"), name, args, by=by)
        return seq

    def _returned(self, moment: Moment, record: Object) -> int | None:
        """What tools answered, each to its call; a call that failed says so itself."""
        seq = None
        for result in objects_in(record.get("content")):
            content = embedded(result.get("content"))
            failed = result.get("is_error") is True
            if isinstance(content, dict) and not failed:
                member = self._scribe.conversation(moment.agent)
                if isinstance(member, Informed):
                    member.learn(content)
                    self.learnt = True
            seq = self._talk.result(
                moment,
                text_of(result, "call_id"),
                content,
                text=text_of(result, "content"),
                name=text_of(result, "name"),
                status="error" if failed else "ok",
            )
        return seq

    def _handed_over(self, moment: Moment, record: Object) -> int:
        data: Object = {"content": record.get("content"), **self._rest(record)}
        target = text_of(record, "target")
        return self._scribe.event(moment, "handoff", name=target, data=data, causes=self._before())

    def _wrote_code(self, moment: Moment, record: Object) -> int:
        """A code executor's call of itself, which the next execution answers."""
        call_id = self._code[moment.agent] = _identity(record, moment)
        args: Object = {"code_blocks": record.get("code_blocks")}
        by = self._reply(moment, record, str(record.get("content") or ""), {})
        return self._talk.call(moment, call_id, "code", args, by=by)

    def _ran_code(self, moment: Moment, record: Object) -> int:
        result = object_of(record, "result")
        failed = result.get("exit_code") not in (0, None)
        return self._talk.result(
            moment,
            self._code.pop(moment.agent, None),
            record.get("result"),
            text=text_of(result, "output"),
            name="code",
            status="error" if failed else "ok",
        )

    def _selected(self, moment: Moment, record: Object) -> int:
        chosen = record.get("content")
        names = chosen if isinstance(chosen, list) else [chosen]
        name = ", ".join(str(one) for one in names)
        return self._scribe.event(
            moment, "decision", name=name, data={"speaker": chosen}, causes=self._before()
        )

    def _asked(self, moment: Moment, record: Object) -> int:
        return self._scribe.event(moment, "interrupt", data=self._rest(record))

    def _ended(self, moment: Moment, record: Object) -> int:
        """The end of a task, which repeats all messages; they were written already."""
        data = {key: value for key, value in record.items() if key not in ("type", "messages")}
        repeated = record.get("messages")
        if isinstance(repeated, list):
            data["messages"] = len(repeated)
        return self._scribe.event(moment, "run.end", data=data, causes=self._before())

    def _before(self) -> tuple[Edge, ...]:
        """What was said last, to which a member of the team reacts."""
        return () if self._last is None else (Edge(self._last, "inferred", "the message before"),)

    def _rest(self, record: Object) -> Object:
        """What only this type of message has, and its type."""
        rest: Object = {key: record[key] for key in record if key not in _SHARED}
        if record.get("metadata"):
            rest["metadata"] = record["metadata"]
        return {"kind": record.get("type"), **rest}


def _identity(record: Object, moment: Moment) -> str:
    place = moment.source or {}
    return text_of(record, "id") or f"{place.get('line', place.get('index'))} {moment.agent}"


def _place(record: Object, source: Object) -> Object:
    found = text_of(record, "id")
    return source if found is None else {**source, "id": found}
