"""Whose state an event of a sample changes: its store, its TaskState, the store of a subtask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ttdebug import delta
from ttdebug.foreign.values import slim
from ttdebug.formats.inspect_ai.documents import Document
from ttdebug.formats.inspect_ai.pools import Pools
from ttdebug.formats.names import Names
from ttdebug.formats.patches import Patcher
from ttdebug.model import JSON, MISSING, Object, Value

MAIN: Final = "main"
TASK: Final = "task"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who shares a store: the sample, or a subtask. Agents own documents in our recordings."""

    agent: str
    store: Document
    task_agent: str
    task: Document

    def begin(self, span: str) -> None:
        """Remember both documents as they are when a span begins."""
        self.store.mark(span)
        self.task.mark(span)

    def end(self, span: str) -> None:
        """The span will change nothing any more."""
        self.store.forget(span)
        self.task.forget(span)


class States:
    """The documents of one sample and what was last told of each."""

    def __init__(self, initial: Object, pools: Pools) -> None:
        """`initial` is the TaskState of `sample_init`, empty if there was none."""
        self._pools = pools
        self._patcher = Patcher()
        self._names = Names(MAIN, TASK)
        self._told: dict[str, JSON] = {}
        store = pools.resolve(initial.get("store"))
        self.main = Owner(
            MAIN,
            Document(store if isinstance(store, dict) else {}),
            TASK,
            Document(slim(pools.resolve(initial))),
        )
        self.repeats = 0

    def subtask(self, name: str, outer: Owner, *, forks: bool) -> Owner:
        """A new owner: with an empty store, or with a copy of the outer one if it `forks`."""
        agent = self._names.unused(name)
        store = Document(outer.store.value if forks else {})
        return Owner(
            agent, store, self._names.unused(f"{agent} {TASK}"), Document(outer.task.value)
        )

    def told(self, agent: str, document: Document) -> Value:
        """The document if it differs from what was last told of it, and note that it is told."""
        known = self._told.get(agent, MISSING)
        if known is not MISSING and delta.equal(known, document.value):
            return MISSING
        self._told[agent] = document.value
        return document.value

    def change(self, kind: str, owner: Owner, span: str | None, changes: JSON) -> tuple[str, Value]:
        """Apply the changes of a `store` or `state` event; whose they are, and the new document.

        MISSING stands for what inner spans told already. Raises PatchError.
        """
        resolved = self._pools.resolve(changes)
        if kind == "store":
            agent, document = owner.agent, owner.store
        else:
            agent, document, resolved = owner.task_agent, owner.task, slim(resolved)
        document.change(span, resolved, self._patcher)
        value = self.told(agent, document)
        self.repeats += value is MISSING
        return agent, value
