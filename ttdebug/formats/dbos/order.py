"""Which workflows belong together, and the order of what happened in them.

Steps of a workflow keep the order of their numbers, whatever clocks say; those of workflows that
ran at the same time are merged by their times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from ttdebug.formats.dbos.tables import Step, Workflow

SET_EVENT = "DBOS.setEvent"
_OWN = "DBOS."
_EDGE = 1 << 64
"""Beyond the number of any step."""

What: TypeAlias = Literal["start", "step", "done", "end"]
"""A workflow starts, a step of it starts, that step is done, the workflow ends.

What takes no time of its own is only done: setting an event, starting another workflow.
"""

_ACTIVE = frozenset(("PENDING", "ENQUEUED", "DELAYED"))


class Moment(NamedTuple):
    """Something that happened; `time` in ms, made to fit the order."""

    time: int
    rank: int
    number: int
    late: int
    what: What
    workflow: Workflow
    step: Step | None


class Tree:
    """The workflows of a database by who started and who was copied from whom."""

    def __init__(self, workflows: Sequence[Workflow], steps: Mapping[str, Sequence[Step]]) -> None:
        self._steps = steps
        self._by_id = {workflow.id: workflow for workflow in workflows}
        self._ranks = {workflow.id: rank for rank, workflow in enumerate(workflows)}
        self._starters = _starters(workflows, steps)
        self._children: dict[str, list[Workflow]] = defaultdict(list)
        self._forks: dict[str, list[Workflow]] = defaultdict(list)
        self.in_seconds = not any((workflow.created or 0) % 1000 for workflow in workflows)
        self.roots: list[Workflow] = []
        for workflow in workflows:
            self._place(workflow)
        self._left = {
            (origin, self.shared(fork)) for origin, forks in self._forks.items() for fork in forks
        }

    def _place(self, workflow: Workflow) -> None:
        origin, parent = workflow.forked_from, self._parent(workflow)
        if origin in self._by_id and not self._descends(str(origin), workflow.id):
            self._forks[str(origin)].append(workflow)
        elif parent in self._by_id and not self._descends(str(parent), workflow.id):
            self._children[str(parent)].append(workflow)
        else:
            self.roots.append(workflow)

    def _parent(self, workflow: Workflow) -> str | None:
        """Who started it: as recorded, else whose step names it."""
        starter = self._starters.get(workflow.id)
        return workflow.parent or (None if starter is None else starter.workflow)

    def _descends(self, id_: str, ancestor: str) -> bool:
        seen: set[str] = set()
        current: str | None = id_
        while current is not None and current not in seen:
            if current == ancestor:
                return True
            seen.add(current)
            found = self._by_id.get(current)
            current = None if found is None else found.forked_from or self._parent(found)
        return False

    def forks(self, workflow: Workflow) -> Sequence[Workflow]:
        """Workflows that repeat this one from some step on."""
        return self._forks[workflow.id]

    def starter(self, workflow: Workflow) -> Step | None:
        """The step that started a workflow."""
        return self._starters.get(workflow.id)

    def shared(self, fork: Workflow) -> int:
        """The last step that a fork copied from its origin instead of running it."""
        ours = {step.number: step[1:] for step in self._steps.get(fork.id, ())}
        copied = 0
        for step in self._steps.get(fork.forked_from or "", ()):
            if ours.get(step.number) != step[1:]:
                break
            copied = step.number
        return copied

    def is_left(self, workflow: Workflow, step: int) -> bool:
        """Whether a fork begins after this step."""
        return (workflow.id, step) in self._left

    def moments(self, top: Workflow, after: int = 0) -> list[Moment]:
        """All that happened in `top` after its step `after`, and in whatever that started."""
        found: list[Moment] = []
        pending: list[tuple[Workflow, int, int]] = [(top, after, 0)]
        while pending:
            workflow, shared, earliest = pending.pop()
            ours = self._of_one(workflow, shared, earliest)
            found += ours
            times = {moment.number: moment.time for moment in ours if moment.what == "done"}
            for child in self._children[workflow.id]:
                starter = self.starter(child)
                number = starter.number if starter and starter.workflow == workflow.id else None
                if number is None or number > shared:
                    pending.append((child, 0, times.get(number or 0, ours[0].time)))
        found.sort(key=lambda moment: moment[:4])
        return found

    def _of_one(self, workflow: Workflow, shared: int, earliest: int) -> list[Moment]:
        rank = self._ranks[workflow.id]
        latest = last = max(earliest, workflow.created or 0)
        found = [Moment(latest, rank, -_EDGE, 0, "start", workflow, None)]
        for step in self._steps.get(workflow.id, ()):
            if step.number <= shared:
                continue
            latest = max(latest, step.started or 0)
            done = max(latest, step.completed or 0)
            last = max(last, done)
            if starts_another(step):
                found.append(Moment(latest, rank, step.number, 0, "done", workflow, step))
                continue
            if step.name != SET_EVENT:
                found.append(Moment(latest, rank, step.number, 0, "step", workflow, step))
            found.append(Moment(done, rank, step.number, 1, "done", workflow, step))
        if workflow.status not in _ACTIVE:
            end = max(last, workflow.ended or 0)
            found.append(Moment(end, rank, _EDGE, 2, "end", workflow, None))
        return found


def starts_another(step: Step) -> bool:
    """Whether a step does nothing but start another workflow."""
    return step.child is not None and not step.name.startswith(_OWN)


def _starters(
    workflows: Sequence[Workflow], steps: Mapping[str, Sequence[Step]]
) -> dict[str, Step]:
    """The step that started each workflow; forks copied it, so the oldest counts."""
    found: dict[str, Step] = {}
    for workflow in workflows:
        for step in steps.get(workflow.id, ()):
            if step.child is not None and starts_another(step):
                found.setdefault(step.child, step)
    return found
