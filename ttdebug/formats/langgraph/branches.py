"""Where the history of a thread branches, and what was known on which branch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar
from uuid import UUID, uuid5

from ttdebug.formats.langgraph.channels import INTERRUPT
from ttdebug.formats.langgraph.rows import Key
from ttdebug.store.writer import Writer

T = TypeVar("T")


class Tree:
    """The parent links of a thread's checkpoints.

    Writes are stored under the checkpoint they followed, so that after a fork one has to tell
    which child they made: those of `update_state` have a task id derived from the parent's id,
    all others come from nodes and so made the first child that nodes made.
    """

    def __init__(self, keys: Sequence[Key], source_of: Callable[[Key], str | None]) -> None:
        self._children: dict[tuple[str, str], list[Key]] = {}
        for key in keys:
            if key.parent is not None:
                self._children.setdefault((key.ns, key.parent), []).append(key)
        self._source_of = source_of
        self._ran: dict[tuple[str, str], str] = {}

    def continues(self, key: Key) -> bool:
        """Whether `key` was made first of its parent's children."""
        return key.parent is None or self._children[key.ns, key.parent][0] == key

    def last(self, key: Key) -> bool:
        """Whether `key` was made last of its parent's children."""
        return key.parent is None or self._children[key.ns, key.parent][-1] == key

    def childless(self, key: Key) -> bool:
        """Whether nothing followed `key`."""
        return (key.ns, key.id) not in self._children

    def made(self, key: Key, task: str) -> bool:
        """Whether what `task` wrote after the parent of `key` went into `key`."""
        if key.parent is None:
            return False
        children = self._children[key.ns, key.parent]
        if len(children) == 1:
            return True
        return self._maker(key.ns, key.parent, children, task) == key.id

    def _maker(self, ns: str, parent: str, children: list[Key], task: str) -> str:
        place = ns, parent
        if task == update_task(parent):
            for child in children:
                if self._source_of(child) == "update":
                    return child.id
        if place not in self._ran:
            ran = (child.id for child in children if self._source_of(child) == "loop")
            self._ran[place] = next(ran, children[0].id)
        return self._ran[place]


def update_task(checkpoint_id: str) -> str | None:
    """The task id under which `update_state` stores what it wrote."""
    try:
        return str(uuid5(UUID(checkpoint_id), INTERRUPT))
    except ValueError:
        return None


class Timelines:
    """The timelines of one run, and for each which part of its parent it shares."""

    def __init__(self, writer: Writer, main: int) -> None:
        self._writer = writer
        self._parents: dict[int, tuple[int, int]] = {}
        self.main = main

    def fork(self, parent: int, at: int) -> int:
        """A new timeline that shares `parent` up to and including event `at`."""
        timeline = self._writer.fork(parent, at)
        self._parents[timeline] = (parent, at)
        return timeline

    def lineage(self, timeline: int) -> Iterator[tuple[int, float]]:
        """`timeline` and its ancestors, each with the last seq of it that belongs to it."""
        bound = float("inf")
        current: int | None = timeline
        while current is not None:
            yield current, bound
            current, at = self._parents.get(current, (None, 0))
            bound = min(bound, at)


class Known(Generic[T]):
    """Things learnt at an event, looked up along a lineage; the nearest timeline wins."""

    def __init__(self, timelines: Timelines) -> None:
        self._timelines = timelines
        self._entries: dict[tuple[int, str], tuple[int, T]] = {}

    def learn(self, timeline: int, key: str, seq: int, value: T) -> None:
        """Remember `value` as of event `seq`."""
        self._entries[timeline, key] = (seq, value)

    def find(self, timeline: int, key: str) -> T | None:
        """What is known of `key` at the end of `timeline`."""
        for line, bound in self._timelines.lineage(timeline):
            entry = self._entries.get((line, key))
            if entry is not None and entry[0] <= bound:
                return entry[1]
        return None

    def own(self, timeline: int, key: str) -> T | None:
        """What `timeline` itself has learnt of `key`."""
        entry = self._entries.get((timeline, key))
        return None if entry is None else entry[1]

    def forget(self, timeline: int, key: str) -> None:
        """Drop what `timeline` itself knows of `key`."""
        self._entries.pop((timeline, key), None)
