"""Writes that wait for their place in time: no checkpoint follows them, or others come first."""

from __future__ import annotations

from dataclasses import dataclass

from ttdebug.formats.langgraph.rows import Write
from ttdebug.formats.langgraph.scribe import Site
from ttdebug.formats.langgraph.tasks import Task


@dataclass(frozen=True, slots=True)
class Held:
    """One write of a task that ran after `site`; `leaf` if nothing followed that checkpoint."""

    site: Site
    task: Task
    place: int
    leaf: bool

    @property
    def row(self) -> Write:
        """The row itself."""
        return self.task.writes[self.place].row


class Pending:
    """Holds them in the order in which they were stored.

    An interrupt of a subgraph is stored once more for the graph around it, whose next
    checkpoint comes much later: row numbers tell what came first.
    """

    def __init__(self) -> None:
        self._held: list[Held] = []
        self._written: dict[int, dict[int, list[int]]] = {}

    def add(self, held: Held) -> None:
        """Hold a write back."""
        self._held.append(held)

    def before(self, row: Write) -> list[Held]:
        """What was stored before `row`; no longer held. Others' interrupts precede interrupts."""
        due = [held for held in self._held if held.row.row < row.row and (held.leaf or row.idx < 0)]
        self._take(due)
        return due

    def rest(self) -> list[Held]:
        """Everything still held; no longer held."""
        due = list(self._held)
        self._take(due)
        return due

    def drop(self, site: Site) -> dict[int, list[int]]:
        """Stop holding what followed `site`; of what was written, its events by row number."""
        self._take([held for held in self._held if held.site is site])
        return self._written.pop(site.seq, {})

    def written(self, held: Held, events: list[int]) -> None:
        """Note the events of a write that was held back."""
        if not held.leaf:
            self._written.setdefault(held.site.seq, {})[held.row.row] = events

    def _take(self, due: list[Held]) -> None:
        if not due:
            return
        taken = {id(held) for held in due}
        self._held = [held for held in self._held if id(held) not in taken]
        due.sort(key=lambda held: held.row.row)
