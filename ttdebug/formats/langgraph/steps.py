"""The events between two checkpoints: what tasks wrote, in order, and what caused it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ttdebug.formats.langgraph import agents, channels, meaning
from ttdebug.formats.langgraph.branches import Tree
from ttdebug.formats.langgraph.checkpoints import Checkpoint
from ttdebug.formats.langgraph.context import Context
from ttdebug.formats.langgraph.fidelity import Tally
from ttdebug.formats.langgraph.pending import Held, Pending
from ttdebug.formats.langgraph.scribe import Origin, Scribe, Site
from ttdebug.formats.langgraph.tasks import Task, Written, remaining, tasks
from ttdebug.model import JSON, Edge, Object

_EVENTS = {channels.ERROR, channels.INTERRUPT, channels.RESUME, channels.TASKS}
"""Control channels whose writes are events."""


@dataclass(slots=True)
class Step:
    """What happened: `led` are its events, `said` those that are messages, `handoffs` sends.

    `onward` is as in `Site`; `folds` are `(task path, channel, value)`.
    """

    led: list[int] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    onward: dict[str, list[int]] = field(default_factory=dict)
    handoffs: list[int] = field(default_factory=list)
    folds: list[tuple[str, str, JSON]] = field(default_factory=list)
    ran: dict[str, None] = field(default_factory=dict)

    def node(self, name: str | None) -> None:
        """Note that a node ran."""
        if name is not None and not name.startswith("__"):
            self.ran[name] = None

    def writes(self) -> Object:
        """Lists of what was written, by channel, in the order in which the graph folds it."""
        ordered: dict[str, list[JSON]] = {}
        for _, channel, value in sorted(self.folds, key=lambda item: item[0]):
            ordered.setdefault(channel, []).append(value)
        return {**ordered}


class Steps:
    """Writes the events of one thread's steps."""

    def __init__(self, context: Context, tree: Tree, scribe: Scribe, tally: Tally) -> None:
        self._context = context
        self._tree = tree
        self._scribe = scribe
        self._tally = tally
        self._pending = Pending()
        self._inside: dict[int, list[str]] = {}

    def between(self, before: Site, made: Checkpoint, timeline: int) -> Step:
        """Write what happened after one checkpoint and went into the next."""
        step = Step()
        earlier = self._pending.drop(before)
        rows = [
            item
            for item in self._context.writes(before.checkpoint.key)
            if self._tree.made(made.key, item.row.task)
        ]
        ran = tasks(rows, before.checkpoint, made)
        for task in ran:
            self._task(before, timeline, task, earlier, step)
        self._told(before, made, timeline, rows, step)
        if len(step.ran) == 1 and len(ran) <= 1:
            step.onward[""] = step.said or step.led[-1:]
        for ns in self._inside.get(before.seq, ()):
            self._scribe.leave(ns, before, timeline)
        return step

    def _task(
        self,
        before: Site,
        timeline: int,
        task: Task,
        earlier: Mapping[int, list[int]],
        step: Step,
    ) -> None:
        """Write the events of one task, but for those written `earlier`, by row number."""
        step.node(task.node)
        led, said = len(step.led), len(step.said)
        for place, item in enumerate(task.writes):
            if item.row.row in earlier:
                step.led += earlier[item.row.row]
                continue
            for held in self._pending.before(item.row):
                self._late(held)
            self._row(before, timeline, task, place, step)
        telling = step.said[said:] or step.led[led:][-1:]
        if not telling:  # a task that only steers hands on what led to it
            telling = [edge.seq for edge in before.leading_to(task.node)]
        for item in task.writes:
            if (node := channels.target(item.row.channel)) is not None:
                step.onward.setdefault(node, []).extend(telling)

    def hold(self, site: Site) -> None:
        """Keep writes that no checkpoint follows, and those that interrupt or resume."""
        leaf = self._tree.childless(site.checkpoint.key)
        written = self._context.writes(site.checkpoint.key, special=not leaf)
        for task in tasks(written, site.checkpoint, None):
            for place in range(len(task.writes)):
                self._pending.add(Held(site, task, place, leaf=leaf))

    def enter(self, ns: str, name: str, outer: Site, time: int | None) -> int:
        """Open the span of a subgraph; it closes when the step around it ends."""
        self._inside.setdefault(outer.seq, []).append(ns)
        return self._scribe.enter(ns, name, outer, time)

    def finish(self) -> None:
        """Write what nothing followed."""
        for held in self._pending.rest():
            self._late(held)

    def _late(self, held: Held) -> None:
        step = Step()
        self._row(held.site, held.site.timeline, held.task, held.place, step)
        self._pending.written(held, step.led)

    def _row(self, site: Site, timeline: int, task: Task, place: int, step: Step) -> None:
        row, value = task.writes[place].row, task.writes[place].value
        if row.idx >= 0:
            step.folds.append((row.path, row.channel, value))
        if row.channel not in _EVENTS and channels.control(row.channel, value, {task.node}):
            return
        key = site.checkpoint.key
        source = self._context.source(key, task_id=row.task, idx=row.idx, channel=row.channel)
        causes = self._causes(site, timeline, task, place)
        origin = Origin(task.node, source, causes, task.calls[place])
        led = self._write(site, timeline, row.channel, value, origin, step)
        self._tally.rows += 1
        if row.channel == channels.TASKS:
            step.handoffs += led

    def _write(
        self, site: Site, timeline: int, channel: str, value: JSON, origin: Origin, step: Step
    ) -> list[int]:
        meanings = meaning.of(channel, value)
        if self._scribe.repeated(timeline, meanings):
            meanings = [meaning.write(channel, value)]
        led = self._scribe.meanings(site, timeline, meanings, origin)
        step.led += led
        if any(item.message is not None for item in meanings):
            step.said += led
        return led

    def _causes(self, site: Site, timeline: int, task: Task, place: int) -> tuple[Edge, ...]:
        causes = list(site.leading_to(task.node))
        known = len(site.handoffs) == len(site.checkpoint.sends)
        if known and task.sent is not None and task.sent < len(site.handoffs):
            sent = site.handoffs[task.sent]
            causes = [Edge(sent, "inferred", "same position among those sent")]
        if task.writes[place].row.idx >= 0:
            inner = agents.inside(site.checkpoint.key.ns, task.node, task.id)
            returned = self._scribe.leave(inner, site, timeline)
            if returned is not None:
                causes = [Edge(returned, "recorded", "returned by this subgraph")]
        return tuple(causes)

    def _told(
        self, before: Site, made: Checkpoint, timeline: int, rows: Sequence[Written], step: Step
    ) -> None:
        """Writes that only the metadata of old checkpoints tells of."""
        earlier = before.checkpoint
        told = made.writes if made.source != "input" else {}
        if earlier.source == "input" and earlier.writes:
            named = channels.INPUT in earlier.writes
            told = earlier.writes if named else {channels.INPUT: earlier.writes}
        for node, channel, value in remaining(told, rows):
            step.node(node)
            source = self._context.source(earlier.key, metadata_of=made.key.id, channel=channel)
            origin = Origin(node, source, before.leading_to(node))
            self._write(before, timeline, channel, value, origin, step)
            step.folds.append(("", channel, value))
            self._tally.told = True
