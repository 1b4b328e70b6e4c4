"""LangGraph's graphs: whose state it is, and what it was after each step.

A node is started with the values of the channels it reads, which by default is the whole state,
and a graph ends with its output; together they tell the state after each step without a
checkpointer. Values of channels that no node reads are known only at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from ttdebug.genai.kinds import ROOT, owner_of
from ttdebug.genai.records import EventSpec, Take
from ttdebug.model import JSON, MISSING, Object
from ttdebug.recorder.integrations.answers import state_value, told
from ttdebug.recorder.integrations.live import Live
from ttdebug.recorder.objects import opened

INTERRUPTS: Final = ("GraphInterrupt", "NodeInterrupt")
"""Exceptions by which a graph stops for an answer; nothing failed."""

_STEP: Final = "graph:step:"
_PULL: Final = "__pregel_pull"
_MANAGED: Final = ("is_last_step", "remaining_steps")


@dataclass(slots=True)
class _Graph:
    """A run of a graph, a span of type `kind`.

    `step` is the one that runs, `known` the one whose state at its start is known. `failed`
    counts attempts by task.
    """

    owner: str
    thread: str
    kind: str
    state: dict[str, object] = field(default_factory=dict)
    step: int | None = None
    known: int | None = None
    failed: dict[str, int] = field(default_factory=dict)


class _Node(NamedTuple):
    """A task of a graph's run."""

    graph: UUID
    task: str


