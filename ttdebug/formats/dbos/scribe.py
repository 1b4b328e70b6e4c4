"""Writes one root workflow, all it started, and the forks of those, as one run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.times import MILLIS, between, scaled
from ttdebug.formats import fidelity
from ttdebug.formats.dbos.order import SET_EVENT, Moment, Tree, starts_another
from ttdebug.formats.dbos.published import STATE, Published
from ttdebug.formats.dbos.tables import Cell, Step, Tables, Workflow
from ttdebug.formats.dbos.values import Values
from ttdebug.formats.facts import Facts
from ttdebug.formats.names import Names
from ttdebug.formats.reader import Report
from ttdebug.model import JSON, MISSING, Edge, Object, Status, Value
from ttdebug.store.writer import Writer

_STATUS: dict[str, Status] = {"SUCCESS": "ok", "CANCELLED": "cancelled"}


class Run:
    """One run. Nothing is shared between runs."""

    def __init__(self, tables: Tables, tree: Tree, writer: Writer, report: Report) -> None:
        self._tables = tables
        self._tree = tree
        self._writer = writer
        self._report = report
        self._values = Values(lambda message, record: report.warn(message, record=record))
        self._published = Published()
        self._agents: dict[str, str] = {}
        self._names = Names()
        self._opened: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._ended: dict[str, int] = {}
        self._started: dict[str, int] = {}
        self._steps: dict[tuple[str, int], int] = {}
        self._waiting: list[tuple[Workflow, int]] = []
        self._timeline = 0

    def write(self, root: Workflow, advance: Callable[[], None]) -> None:
        """The whole run."""
        uid, name = storable(root.id), storable(root.name or root.id)
        main = self._timeline = self._writer.run(uid, name, time=_nanos(root.created))
        self._group(root, 0, advance)
        forks = 0
        while self._waiting:
            self._fork(*self._waiting.pop(0), advance)
            forks += 1
        self._report.describe(main, self._fidelity(forks))

    def _fork(self, fork: Workflow, parent: int, advance: Callable[[], None]) -> None:
        """A timeline from the last step that the fork shares with its origin."""
        origin = str(fork.forked_from)
        shared = self._tree.shared(fork)
        at = self._steps.get((origin, shared), self._opened[origin])
        self._timeline = self._writer.fork(parent, at)
        self._agents[fork.id] = self._agents[origin]
        self._published.inherit(fork.id, origin, shared)
        self._last[fork.id] = at
        self._steps |= {
            (fork.id, number): seq
            for (workflow, number), seq in self._steps.items()
            if workflow == origin and number <= shared
        }
        self._group(fork, shared, advance)

    def _group(self, top: Workflow, after: int, advance: Callable[[], None]) -> None:
        for moment in self._tree.moments(top, after):
            if moment.step is None:
                (self._start if moment.what == "start" else self._end)(moment)
            elif moment.what == "done":
                self._done(moment, moment.step)
            else:
                self._begin(moment, moment.step)
            advance()

    def _start(self, moment: Moment) -> None:
        workflow = moment.workflow
        data: Object = {"args": self._decode(self._tables.inputs(workflow), workflow, "inputs")}
        causes: list[Edge] = []
        starter = self._tree.starter(workflow)
        parent = None
        if workflow.id in self._last:
            data["forked_from"] = workflow.forked_from
            causes.append(Edge(self._last[workflow.id], "recorded", "forked after this step"))
        elif starter is not None:
            parent = self._opened.get(starter.workflow)
            seq = self._steps.get((starter.workflow, starter.number))
            causes += [] if seq is None else [Edge(seq, "recorded", "started by this step")]
        seq = self._append(
            moment, "workflow", workflow.name, data, parent=parent, opens=True, causes=causes
        )
        self._opened[workflow.id] = self._last[workflow.id] = seq
        self._started[workflow.id] = moment.time
        self._expect(workflow)
        self._waiting += [(fork, self._timeline) for fork in self._tree.forks(workflow)]

    def _expect(self, workflow: Workflow) -> None:
        """Look ahead for the keys of its state, by which steps that return it are known."""
        first = self._tables.first_published(workflow.id, STATE)
        if first is not None:
            self._published.expect(workflow.id, self._decode(first, workflow, "event state"))

    def _begin(self, moment: Moment, step: Step) -> None:
        causes = [Edge(self._last[step.workflow], "recorded", "the step before")]
        self._steps[step.workflow, step.number] = self._append(
            moment, "step", step.name, {}, opens=True, causes=causes
        )

    def _done(self, moment: Moment, step: Step) -> None:
        """A step is done; what took no time of its own is told here at once."""
        if step.name == SET_EVENT or starts_another(step):
            seq = self._instant(moment, step)
        else:
            seq = self._finish(moment, step)
        self._steps[step.workflow, step.number] = self._last[step.workflow] = seq
        if self._tree.is_left(moment.workflow, step.number):
            self._published.keep(step.workflow, step.number)

    def _instant(self, moment: Moment, step: Step) -> int:
        causes = [Edge(self._last[step.workflow], "recorded", "the step before")]
        if starts_another(step):
            data: Object = {"child_workflow_id": step.child}
            return self._append(moment, "handoff", step.name, data, causes=causes)
        state, data = self._take_published(step)
        name = next(iter(data), None)
        return self._append(moment, "state", name, data, causes=causes, state=state)

    def _finish(self, moment: Moment, step: Step) -> int:
        opening = self._steps[step.workflow, step.number]
        data, status = self._outcome(self._tables.outcome(step), moment.workflow, step.number)
        causes = [Edge(opening, "recorded", "end of span")]
        if step.child is not None:
            data["child_workflow_id"] = step.child
            if step.child in self._ended:
                causes.append(Edge(self._ended[step.child], "recorded", "result of workflow"))
        state, published = self._take_published(step)
        if published:
            data["published"] = published
        elif self._published.returned(step.workflow, data.get("output")):
            state = self._published.state(step.workflow)
        return self._append(
            moment,
            "step.end",
            step.name,
            data,
            closes=opening,
            status=status,
            duration=_took(step.started, step.completed),
            causes=causes,
            state=state,
        )

    def _end(self, moment: Moment) -> None:
        workflow = moment.workflow
        state: Value = MISSING
        for key, cell in self._tables.published_last(workflow.id):
            self._published.set(workflow.id, key, self._decode(cell, workflow, f"event {key}"))
            state = self._published.state(workflow.id)
        data, _ = self._outcome(self._tables.result(workflow), workflow, None)
        data["status"] = workflow.status
        opening, last = self._opened[workflow.id], self._last[workflow.id]
        causes = [Edge(opening, "recorded", "end of span")]
        if last != opening:
            causes.append(Edge(last, "recorded", "the step before"))
        self._ended[workflow.id] = self._append(
            moment,
            "workflow.end",
            workflow.name,
            data,
            closes=opening,
            status=_STATUS.get(workflow.status or "", "error"),
            duration=_took(self._started[workflow.id], moment.time),
            causes=causes,
            state=state,
        )

    def _take_published(self, step: Step) -> tuple[Value, Object]:
        """The state with what a step published, and the values alone."""
        found: Object = {}
        for key, cell in self._tables.published(step.workflow, step.number):
            found[key] = self._values.decode(cell, f"event {key} of {step.workflow}")
            self._published.set(step.workflow, key, found[key])
        return (self._published.state(step.workflow) if found else MISSING), found

    def _outcome(
        self, cells: tuple[Cell, Cell], workflow: Workflow, step: int | None
    ) -> tuple[Object, Status]:
        what = "result" if step is None else f"step {step}"
        error = self._decode(cells[1], workflow, what)
        if error is not None:
            return {"error": error}, "error"
        return {"output": self._decode(cells[0], workflow, what)}, "ok"

    def _decode(self, cell: Cell, workflow: Workflow, what: str) -> JSON:
        return self._values.decode(cell, f"{what} of {workflow.id}")

    def _append(
        self,
        moment: Moment,
        type: str,  # noqa: A002 - the word events use
        name: str | None,
        data: Object,
        *,
        parent: int | None = None,
        **facts: Unpack[Facts],
    ) -> int:
        workflow, step = moment.workflow, moment.step
        source: Object = {"workflow_id": storable(workflow.id)}
        if step is not None:
            source["function_id"] = step.number
            parent = self._opened[workflow.id]
        return self._writer.append(
            self._timeline,
            type,
            agent=self._agent(workflow),
            name=storable(name),
            time=_nanos(moment.time),
            parent=facts.get("closes") or parent,
            data=data,
            source=source,
            **facts,
        )

    def _agent(self, workflow: Workflow) -> str:
        """The function's name; of a second workflow of that name, `name-2`."""
        known = self._agents.get(workflow.id)
        if known is None:
            name = storable(workflow.name or "workflow")
            known = self._agents[workflow.id] = self._names.unused(name)
        return known

    def _fidelity(self, forks: int) -> str:
        parts = (
            "recorded: state where a workflow set an event",
            "derived: a step that returned the keys of the state returned the state"
            if self._published.derived
            else None,
            "not recorded: arguments of steps, retries inside a step",
            "forks leave from the last step that was copied" if forks else None,
            "values read out of pickles without loading them" if self._values.pickled else None,
            "workflows start and end at whole seconds, moved to fit their steps"
            if self._tree.in_seconds
            else None,
        )
        counts = ((forks, "fork", ""), (self._values.opaque, "value", " could not be read"))
        return fidelity.line(parts, counts)


def _nanos(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else scaled(milliseconds, MILLIS)


def _took(start: int | None, end: int | None) -> int | None:
    return _nanos(between(start, end))
