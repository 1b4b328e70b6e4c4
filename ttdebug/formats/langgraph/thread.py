"""One thread of a database as one run: its checkpoints in order, each after its writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ttdebug.formats.langgraph import agents, channels, checkpoints, meaning
from ttdebug.formats.langgraph.agents import Agents
from ttdebug.formats.langgraph.branches import Timelines, Tree
from ttdebug.formats.langgraph.checkpoints import Checkpoint
from ttdebug.formats.langgraph.decode import Decoder
from ttdebug.formats.langgraph.deltas import Rebuilt
from ttdebug.formats.langgraph.fidelity import Tally
from ttdebug.formats.langgraph.pending import Held, Pending
from ttdebug.formats.langgraph.rows import Cell, Key, Tables, Write
from ttdebug.formats.langgraph.scribe import RAN_AFTER, Origin, Scribe, Site
from ttdebug.formats.langgraph.tasks import Task, Written, remaining, tasks
from ttdebug.model import JSON, Edge, Object
from ttdebug.store.writer import Writer

Warn = Callable[[str, str], None]
"""Called with a message and the record it is about."""


class Step:
    """What happened between two checkpoints: for the second one's causes and data."""

    def __init__(self) -> None:
        self.led: list[int] = []
        self.nodes: dict[str, None] = {}
        self.handoffs: list[int] = []
        self.folds: list[tuple[str, str, JSON]] = []

    def ran(self, node: str | None) -> None:
        """Note that a node ran."""
        if node is not None and not node.startswith("__"):
            self.nodes[node] = None

    def writes(self) -> Object:
        """What was written by channel, in the order in which the graph folds it."""
        ordered: dict[str, list[JSON]] = {}
        for _, channel, value in sorted(self.folds, key=lambda item: item[0]):
            ordered.setdefault(channel, []).append(value)
        return {**ordered}


