"""Writes the events of one run in their order."""

from __future__ import annotations

from collections.abc import Sequence

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.times import between
from ttdebug.formats.fidelity import tallies
from ttdebug.formats.reader import Report
from ttdebug.formats.spans.order import CLOSE, OPEN, Ordered
from ttdebug.formats.spans.runs import Group, Node
from ttdebug.formats.spans.spool import Spool, Waiting
from ttdebug.genai.joints import Joints, Opened, entered
from ttdebug.genai.records import NOTHING, Fold
from ttdebug.model import MISSING, Edge
from ttdebug.store.writer import Writer

NOBODY = "main"
PULSE = 1000
"""Steps after which whoever waits is told that work goes on."""


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
        self._opened: dict[int, Opened] = {}
        self.orphans = 0
        self.unfinished = 0

    def write(self, group: Group, report: Report) -> None:
        """Every event of `group`."""
        nodes = self._nodes = group.nodes
        order = Ordered(nodes, group.parents())
        named = sum(node.parent is not None for node in nodes)
        self.orphans = named - sum(parent is not None for parent in order.parents)
        for index in order.broken:
            self.orphans -= 1
            report.warn("is its own ancestor; shown without a parent", record=_label(nodes[index]))
        for count, (index, what) in enumerate(order):
            if not count % PULSE:
                report.pulse()
            node = nodes[index]
            if what == OPEN:
                self._open(index, order.parents[index], report)
            elif what == CLOSE and node.closing is not None:
                self._close(node, self._spool.get(node.closing), self._opened[index])
            else:
                moment, around = node.moments[what], self._opened[index]
                waiting = self._spool.get(moment.place)
                self._append(node, waiting, moment.time, around, parent=around.seq)
        self._joints.forget()

    def _open(self, index: int, parent: int | None, report: Report) -> None:
        node = self._nodes[index]
        waiting = self._spool.get(node.opening)
        self.unfinished += node.closing is None and not node.is_point
        if node.start is not None and node.end is not None and node.end < node.start:
            report.warn("ends before it starts", record=_label(node))
        around = None if parent is None else self._opened[parent]
        span = entered(waiting.event, around, self._inherited(node, parent))
        span.seq = self._append(
            node,
            waiting,
            node.start,
            span,
            parent=None if around is None else around.seq,
            opens=not node.is_point,
        )
        self._opened[index] = span

    def _inherited(self, node: Node, parent: int | None) -> str | None:
        """The agent named around a span in the same process, or who stands in for one."""
        inherited = node.process
        if parent is not None and self._nodes[parent].process == node.process:
            inherited = self._opened[parent].agent
        if inherited is None or inherited == node.process:
            return node.stand_in or inherited
        return inherited

    def _close(self, node: Node, waiting: Waiting, span: Opened) -> None:
        event = waiting.event
        rule = "result of call" if event.type.endswith(".result") else "end of span"
        self._append(
            node,
            waiting,
            node.end,
            span,
            parent=span.seq,
            closes=span.seq,
            duration=between(node.start, node.end),
            causes=[Edge(span.seq, "recorded", rule)],
        )

    def _append(
        self,
        node: Node,
        waiting: Waiting,
        time: int | None,
        span: Opened,
        *,
        parent: int | None,
        opens: bool = False,
        closes: int | None = None,
        duration: int | None = None,
        causes: Sequence[Edge] = (),
    ) -> int:
        event = waiting.event
        agent = event.agent or span.agent
        state, delta = NOTHING if span.echo else self._fold(agent or NOBODY, event)
        if agent is None and (state is not MISSING or delta is not None):
            agent = NOBODY
        seq = self._writer.append(
            self._timeline,
            storable(event.type),
            agent=storable(agent),
            name=storable(event.name),
            time=time,
            parent=parent,
            opens=opens,
            closes=closes,
            status=event.status,
            duration=duration,
            causes=[*causes, *self._joints.causes(event, waiting.links)],
            data=event.data,
            source=waiting.source,
            state=state,
            delta=delta,
        )
        self._joints.learn(event, seq, None if node.id is None else (node.trace, node.id))
        return seq

    def counts(self) -> list[str]:
        """What is odd about the spans of this run."""
        return tallies(
            (
                (self.orphans, "span", " whose parent is not in the file"),
                (self.unfinished, "span", " without an end"),
            )
        )


def _label(node: Node) -> str:
    return f"span {node.id}" if node.id else "a span"
