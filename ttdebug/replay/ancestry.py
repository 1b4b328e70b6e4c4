"""Where an event stands among its parents and causes; remembers what it has met."""

from __future__ import annotations

from array import array
from typing import Final, Protocol

from ttdebug.model import Event
from ttdebug.store.trace import Trace

_REMEMBERED: Final = 50_000
_UNKNOWN: Final = -1


class Ancestry:
    """Parents, depths and owners of events on one timeline."""

    def __init__(self, trace: Trace, timeline: int) -> None:
        self._trace = trace
        self._timeline = timeline
        self._lineage = trace.lineage(timeline)
        self._events: dict[int, Event] = {}
        self._depths: dict[int, int] = {}
        self._cause_depths = array("q")
        self._owners: dict[tuple[str | None, int | None], str | None] = {}

    def parent(self, event: Event) -> Event | None:
        """The opening event of the enclosing span; for a closing event, its opening."""
        return None if event.parent is None else self._event(event.parent)

    def depth(self, event: Event) -> int:
        """How many parents an event has up to the root."""
        chain: list[int] = []
        above = event.parent
        while above is not None and above not in self._depths:
            chain.append(above)
            earlier = self._event(above).parent
            above = earlier if earlier is not None and earlier < above else None
        depth = -1 if above is None else self._depths[above]
        _make_room(self._depths)
        for seq in reversed(chain):
            depth += 1
            self._depths[seq] = depth
        return depth + 1

    def cause_depth(self, event: Event) -> int:
        """How many causes the longest chain has that led to an event; a circle ends a chain."""
        depths = self._cause_depths
        if len(depths) <= event.seq:
            depths.extend([_UNKNOWN] * (self._trace.last_seq + 1 - len(depths)))
        waiting, under_way = [event.seq], set[int]()
        while waiting:
            seq = waiting[-1]
            if depths[seq] != _UNKNOWN:
                waiting.pop()
                continue
            causes = [edge.seq for edge in self._trace.causes(seq)]
            unknown = [cause for cause in causes if depths[cause] == _UNKNOWN]
            under_way.add(seq)
            if further := [cause for cause in unknown if cause not in under_way]:
                waiting.extend(further)
                continue
            depths[seq] = max((depths[cause] + 1 for cause in causes), default=0)
            waiting.pop()
        return depths[event.seq]

    def owner(self, event: Event) -> str | None:
        """Whose state an event sees; it depends on nothing but its agent and its ancestors."""
        key = (event.agent, event.parent)
        if key not in self._owners:
            _make_room(self._owners)
            self._owners[key] = self._trace.owner(event.seq, self._timeline)
        return self._owners[key]

    def event(self, seq: int) -> Event:
        """An event as the timeline knows it: a fork may end a span otherwise."""
        row = self._lineage.index_of(seq)
        if not self._lineage.contains(seq):
            return self._trace.event(seq)
        return self._trace.window(self._lineage, row, row + 1)[0]

    def _event(self, seq: int) -> Event:
        found = self._events.get(seq)
        if found is None:
            _make_room(self._events)
            found = self._events[seq] = self.event(seq)
        return found


class _Memory(Protocol):
    def __len__(self) -> int: ...

    def clear(self) -> None: ...


def _make_room(memory: _Memory) -> None:
    """Forget everything once it is too much; what matters is soon met again."""
    if len(memory) >= _REMEMBERED:
        memory.clear()