class Graphs:
    """The graphs that run and their nodes, by the ids of their runs."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._graphs: dict[UUID, _Graph] = {}
        self._nodes: dict[UUID, _Node] = {}
        self._asked: dict[str, set[object]] = {}
        self._lock = threading.RLock()  # nodes of a step start at once, in threads of their own

    def start(
        self,
        run: UUID,
        parent: UUID | None,
        name: str | None,
        inputs: Any,
        tags: Sequence[str],
        metadata: Mapping[str, Any],
    ) -> bool:
        """Open the span of a graph or a node; False if the run is neither."""
        with self._lock:
            if parent is not None and any(tag.startswith(_STEP) for tag in tags):
                self._start_node(run, parent, name, inputs, metadata)
                return True
            if metadata.get("ls_integration") != "langgraph" or in_graph(metadata):
                return False
            self._start_graph(run, parent, name, inputs, metadata)
            return True

    def end(self, run: UUID, outputs: Any) -> bool:
        """Close it with what it returned, a graph after its last state."""
        with self._lock:
            if (node := self._nodes.pop(run, None)) is not None:
                event = EventSpec("node.end", data={"output": told(outputs)})
                event.gives = (f"step {node.graph}",)
                self._live.close(run, event)
                return True
            graph = self._graphs.pop(run, None)
            if graph is None:
                return False
            values = self._values(outputs)
            if values is not None:
                graph.state |= values
                self._tell_state(run, graph, graph.step)
            data: Object = {} if values else {"output": outputs}
            self._live.close(run, EventSpec(f"{graph.kind}.end", data=data))
            return True

    def fail(self, run: UUID, event: EventSpec, error: BaseException) -> bool:
        """Close it with `event`, which tells what it raised."""
        with self._lock:
            node, graph = self._nodes.pop(run, None), self._graphs.pop(run, None)
            if node is None and graph is None:
                return False
            if node is not None:
                event.type = "node.end"
                self._fail_node(run, node, event, error)
            elif graph is not None:
                event.type = f"{graph.kind}.end"
            self._live.close(run, event, raised=error)
            return True

    def stopped(self, run: UUID, where: str) -> None:
        """Record that a graph stops `before` or `after` a node, as its maker wanted."""
        if (graph := self._graphs.get(run)) is not None:
            gives = (f"interrupt {graph.thread}",)
            self._live.point(EventSpec("interrupt", None, {"where": where}, gives=gives), run)

    def repeats(self, run: UUID | None, inputs: Any) -> bool:
        """Whether what something inside a node is given is the state, which is recorded anyway."""
        node = None if run is None else self._nodes.get(run)
        values = None if node is None else self._values(inputs)
        return bool(node and values and values.keys() == self._graphs[node.graph].state.keys())

    def _start_graph(
        self,
        run: UUID,
        parent: UUID | None,
        name: str | None,
        inputs: Any,
        metadata: Mapping[str, Any],
    ) -> None:
        graph = self._graph(run, ROOT, "graph", metadata)
        self._asked.pop(graph.thread, None)
        answer = getattr(inputs, "resume", None)
        resumes = inputs is None or answer is not None
        event = EventSpec("graph", name, {} if resumes else {"input": inputs}, agent=graph.owner)
        self._live.open(run, event, parent, source={"run_id": str(run)})
        if resumes:
            self._resume(run, graph, answer)

    def _fail_node(self, run: UUID, node: _Node, event: EventSpec, error: BaseException) -> None:
        if type(error).__name__ in INTERRUPTS:
            self._interrupt(run, node, error)
        elif event.status == "error":
            failed = self._graphs[node.graph].failed
            failed[node.task] = failed.get(node.task, 0) + 1
            event.gives = (f"failed {node.task}",)
        else:
            event.gives = (f"step {node.graph}",)

    def _graph(self, run: UUID, owner: str, kind: str, metadata: Mapping[str, Any]) -> _Graph:
        """Remember a graph; the state of a second one of the same name at a time is its own."""
        taken = {graph.owner for graph in self._graphs.values()}
        number, name = 1, owner
        while name in taken:
            number += 1
            name = f"{owner} {number}"
        graph = self._graphs[run] = _Graph(name, str(metadata.get("thread_id")), kind)
        return graph

    def _start_node(
        self, run: UUID, parent: UUID, name: str | None, inputs: Any, metadata: Mapping[str, Any]
    ) -> None:
        task = str(metadata.get("langgraph_checkpoint_ns"))
        graph = self._graphs.get(parent) or self._graph(parent, owner_of(task), "chain", metadata)
        pulled = metadata.get("langgraph_path", ())[:1] == (_PULL,)
        step = metadata.get("langgraph_step")
        data: Object = {"step": step, "triggers": list(metadata.get("langgraph_triggers", ()))}
        state: object = MISSING
        values = self._values(inputs) if pulled else None
        if values is None:
            data["input"] = told(inputs)
        elif isinstance(step, int) and step != graph.known:
            graph.state |= values
            graph.known = step
            self._tell_state(parent, graph, step - 1)
        elif not values.keys() <= graph.state.keys():
            graph.state |= values
            state = dict(graph.state)
        graph.step = step if isinstance(step, int) else graph.step
        self._tell_retry(parent, graph, task, name)
        takes = (
            Take(f"retry {task}", "another attempt", once=True),
            Take(f"state {parent}", "ran after this step"),
        )
        event = EventSpec("node", name, data, agent=graph.owner, takes=takes)
        self._live.open(run, event, parent, state=state, source={"run_id": str(run), "task": task})
        self._nodes[run] = _Node(parent, task)

    def _values(self, value: Any) -> dict[str, object] | None:
        """Values of channels by name, None where that is not what it is."""
        found = opened(value)
        if not isinstance(found, dict) or getattr(value, "resume", None) is not None:
            return None
        return {
            key: state_value(value)
            for key, value in found.items()
            if isinstance(key, str) and key not in _MANAGED and not key.startswith("__")
        }

    def _tell_state(self, run: UUID, graph: _Graph, step: int | None) -> None:
        """Record the state that a step left, caused by what ran in it."""
        event = EventSpec(
            "state",
            None,
            {"step": step},
            agent=graph.owner,
            takes=(Take(f"step {run}", "ran since the state before", each=True),),
            gives=(f"state {run}",),
        )
        self._live.point(event, run, state=dict(graph.state))

    def _tell_retry(self, run: UUID, graph: _Graph, task: str, name: str | None) -> None:
        """Record that a node which failed is tried again."""
        failed = graph.failed.get(task)
        if failed:
            event = EventSpec(
                "retry",
                name,
                {"attempt": failed + 1},
                agent=graph.owner,
                takes=(Take(f"failed {task}", "it failed", once=True),),
                gives=(f"retry {task}",),
            )
            self._live.point(event, run)

    def _interrupt(self, run: UUID, node: _Node, error: BaseException) -> None:
        """Record once, where it comes from, what a graph stops for."""
        asked = error.args[0] if error.args else ()
        thread = self._graphs[node.graph].thread
        known = self._asked.setdefault(thread, set())
        for one in asked if isinstance(asked, list | tuple) else (asked,):
            key = getattr(one, "id", None) or id(one)
            if key not in known:
                known.add(key)
                data = {"value": cast(JSON, getattr(one, "value", one))}
                name = node.task.rpartition("|")[2].partition(":")[0]
                event = EventSpec("interrupt", name, data, gives=(f"interrupt {thread}",))
                self._live.point(event, run)

    def _resume(self, run: UUID, graph: _Graph, answer: Any) -> None:
        """Record that a graph goes on where it stopped, and with what answer."""
        take = Take(f"interrupt {graph.thread}", "goes on after this", each=True)
        data: Object = {} if answer is None else {"value": answer}
        event = EventSpec("resume", None, data, takes=(take,), gives=(f"state {run}",))
        self._live.point(event, run)


def in_graph(metadata: Mapping[str, Any] | None) -> bool:
    """Whether a run is part of a graph, whose state is the graph's own."""
    return "langgraph_node" in (metadata or ())
