"""What people, models and tools say and do, as events and as messages of the state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ttdebug.foreign.times import between
from ttdebug.foreign.values import plain_text, slim
from ttdebug.formats.conversation.scribe import Moment, Scribe
from ttdebug.model import JSON, Edge, Object, Status

MAX_NEWS = 32
"""Causes inferred for one reply."""


@dataclass(slots=True)
class Call:
    """A tool call: its event, its arguments, and whether it still waits for its result.

    Arguments that are no object are in `text`.
    """

    seq: int
    name: str
    args: Object
    time: int | None
    timeline: int
    text: str = ""
    waits: bool = True


@dataclass(slots=True)
class Talk:
    """Writes the conversation proper; calls and results are joined by id across all agents.

    Where a format does not say what a reply follows, `infers` makes what was new to the model
    since its last reply the cause of the next one.
    """

    scribe: Scribe
    infers: bool = False
    calls: dict[str, Call] = field(default_factory=dict)
    orphans: int = 0
    """Results without a call."""
    _news: dict[tuple[int, str], list[int]] = field(default_factory=dict)

    def message(
        self,
        moment: Moment,
        identity: str,
        role: str,
        content: JSON,
        *,
        name: str | None = None,
        data: Object | None = None,
        causes: Iterable[Edge] = (),
    ) -> int:
        """Somebody said something; `data` adds to `role` and `content`."""
        self.scribe.conversation(moment.agent).say(identity, role, plain_text(content))
        whole: Object = {"role": role, "content": slim(content), **(data or {})}
        return self._told(
            moment, self.scribe.event(moment, "message", name=name, data=whole, causes=causes)
        )

    def reply(
        self,
        moment: Moment,
        identity: str,
        output: str,
        *,
        model: str | None = None,
        data: Object | None = None,
        status: Status = "ok",
        causes: Iterable[Edge] = (),
    ) -> int:
        """A model answered; `data` adds to `output`: usage, thinking, cost_usd..."""
        conversation = self.scribe.conversation(moment.agent)
        if output:
            conversation.say(identity, "assistant", output)
        if model is not None and not model.startswith("<"):  # <synthetic> is none
            conversation.configure("model", model)
        whole: Object = {"output": output, **(data or {})}
        news = self._news.pop((self.scribe.timeline, moment.agent), ())
        causes = [*causes, *(Edge(seq, "inferred", "new to the model") for seq in news)]
        return self.scribe.event(
            moment, "llm.result", name=model, data=whole, status=status, causes=causes
        )

    def call(
        self,
        moment: Moment,
        call_id: str | None,
        name: str,
        args: JSON,
        *,
        data: Object | None = None,
        by: int | None = None,
    ) -> int:
        """A tool was called by the message that is event `by`; returns the span's seq."""
        if call_id is not None:
            conversation = self.scribe.conversation(moment.agent)
            conversation.say(call_id, "tool", "", name=name, status="open")
        seq = self.scribe.event(
            moment,
            "tool.call",
            name=name,
            data={"args": slim(args), "call_id": call_id, **(data or {})},
            opens=True,
            causes=() if by is None else (Edge(by, "recorded", "called by message"),),
        )
        if call_id is not None:
            known = args if isinstance(args, dict) else {}
            text = args if isinstance(args, str) else ""
            timeline = self.scribe.timeline
            self.calls[call_id] = Call(seq, name, known, moment.time, timeline, text)
        return seq

    def waiting(self, call_id: str | None) -> Call | None:
        """The call with this id, if it has no result yet."""
        call = self.calls.get(call_id) if call_id is not None else None
        return call if call is not None and call.waits else None

    def result(
        self,
        moment: Moment,
        call_id: str | None,
        content: JSON,
        *,
        text: str | None = None,
        name: str | None = None,
        status: Status = "ok",
        data: Object | None = None,
        duration: int | None = None,
        causes: Iterable[Edge] = (),
    ) -> int:
        """A tool returned; closes its call if that still waits, else stands alone.

        `content` is stored as `result`, or as `error` if the status says so; `text` is what the
        state shows of it.
        """
        call = self.calls.get(call_id) if call_id is not None else None
        name = call.name if call is not None else name
        if call_id is not None:
            shown = plain_text(content) if text is None else text
            conversation = self.scribe.conversation(moment.agent)
            conversation.say(call_id, "tool", shown, name=name, status=status)
        closes = call.seq if call is not None and call.waits else None
        if call is not None:
            call.waits = False
        else:
            self.orphans += 1
        if call is not None and closes is not None:
            causes = [Edge(closes, "recorded", "result of call"), *causes]
            duration = between(call.time, moment.time) if duration is None else duration
        key = "error" if status == "error" else "result"
        seq = self.scribe.event(
            moment,
            "tool.result",
            name=name,
            data={key: slim(content), "call_id": call_id, **(data or {})},
            closes=closes,
            status=status,
            duration=duration,
            causes=causes,
        )
        return self._told(moment, seq)

    def _told(self, moment: Moment, seq: int) -> int:
        if self.infers:
            news = self._news.setdefault((self.scribe.timeline, moment.agent), [])
            if len(news) < MAX_NEWS:
                news.append(seq)
        return seq
