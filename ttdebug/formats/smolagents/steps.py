"""A step of acting: one record that holds the model's turn, the calls and what they gave."""

from __future__ import annotations

from typing import Final, NamedTuple

from ttdebug.foreign.shapes import embedded, integer_of, number_of, object_of, objects_in, text_of
from ttdebug.foreign.times import SECONDS, parse_time, scaled
from ttdebug.foreign.values import plain_text, rest, slim
from ttdebug.formats.conversation import Moment, Talk
from ttdebug.model import Edge, Object

_TOLD: Final = (
    "step_number", "step", "timing", "start_time", "end_time", "duration", "error", "code_action",
    "model_input_messages", "model_output_message", "model_output", "tool_calls", "observations",
    "token_usage",
)  # fmt: skip


class Timing(NamedTuple):
    """When a step began and ended and how long it took, in ns; None is unknown."""

    start: int | None
    end: int | None
    duration: int | None


class Step:
    """Writes a step as a span with a model's answer, tool calls and results inside."""

    def __init__(self, index: int, record: Object, talk: Talk) -> None:
        self._index = index
        self._record = record
        self._talk = talk
        self._scribe = talk.scribe
        number = integer_of(record, "step_number")
        self._number = integer_of(record, "step") if number is None else number
        self._timing = timing(record)
        self._error = record.get("error")

    def write(self, before: int | None) -> None:
        """The whole step, which follows the event `before`."""
        name = f"step {self._index if self._number is None else self._number}"
        span = self._scribe.event(
            self._moment(self._timing.start), "step", name=name, opens=True, causes=after(before)
        )
        answer = self._model(span)
        calls = self._calls()
        for call in calls:
            self._call(call, span, answer)
        self._results(calls, span)
        self._scribe.event(
            self._moment(self._timing.end),
            "step.end",
            name=name,
            data=rest(self._record, *_TOLD),
            closes=span,
            status="ok" if self._error is None else "error",
            duration=self._timing.duration,
            causes=[Edge(span, "recorded", "end of span")],
        )

    def _moment(self, time: int | None, parent: int | None = None) -> Moment:
        source: Object = {"index": self._index}
        if self._number is not None:
            source["step"] = self._number
        return Moment(time=time, source=source, parent=parent)

    def _model(self, span: int) -> int:
        """What went to the model, where the memory has that, and what came back."""
        record, call = self._record, None
        if isinstance(record.get("model_input_messages"), list):
            data: Object = {"messages": slim(record["model_input_messages"])}
            moment = self._moment(self._timing.start, span)
            call = self._scribe.event(moment, "llm.call", data=data, opens=True)
        message = object_of(record, "model_output_message")
        output = record.get("model_output")
        text = plain_text(message.get("content") if output is None else output)
        conversation = self._scribe.conversation()
        if text:
            conversation.say(f"{self._index}.answer", "assistant", text)
        conversation.spend(object_of(record, "token_usage"))
        return self._scribe.event(
            self._moment(None, span),
            "llm.result",
            data={"output": text, **usage(record)},
            closes=call,
            status="ok" if text or message else None,
            causes=[] if call is None else [Edge(call, "recorded", "result of call")],
        )

    def _calls(self) -> list[Object]:
        """The calls of the step; of one that failed at once only the model's message tells."""
        calls = objects_in(self._record.get("tool_calls"))
        message = object_of(self._record, "model_output_message")
        return calls or objects_in(message.get("tool_calls"))

    def _call(self, call: Object, span: int, answer: int) -> None:
        function = object_of(call, "function")
        args = embedded(function.get("arguments"))
        name = text_of(function, "name") or text_of(call, "name") or "tool"
        self._talk.call(self._moment(None, span), self._id(call), name, args, by=answer)

    def _id(self, call: Object) -> str:
        """What joins a call and its result."""
        return text_of(call, "id") or f"entry {self._index}"

    def _results(self, calls: list[Object], span: int) -> None:
        """What running the calls gave. It was observed of all at once: the last result holds it."""
        observed = self._record.get("observations")
        moment = self._moment(self._timing.end, span)
        error = slim(self._error)
        for call in calls[:-1]:
            self._talk.result(moment, self._id(call), None, text="")
        if not calls:
            if observed is not None:
                data: Object = {"observations": observed}
                self._scribe.event(moment, "message", name="observation", data=data)
            if self._error is not None:
                self._scribe.event(moment, "error", data={"error": error}, status="error")
        elif self._error is not None:
            more: Object = {} if observed is None else {"observations": observed}
            text = plain_text(object_of(self._record, "error").get("message"))
            identity = self._id(calls[-1])
            self._talk.result(moment, identity, error, text=text, status="error", data=more)
        else:
            self._talk.result(moment, self._id(calls[-1]), observed)


def timing(record: Object) -> Timing:
    """The times of a step, nested or, before 1.15, among its own fields."""
    timed = object_of(record, "timing") or record
    start, end = (parse_time(timed.get(key))[0] for key in ("start_time", "end_time"))
    seconds = number_of(timed, "duration")
    duration = None if seconds is None else scaled(seconds, SECONDS)
    return Timing(start, end, duration)


def usage(record: Object) -> Object:
    """The tokens of a step as an event tells them."""
    found = object_of(record, "token_usage")
    return {"usage": found} if found else {}


def after(before: int | None) -> list[Edge]:
    """The entry that another one follows."""
    return [] if before is None else [Edge(before, "recorded", "follows")]