class Thread:
    """Reads one thread; `advance` is told how many bytes each row took."""

    def __init__(
        self,
        tables: Tables,
        decoder: Decoder,
        writer: Writer,
        thread: object,
        *,
        warn: Warn,
        advance: Callable[[int], None],
    ) -> None:
        self._tables = tables
        self._decoder = decoder
        self._thread = thread
        self._name = str(thread)
        self._warn = warn
        self._advance = advance
        self._keys = tables.keys(thread)
        self._tree = Tree(self._keys, self._source_of)
        self._timelines = Timelines(writer, writer.run(self._name))
        self._scribe = Scribe(writer, self._timelines)
        self._agents = Agents()
        self._rebuilt = Rebuilt()
        self._pending = Pending()
        self._sites: dict[tuple[str, str], Site] = {}
        self._inner: dict[tuple[str, str], list[str]] = {}
        self._latest = self._timelines.main
        self.tally = Tally(self._rebuilt)

    @property
    def main(self) -> int:
        """The id of the run's main timeline."""
        return self._timelines.main

    def read(self) -> None:
        """Write the whole run."""
        for key in self._keys:
            self._checkpoint(key)
        for held in self._pending.rest():
            self._late(held)

    def _source_of(self, key: Key) -> str | None:
        content = self._tables.content(key)._replace(checkpoint=Cell(None, None, 0))
        return checkpoints.read(key, content, self._decoder).source

    def _checkpoint(self, key: Key) -> None:
        content = self._tables.content(key)
        made = checkpoints.read(key, content, self._decoder)
        self._advance(content.checkpoint.size + content.metadata.size)
        if made.problem:
            self._warn(made.problem, f"checkpoint {key.id}")
        before = self._sites.get((key.ns, key.parent)) if key.parent is not None else None
        if key.parent is not None and before is None:
            self._warn("its parent is not among those before it", f"checkpoint {key.id}")
        outer = self._outer(made) if before is None else None
        timeline = self._timeline(key, before, outer)
        step = self._work(before, made, timeline) if before is not None else Step()
        site = self._site(made, timeline, before, step)
        if outer is not None:
            site.span = self._enter(made, outer)
        self._place(site, before or outer, step)
        if before is not None and self._tree.last(key):
            before.checkpoint = replace(before.checkpoint, seen={}, writes={}, sends=())
            before.rebuilt = {}

    def _outer(self, made: Checkpoint) -> Site | None:
        """The checkpoint of the enclosing graph after which this subgraph started."""
        if not made.key.ns:
            return None
        within = agents.enclosing(made.key.ns)[0]
        return self._sites.get((within, str(made.parents.get(within))))

    def _timeline(self, key: Key, before: Site | None, outer: Site | None) -> int:
        if before is None:
            return outer.timeline if outer is not None else self._latest
        if self._tree.continues(key):
            return before.timeline
        return self._timelines.fork(before.timeline, before.seq)

    def _site(self, made: Checkpoint, timeline: int, before: Site | None, step: Step) -> Site:
        if not made.key.ns:
            self._latest = timeline
        rebuilt: Object = {}
        if made.state is not None:
            earlier = before.rebuilt if before is not None else {}
            state, rebuilt = self._rebuilt.state(made.state, made.missing, earlier, step.writes())
            made = replace(made, state=state)
        return Site(
            checkpoint=made,
            agent=self._agents.name(made.key.ns),
            timeline=timeline,
            seq=0,
            span=self._scribe.inside(made.key.ns, timeline),
            handoffs=step.handoffs,
            rebuilt=rebuilt,
        )

    def _enter(self, made: Checkpoint, outer: Site) -> int:
        place = outer.checkpoint.key.ns, outer.checkpoint.key.id
        self._inner.setdefault(place, []).append(made.key.ns)
        name = self._agents.name(made.key.ns)
        return self._scribe.enter(made.key.ns, name, outer, made.time)

    def _place(self, site: Site, origin: Site | None, step: Step) -> None:
        """Write the checkpoint's event and keep what later events need of it."""
        made = site.checkpoint
        data: Object = {
            "step": made.step,
            "nodes": [*step.nodes],
            "next": [*made.next],
            "source": made.source,
        }
        if made.metadata:
            data["metadata"] = made.metadata
        if made.problem:
            data["problem"] = made.problem
        source = self._source(made.key, parent_checkpoint_id=made.key.parent, step=made.step)
        causes = [Edge(seq, "recorded", "written in this step") for seq in step.led]
        if not causes and origin is not None:
            causes = [Edge(origin.seq, "recorded", "parent checkpoint")]
        site.seq = self._scribe.checkpoint(site, data, source, causes)
        self.tally.checkpoint(made)
        site.checkpoint = replace(made, state=None)
        self._sites[made.key.ns, made.key.id] = site
        self._hold(site)

    def _hold(self, site: Site) -> None:
        """Keep writes that no checkpoint follows, and those that interrupt or resume."""
        leaf = self._tree.childless(site.checkpoint.key)
        written = self._written(site.checkpoint.key.id, site, special=not leaf)
        for task in tasks(written, site.checkpoint, None):
            for place in range(len(task.writes)):
                self._pending.add(Held(site, task, place, leaf=leaf))

    def _written(self, checkpoint: str, site: Site, *, special: bool = False) -> list[Written]:
        rows = self._tables.writes(
            self._thread, site.checkpoint.key.ns, checkpoint, special=special
        )
        return [Written(row, self._value(row)) for row in rows]

    def _value(self, row: Write) -> JSON:
        record = f"write {row.idx} of task {row.task}"
        self._advance(row.cell.size)
        if row.cell.too_large:
            self._warn(f"its {row.cell.size:,} bytes are more than are read", record)
        try:
            return self._decoder.decode(row.cell.kind, row.cell.blob)
        except ValueError as error:
            self._warn(str(error), record)
            return None

    def _work(self, before: Site, made: Checkpoint, timeline: int) -> Step:
        """The events between a checkpoint and the one that followed it."""
        step = Step()
        earlier = self._pending.drop(before)
        rows = [
            item
            for item in self._written(before.checkpoint.key.id, before)
            if self._tree.made(made.key, item.row.task)
        ]
        for task in tasks(rows, before.checkpoint, made):
            step.ran(task.node)
            for place, item in enumerate(task.writes):
                if item.row.row in earlier:
                    step.led += earlier[item.row.row]
                    continue
                for held in self._pending.before(item.row):
                    self._late(held)
                self._row(before, timeline, task, place, step)
        self._told(before, made, timeline, rows, step)
        for ns in self._inner.get((before.checkpoint.key.ns, before.checkpoint.key.id), ()):
            self._scribe.leave(ns, before, timeline)
        return step

    def _late(self, held: Held) -> None:
        """Write a row that was held back."""
        step = Step()
        self._row(held.site, held.site.timeline, held.task, held.place, step)
        self._pending.written(held, step.led)

    def _row(self, site: Site, timeline: int, task: Task, place: int, step: Step) -> None:
        row, value = task.writes[place].row, task.writes[place].value
        if row.idx >= 0:
            step.folds.append((row.path, row.channel, value))
        if row.channel not in _EVENTS and channels.control(row.channel, value, {row.channel}):
            return
        meanings = meaning.of(row.channel, value)
        if self._scribe.repeated(timeline, meanings):
            meanings = [meaning.write(row.channel, value)]
        key = site.checkpoint.key
        source = self._source(key, task_id=row.task, idx=row.idx, channel=row.channel)
        causes = self._causes(site, timeline, task, place)
        origin = Origin(task.node, source, causes, task.calls[place])
        led = self._scribe.meanings(site, timeline, meanings, origin)
        self.tally.write(row.channel, key)
        step.led += led
        if row.channel == channels.TASKS:
            step.handoffs += led

    def _causes(self, site: Site, timeline: int, task: Task, place: int) -> tuple[Edge, ...]:
        causes = [Edge(site.seq, "recorded", RAN_AFTER)]
        known = len(site.handoffs) == len(site.checkpoint.sends)
        if known and task.sent is not None and task.sent < len(site.handoffs):
            sent = site.handoffs[task.sent]
            causes.append(Edge(sent, "inferred", "same position among those sent"))
        if task.writes[place].row.idx >= 0:
            within = site.checkpoint.key.ns
            inner = f"{within}|{task.node}:{task.id}" if within else f"{task.node}:{task.id}"
            returned = self._scribe.leave(inner, site, timeline)
            if returned is not None:
                causes.append(Edge(returned, "recorded", "returned by this subgraph"))
        return tuple(causes)

    def _told(
        self, before: Site, made: Checkpoint, timeline: int, rows: Sequence[Written], step: Step
    ) -> None:
        """Writes that only the metadata of old checkpoints tells of."""
        earlier = before.checkpoint
        told = made.writes if made.source != "input" else {}
        if earlier.source == "input" and earlier.writes:
            known = channels.INPUT in earlier.writes
            told = earlier.writes if known else {channels.INPUT: earlier.writes}
        for node, channel, value in remaining(told, rows):
            step.ran(node)
            source = self._source(earlier.key, metadata_of=made.key.id, channel=channel)
            origin = Origin(node, source, (Edge(before.seq, "recorded", RAN_AFTER),))
            meanings = meaning.of(channel, value)
            if self._scribe.repeated(timeline, meanings):
                meanings = [meaning.write(channel, value)]
            step.led += self._scribe.meanings(before, timeline, meanings, origin)
            step.folds.append(("", channel, value))
            self.tally.told = True

    def _source(self, key: Key, **more: JSON) -> Object:
        return {
            "thread_id": self._name,
            "checkpoint_ns": key.ns,
            "checkpoint_id": key.id,
            **more,
        }


_EVENTS = {channels.ERROR, channels.INTERRUPT, channels.RESUME, channels.TASKS}
"""Control channels whose writes are events."""
