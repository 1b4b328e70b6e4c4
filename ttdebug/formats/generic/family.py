"""Who is whose parent: ids of a log matched to events, whichever comes first."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MAX_REMEMBERED = 200_000

Id = tuple[int, str]
"""The main timeline of a run, and an id as text."""


class Opened(NamedTuple):
    """An event that opened a span and waits for its end."""

    seq: int
    time: int | None
    closing_type: str
    rule: str


class Family:
    """Ids seen so far, the newest MAX_REMEMBERED of them, so that memory stays flat."""

    def __init__(self) -> None:
        self.open_spans: dict[Id, Opened] = {}
        self._known: dict[Id, tuple[int, bool]] = {}
        self._waiting: dict[Id, list[int]] = {}
        self._above: dict[int, int] = {}

    def find(self, key: Id) -> tuple[int, bool] | None:
        """The event with this id, and whether it opens a span."""
        return self._known.get(key)

    def learn(self, key: Id, seq: int, *, opens: bool) -> list[int]:
        """Remember whose id this is; the events that named it as parent before it came.

        An event that descends from one of those is left out: it would be its own ancestor.
        """
        if key not in self._known or opens:
            _remember(self._known, key, (seq, opens))
        waiting = self._waiting.pop(key, [])
        children = [child for child in waiting if child != seq and not self._descends(seq, child)]
        for child in children:
            self.place(child, seq)
        return children

    def wait(self, key: Id, seq: int) -> None:
        """Event `seq` names a parent that has not come yet."""
        if len(self._waiting) < MAX_REMEMBERED:
            self._waiting.setdefault(key, []).append(seq)

    def place(self, seq: int, parent: int) -> None:
        """Event `seq` stands below `parent`."""
        _remember(self._above, seq, parent)

    @property
    def missing(self) -> int:
        """How many parents were named and never came."""
        return len(self._waiting)

    def _descends(self, seq: int, ancestor: int) -> bool:
        seen: set[int] = set()
        while seq not in seen:
            if seq == ancestor:
                return True
            seen.add(seq)
            above = self._above.get(seq)
            if above is None:
                return False
            seq = above
        return True


def _remember(store: dict[K, V], key: K, value: V) -> None:
    store.pop(key, None)
    store[key] = value
    if len(store) > MAX_REMEMBERED:
        del store[next(iter(store))]
