"""One thread of a database as one run: its checkpoints in order, each after its writes."""

from __future__ import annotations

from dataclasses import replace

from ttdebug.formats.langgraph import agents, checkpoints
from ttdebug.formats.langgraph.agents import Agents
from ttdebug.formats.langgraph.branches import Timelines, Tree
from ttdebug.formats.langgraph.checkpoints import Checkpoint
from ttdebug.formats.langgraph.context import Context
from ttdebug.formats.langgraph.deltas import Rebuilt
from ttdebug.formats.langgraph.fidelity import Tally
from ttdebug.formats.langgraph.rows import Cell, Key
from ttdebug.formats.langgraph.scribe import Scribe, Site
from ttdebug.formats.langgraph.steps import Step, Steps
from ttdebug.model import Edge, Object
from ttdebug.store.writer import Writer


class Thread:
    """Reads one thread."""

    def __init__(self, context: Context, writer: Writer) -> None:
        self._context = context
        self._keys = context.tables.keys(context.thread)
        self._tree = Tree(self._keys, self._source_of)
        self._timelines = Timelines(writer, writer.run(str(context.thread)))
        self._scribe = Scribe(writer, self._timelines)
        self._rebuilt = Rebuilt()
        self.tally = Tally(self._rebuilt)
        self._steps = Steps(context, self._tree, self._scribe, self.tally)
        self._agents = Agents()
        self._sites: dict[tuple[str, str], Site] = {}
        self._latest = self._timelines.main

    @property
    def main(self) -> int:
        """The id of the run's main timeline."""
        return self._timelines.main

    def read(self) -> None:
        """Write the whole run."""
        for key in self._keys:
            self._checkpoint(key)
        self._steps.finish()

    def _source_of(self, key: Key) -> str | None:
        content = self._context.tables.content(key)._replace(checkpoint=Cell(None, None, 0))
        return checkpoints.read(key, content, self._context.decoder).source

    def _checkpoint(self, key: Key) -> None:
        made = self._read(key)
        before = self._sites.get((key.ns, key.parent)) if key.parent is not None else None
        if key.parent is not None and before is None:
            self._context.warn("its parent is not among those before it", f"checkpoint {key.id}")
        outer = self._outer(made) if before is None else None
        timeline = self._timeline(key, before, outer)
        step = self._steps.between(before, made, timeline) if before is not None else Step()
        site = self._site(made, timeline, before, step)
        if outer is not None:
            site.span = self._steps.enter(key.ns, self._agents.name(key.ns), outer, made.time)
        self._place(site, before, step)
        if before is not None and self._tree.last(key):
            before.checkpoint = replace(before.checkpoint, seen={}, writes={}, sends=())
            before.rebuilt, before.onward = {}, {}

    def _read(self, key: Key) -> Checkpoint:
        content = self._context.tables.content(key)
        made = checkpoints.read(key, content, self._context.decoder)
        self._context.advance(content.checkpoint.size + content.metadata.size)
        if made.problem:
            self._context.warn(made.problem, f"checkpoint {key.id}")
        return made

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
            onward=step.onward,
            rebuilt=rebuilt,
        )

    def _place(self, site: Site, before: Site | None, step: Step) -> None:
        """Write the checkpoint's event and keep what later events need of it."""
        made = site.checkpoint
        data: Object = {
            "step": made.step,
            "nodes": [*step.ran],
            "next": [*made.next],
            "source": made.source,
        }
        if made.metadata:
            data["metadata"] = made.metadata
        if made.problem:
            data["problem"] = made.problem
        key = made.key
        source = self._context.source(key, parent_checkpoint_id=key.parent, step=made.step)
        causes = [Edge(seq, "recorded", "written in this step") for seq in step.led]
        if not causes and before is not None:
            causes = [Edge(before.seq, "recorded", "parent checkpoint")]
        site.seq = self._scribe.checkpoint(site, data, source, causes)
        self.tally.checkpoint(made)
        site.checkpoint = replace(made, state=None)
        self._sites[key.ns, key.id] = site
        self._steps.hold(site)
