"""Writes the events of one run in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from ttdebug.formats.lenient import storable
from ttdebug.formats.reader import Report, counted
from ttdebug.formats.spans.order import CLOSE, OPEN, Ordered
from ttdebug.formats.spans.records import EventSpec, Fold
from ttdebug.formats.spans.runs import Group, Node
from ttdebug.formats.spans.spool import Spool, Waiting
from ttdebug.model import MISSING, Edge
from ttdebug.store.writer import Writer

K = TypeVar("K")
V = TypeVar("V")

NOBODY = "main"
ONCE = "once:"
MAX_REMEMBERED = 200_000
PULSE = 1000
"""Steps after which whoever waits is told that work goes on."""


@dataclass(slots=True)
class Joints:
    """How events far apart are joined: spans that others link to, and keys given and taken."""

    wanted: set[tuple[str, str]] = field(default_factory=set)
    """Spans that some link names; only these are remembered."""
    linked: dict[tuple[str, str], int] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)

    def causes(self, waiting: Waiting) -> list[Edge]:
        """Why this event happened, as far as it is known by now."""
        found = [
            Edge(self.linked[link], "recorded", "linked span")
            for link in waiting.links
            if link in self.linked
        ]
        for key in waiting.event.takes:
            seq = self.given.pop(key, None) if key.startswith(ONCE) else self.given.get(key)
            if seq is not None:
                found.append(Edge(seq, "recorded", waiting.event.rule))
        return found

    def learn(self, node: Node, event: EventSpec, seq: int) -> None:
        """Let later events find this one."""
        if node.id is not None and (node.trace, node.id) in self.wanted:
            self.linked[node.trace, node.id] = seq
        for key in event.gives:
            _remember(self.given, key, seq)


class Scribe:
    """Appends the events of a run; knows which span is which event, and whose."""

    def __init__(
        self, writer: Writer, timeline: int, spool: Spool, joints: Joints, fold: Fold
    ) -> None:
        self._writer = writer
        self._timeline = timeline
        self._spool = spool
        self._joints = joints
        self._fold = fold
        self._nodes: list[Node] = []
        self._seqs: dict[int, int] = {}
        self._agents: dict[int, str | None] = {}
        self.orphans = 0
        self.unfinished = 0

    def write(self, group: Group, report: Report) -> None:
        """Every event of `group`."""
        nodes = self._nodes = group.nodes
        order = Ordered(group.timed())
        named = sum(node.parent is not None for node in nodes)
        self.orphans = named - sum(parent is not None for parent in order.parents)
        for index in order.broken:
            self.orphans -= 1
            report.warn("is its own ancestor; shown without a parent", record=_label(nodes[index]))
        for count, (index, what) in enumerate(order):
            if not count % PULSE:
                report.pulse()
            node, parent = nodes[index], order.parents[index]
            if what == OPEN:
                self._open(index, node, parent, report)
            elif what == CLOSE:
                self._close(index, node)
            else:
                moment = node.moments[what]
                self._append(index, self._spool.get(moment.place), moment.time, self._seqs[index])

    def _inherited(self, node: Node, parent: int | None) -> str | None:
        """The agent named around a span, or the process it ran in."""
        if parent is not None and self._nodes[parent].process == node.process:
            return self._agents[parent]
        return node.process

    def _open(self, index: int, node: Node, parent: int | None, report: Report) -> None:
        waiting = self._spool.get(node.opening)
        self._agents[index] = waiting.event.agent or self._inherited(node, parent)
        self.unfinished += node.closing is None and not node.is_point
        if node.start is not None and node.end is not None and node.end < node.start:
            report.warn("ends before it starts", record=_label(node))
        self._seqs[index] = self._append(
            index,
            waiting,
            node.start,
            None if parent is None else self._seqs[parent],
            opens=not node.is_point,
        )

    def _close(self, index: int, node: Node) -> None:
        if node.closing is None:
            return
        opening = self._seqs[index]
        self._append(
            index,
            self._spool.get(node.closing),
            node.end,
            opening,
            closes=opening,
            duration=_between(node.start, node.end),
        )

    def _append(
        self,
        index: int,
        waiting: Waiting,
        time: int | None,
        parent: int | None,
        *,
        opens: bool = False,
        closes: int | None = None,
        duration: int | None = None,
    ) -> int:
        event = waiting.event
        causes = self._joints.causes(waiting)
        if closes is not None:
            rule = "result of call" if event.type.endswith(".result") else "end of span"
            causes.insert(0, Edge(closes, "recorded", rule))
        agent = event.agent or self._agents.get(index)
        state = self._fold(agent or NOBODY, event)
        if state is not MISSING and agent is None:
            agent = NOBODY
        seq = self._writer.append(
            self._timeline,
            storable(event.type),
            agent=None if agent is None else storable(agent),
            name=None if event.name is None else storable(event.name),
            time=time,
            parent=parent,
            opens=opens,
            closes=closes,
            status=event.status,
            duration=duration,
            causes=causes,
            data=event.data,
            source=waiting.source,
            state=state,
        )
        self._joints.learn(self._nodes[index], event, seq)
        return seq

    def counts(self) -> list[str]:
        """What is odd about the spans of this run."""
        found = (
            (self.orphans, "span", " whose parent is not in the file"),
            (self.unfinished, "span", " without an end"),
        )
        return [counted(*one) for one in found if one[0]]


def _label(node: Node) -> str:
    return f"span {node.id}" if node.id else "a span"


def _between(start: int | None, end: int | None) -> int | None:
    """How long a span took, unless its clock went back."""
    return None if start is None or end is None or end < start else end - start


def _remember(store: dict[K, V], key: K, value: V) -> None:
    store.pop(key, None)
    store[key] = value
    if len(store) > MAX_REMEMBERED:
        del store[next(iter(store))]
