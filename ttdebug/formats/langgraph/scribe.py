"""Writes a thread's events: causes, spans, calls and their results, on the right timeline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from ttdebug.formats.langgraph.agents import enclosing
from ttdebug.formats.langgraph.branches import Known, Timelines
from ttdebug.formats.langgraph.channels import NULL_TASK
from ttdebug.formats.langgraph.checkpoints import Checkpoint
from ttdebug.formats.langgraph.meaning import Meaning
from ttdebug.model import MISSING, Edge, EdgeKind, Object
from ttdebug.store.writer import Writer

MOST_CAUSES = 32
"""Tasks that may be said to have led to one node; the latest are kept."""


@dataclass(slots=True)
class Site:
    """A checkpoint already written, where later events attach.

    `seq` is the checkpoint's event. `handoffs` are the events that sent the tasks which run next,
    `onward` those that led to a node ("" is any node); `rebuilt` holds the values of channels
    that checkpoints do not repeat.
    """

    checkpoint: Checkpoint
    agent: str
    timeline: int
    seq: int
    span: int | None = None
    handoffs: list[int] = field(default_factory=list)
    onward: dict[str, list[int]] = field(default_factory=dict)
    rebuilt: Object = field(default_factory=dict)

    def leading_to(self, node: str | None) -> tuple[Edge, ...]:
        """Why `node` ran after this checkpoint: what went on to it, else the checkpoint itself."""
        if node is not None and (named := self.onward.get(node)):
            return _edges(named, "recorded", "went on to this node")
        if only := self.onward.get(""):
            return _edges(only, "inferred", "the only task of the step before")
        return (Edge(self.seq, "recorded", "ran after this checkpoint"),)


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call's event, and whether its result was written."""

    seq: int
    name: str | None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event comes from: node, row ids, and what is known to have caused it."""

    node: str | None
    source: Object
    causes: tuple[Edge, ...] = ()
    call: str | None = None


class Scribe:
    """Appends the events of one run; remembers per timeline what is open."""

    def __init__(self, writer: Writer, timelines: Timelines) -> None:
        self._writer = writer
        self._calls: Known[Call] = Known(timelines)
        self._said: Known[bytes] = Known(timelines)
        self._spans: Known[tuple[int, str]] = Known(timelines)
        self._left: Known[int] = Known(timelines)
        self._latest: Known[int] = Known(timelines)
        self._waiting: Known[dict[str, int]] = Known(timelines)

    def checkpoint(self, site: Site, data: Object, source: Object, causes: Sequence[Edge]) -> int:
        """The event of a checkpoint, which carries the state."""
        made = site.checkpoint
        seq = self._writer.append(
            site.timeline,
            "checkpoint",
            agent=site.agent,
            name=made.source or "loop",
            time=made.time,
            parent=site.span,
            causes=causes,
            data=data,
            source=source,
            state=MISSING if made.state is None else made.state,
        )
        self._latest.learn(site.timeline, made.key.ns, seq, seq)
        return seq

    def enter(self, ns: str, name: str, outer: Site, time: int | None) -> int:
        """Open the span of a subgraph, of a node that runs after the checkpoint `outer`."""
        seq = self._writer.append(
            outer.timeline,
            "subgraph",
            agent=outer.agent,
            name=name,
            time=time,
            parent=outer.span,
            opens=True,
            causes=outer.leading_to(enclosing(ns)[1]),
            data={"subgraph": name},
            source={"checkpoint_ns": ns},
        )
        self._spans.learn(outer.timeline, ns, seq, (seq, name))
        return seq

    def inside(self, ns: str, timeline: int) -> int | None:
        """The span of the subgraph `ns`, as seen from `timeline`."""
        found = self._spans.find(timeline, ns)
        return None if found is None else found[0]

    def leave(self, ns: str, site: Site, timeline: int) -> int | None:
        """Close the span of a subgraph if it is open; returns the event that closed it.

        None where there is no such subgraph, or another timeline opened it.
        """
        found = self._spans.own(timeline, ns)
        if found is None:
            return self._left.own(timeline, ns)
        opening, name = found
        last = self._latest.own(timeline, ns)
        self._spans.forget(timeline, ns)
        seq = self._writer.append(
            timeline,
            "subgraph.end",
            agent=site.agent,
            name=name,
            parent=opening,
            closes=opening,
            status="ok",
            causes=[] if last is None else [Edge(last, "recorded", "where the subgraph ended")],
            source={"checkpoint_ns": ns},
        )
        self._left.learn(timeline, ns, seq, seq)
        return seq

    def repeated(self, timeline: int, meanings: Sequence[Meaning]) -> bool:
        """Whether these are only messages that were said before, handed on between graphs."""
        spoken = [item.message for item in meanings if item.message is not None]
        return bool(spoken) and all(
            message.get("id") is not None
            and self._said.find(timeline, str(message["id"])) == _digest(message)
            for message in spoken
        )

    def meanings(
        self, site: Site, timeline: int, meanings: Sequence[Meaning], origin: Origin
    ) -> list[int]:
        """The events of one row; returns those that led to the next checkpoint."""
        led: list[int] = []
        answer: int | None = None
        for item in meanings:
            if item.type == "tool.call":
                self._call(site, timeline, item, origin, answer)
            else:
                seq = self._plain(site, timeline, item, origin)
                answer = seq if item.type == "llm.result" else answer
                led.append(seq)
        return led

    def _plain(self, site: Site, timeline: int, item: Meaning, origin: Origin) -> int:
        data = _data(item, origin)
        closes = self._closes(site, timeline, item, origin)
        causes = origin.causes if closes is None else ()
        name = item.name
        call = self._calls.find(timeline, item.call or origin.call or "")
        if call is not None and item.type == "tool.result":
            name = name or call.name
            if closes is None:
                causes = (Edge(call.seq, "recorded", "result of call"),)
        elif call is not None:
            causes = (Edge(call.seq, "inferred", "beside this tool's result in one task"),)
        seq = self._writer.append(
            timeline,
            item.type,
            agent=site.agent,
            name=name or _named(item, origin),
            parent=site.span if closes is None else closes,
            opens=item.type == "interrupt",
            closes=closes,
            status=item.status,
            causes=causes,
            data=data,
            source=origin.source,
        )
        self._learn(site, timeline, item, origin, seq)
        return seq

    def _closes(self, site: Site, timeline: int, item: Meaning, origin: Origin) -> int | None:
        """The opening event that this one ends, if it was opened on the same timeline."""
        if item.type == "tool.result" and item.call is not None:
            call = self._calls.own(timeline, item.call)
            return None if call is None or call.closed else call.seq
        if item.type == "resume":
            return self._answered(site, timeline, str(origin.source.get("task_id")))
        return None

    def _answered(self, site: Site, timeline: int, task: str) -> int | None:
        """The interrupt that is answered: that of the task, or the latest if no task is named."""
        waiting = self._waiting.own(timeline, site.checkpoint.key.ns) or {}
        if task == NULL_TASK and waiting:
            return waiting.popitem()[1]
        return waiting.pop(task, None)

    def _learn(self, site: Site, timeline: int, item: Meaning, origin: Origin, seq: int) -> None:
        if item.type == "interrupt":
            ns = site.checkpoint.key.ns
            waiting = self._waiting.own(timeline, ns) or {}
            waiting[str(origin.source.get("task_id"))] = seq
            self._waiting.learn(timeline, ns, seq, waiting)
        elif item.type == "tool.result" and item.call is not None:
            call = self._calls.own(timeline, item.call)
            if call is not None:
                self._calls.learn(timeline, item.call, call.seq, Call(call.seq, call.name, True))
        if item.message is not None and item.message.get("id") is not None:
            self._said.learn(timeline, str(item.message["id"]), seq, _digest(item.message))

    def _call(
        self, site: Site, timeline: int, item: Meaning, origin: Origin, answer: int | None
    ) -> None:
        asked = Edge(answer, "recorded", "asked for by this answer") if answer else None
        seq = self._writer.append(
            timeline,
            "tool.call",
            agent=site.agent,
            name=item.name,
            parent=site.span,
            opens=True,
            causes=[asked] if asked else origin.causes,
            data=_data(item, origin),
            source=origin.source,
        )
        if item.call is not None:
            self._calls.learn(timeline, item.call, seq, Call(seq, item.name))


def _edges(seqs: Sequence[int], kind: EdgeKind, rule: str) -> tuple[Edge, ...]:
    return tuple(Edge(seq, kind, rule) for seq in seqs[-MOST_CAUSES:])


def _data(item: Meaning, origin: Origin) -> Object:
    return item.data if origin.node is None else {"node": origin.node, **item.data}


def _digest(message: Object) -> bytes:
    return hashlib.blake2b(json.dumps(message, sort_keys=True).encode(), digest_size=16).digest()


def _named(item: Meaning, origin: Origin) -> str | None:
    """Who stands in for a name where the record has none: the node."""
    return origin.node if item.type in ("llm.result", "interrupt", "resume") else None
