"""The events of a history, one for one, with the spans that their ids make of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Unpack

from ttdebug.foreign.shapes import integer_of, object_of, text_of
from ttdebug.foreign.times import between
from ttdebug.formats.conversation import Informed, Scribe
from ttdebug.formats.facts import Spanning
from ttdebug.formats.temporal import models
from ttdebug.formats.temporal.entries import Entry, read_entry
from ttdebug.model import JSON, Edge, Object, Status

_SPANS = {
    "ACTIVITY_TASK_SCHEDULED": "tool.call",
    "WORKFLOW_TASK_SCHEDULED": "workflow_task",
    "TIMER_STARTED": "timer",
    "START_CHILD_WORKFLOW_EXECUTION_INITIATED": "child_workflow",
    "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED": "signal",
    "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED": "cancel",
    "NEXUS_OPERATION_SCHEDULED": "nexus",
}
_OPENERS = ("scheduledEventId", "initiatedEventId", "startedEventId")
_CAUSES = {
    "workflowTaskCompletedEventId": "decided in this workflow task",
    "startedEventId": "started",
    "acceptedEventId": "answer to this update",
}
_KNOWN = frozenset(
    (
        "MARKER_RECORDED", "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", "WORKFLOW_PROPERTIES_MODIFIED",
        "WORKFLOW_EXECUTION_OPTIONS_UPDATED", "WORKFLOW_EXECUTION_UPDATE_ADMITTED",
        "WORKFLOW_EXECUTION_UPDATE_REJECTED",
    )
)  # fmt: skip
STARTED = "WORKFLOW_EXECUTION_STARTED"


class _Span(NamedTuple):
    """An open span: its event, the type and the name it closes with, its start.

    `message` is the identity by which an activity stands among the messages of the state.
    """

    seq: int
    closing: str
    name: str | None
    time: int | None
    message: str = ""


class History:
    """Writes the events of one workflow execution; its `state` is folded on the way."""

    def __init__(self, scribe: Scribe, state: Informed, agent: str) -> None:
        self._scribe = scribe
        self._state = state
        self._agent = agent
        self._spans: dict[int, _Span] = {}
        self._seqs: dict[int, int] = {}
        self._run: _Span | None = None
        self._woke: int | None = None
        self.unknown = 0

    def write(self, record: Object, place: int) -> None:
        """One event of the history; `place` counts them from 1."""
        parent = self._run.seq if self._run else None
        entry = read_entry(record, place, self._agent, parent)
        kind = entry.kind
        opener = self._opener(entry.attributes)
        if kind == STARTED:
            seq = self._start(entry)
        elif kind in _SPANS:
            seq = self._open(entry)
        elif opener is not None:
            seq = self._follow(entry, opener)
        elif kind.startswith("WORKFLOW_EXECUTION_") and entry.status and "UPDATE" not in kind:
            seq = self._signalled(entry) if kind.endswith("_SIGNALED") else self._end(entry)
        else:
            seq = self._alone(entry)
        self._seqs[entry.number] = seq
        if not kind.startswith("WORKFLOW_TASK"):
            self._woke = seq

    def _opener(self, attributes: Object) -> int | None:
        """The number of the event that opened what this one is about."""
        for key in _OPENERS:
            number = integer_of(attributes, key)
            if number is not None and number in self._spans:
                return number
        return None

    def _start(self, entry: Entry) -> int:
        given = entry.attributes.get("input")
        self._state.learn({"input": given, "status": "running"})
        name = entry.name
        seq = self._event(entry, "run.start", name=name, opens=True)
        self._run = _Span(seq, "run.end", name, entry.moment.time)
        return seq

    def _end(self, entry: Entry) -> int:
        """The execution is over; what it returned is the last of its state."""
        status = entry.status or "ok"
        self._state.learn({"status": entry.kind.removeprefix("WORKFLOW_EXECUTION_").lower()})
        if "result" in entry.attributes:
            self._state.learn({"result": entry.attributes["result"]})
        opened, self._run = self._run, None
        if opened is None:
            return self._event(entry, "run.end", status=status)
        return self._close(entry, opened, status)

    def _open(self, entry: Entry) -> int:
        name, type_ = entry.name, _SPANS[entry.kind]
        closing, message = f"{type_}.end", f"activity {entry.number}"
        if type_ == "tool.call":
            args = entry.attributes.get("input")
            entry.data.pop("input", None)
            entry.data["call_id"] = entry.attributes.get("activityId")
            closing = "tool.result"
            if models.is_model(name or "", args):
                type_, closing = "llm.call", "llm.result"
                entry.data["activity"] = name
                entry.data.update(models.asked(args))
                name = models.model(args) or name
            else:
                entry.data["args"] = args
                self._state.say(message, "tool", "", name=name, status="open")
        seq = self._event(entry, type_, name=name, opens=True)
        self._spans[entry.number] = _Span(seq, closing, name, entry.moment.time, message)
        return seq

    def _follow(self, entry: Entry, opener: int) -> int:
        """Something happened to a span: it ended, or went on."""
        opened = self._spans[opener]
        status = entry.status
        if status is None:
            word = "cancel_requested" if "CANCEL" in entry.kind else "started"
            type_ = f"{opened.closing.rpartition('.')[0]}.{word}"
            return self._event(entry, type_, name=opened.name, parent=opened.seq)
        del self._spans[opener]
        if opened.closing in ("tool.result", "llm.result"):
            self._returned(entry, opened, status)
        return self._close(entry, opened, status)

    def _returned(self, entry: Entry, opened: _Span, status: Status) -> None:
        """An activity is over: what it gave, or why it failed."""
        if status != "ok":
            entry.data.setdefault("error", entry.kind)
        if opened.closing == "tool.result":
            shown = entry.data.get("error" if status != "ok" else "result")
            self._state.say(opened.message, "tool", _shown(shown), name=opened.name, status=status)
            return
        if status == "ok":
            entry.data.update(models.answered(entry.data.pop("result", None)))
            words = entry.data["output"]
            if isinstance(words, str) and words:
                self._state.say(opened.message, "assistant", words)
            self._state.spend(object_of(entry.data, "usage"), models.TOKENS)

    def _close(self, entry: Entry, opened: _Span, status: Status) -> int:
        rule = "result of call" if opened.closing.endswith(".result") else "end of span"
        return self._event(
            entry,
            opened.closing,
            name=opened.name,
            closes=opened.seq,
            status=status,
            duration=between(opened.time, entry.moment.time),
            causes=[Edge(opened.seq, "recorded", rule)],
        )

    def _signalled(self, entry: Entry) -> int:
        """Somebody outside sent something."""
        return self._said(entry, "user", entry.attributes.get("input"))

    def _said(self, entry: Entry, role: str, content: JSON) -> int:
        entry.data.pop("input", None)
        entry.data.update(role=role, content=content)
        self._state.say(f"event {entry.number}", role, _shown(content))
        return self._event(entry, "message", name=entry.name)

    def _alone(self, entry: Entry) -> int:
        """What stands for itself: updates, markers, requests."""
        kind, attributes = entry.kind, entry.attributes
        if kind == "WORKFLOW_EXECUTION_UPDATE_ACCEPTED":
            request = object_of(attributes, "acceptedRequest")
            entry.data["meta"] = request.get("meta")
            return self._said(entry, "user", object_of(request, "input").get("args"))
        if kind == "WORKFLOW_EXECUTION_UPDATE_COMPLETED":
            outcome = object_of(attributes, "outcome")
            return self._said(entry, "assistant", outcome.get("success", outcome.get("failure")))
        if kind == "WORKFLOW_EXECUTION_CANCEL_REQUESTED":
            return self._event(entry, "interrupt", name=text_of(attributes, "cause"))
        if kind.startswith("ACTIVITY_TASK_") and entry.status:
            return self._event(entry, "tool.result", status=entry.status)
        if kind not in _KNOWN:
            self.unknown += 1
        return self._event(entry, "marker", name=entry.name or kind.lower())

    def _event(
        self,
        entry: Entry,
        type: str,  # noqa: A002 - the word events use
        *,
        name: str | None = None,
        parent: int | None = None,
        causes: Iterable[Edge] = (),
        **spanning: Unpack[Spanning],
    ) -> int:
        return self._scribe.event(
            entry.moment,
            type,
            name=name,
            data=entry.data,
            parent=parent,
            causes=[*causes, *self._led_to(entry)],
            **spanning,
        )

    def _led_to(self, entry: Entry) -> Iterator[Edge]:
        """Events that this one names as its reason."""
        for key, rule in _CAUSES.items():
            seq = self._seqs.get(integer_of(entry.attributes, key) or 0)
            if seq is not None:
                yield Edge(seq, "recorded", rule)
        if entry.kind == "WORKFLOW_TASK_SCHEDULED" and self._woke is not None:
            yield Edge(self._woke, "inferred", "what happened before the task")


def _shown(content: JSON) -> str:
    return content if isinstance(content, str) else json.dumps(content)
