"""The order of a span list: by start time, parents before children, calls before results.

Clocks may be wrong: a child never opens before its parent nor a span closes before it opened,
whatever the times say. It may close after its parent.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

OPEN, CLOSE = -1, -2
_TOUR_BITS = 40


class Timed(Protocol):
    """When a span was there, in ns. `times` are those of what happened inside.

    `closes` says whether its end is known, even if its time `end` is not.
    """

    @property
    def start(self) -> int | None: ...  # noqa: D102 - said above
    @property
    def end(self) -> int | None: ...  # noqa: D102
    @property
    def closes(self) -> bool: ...  # noqa: D102
    @property
    def times(self) -> Sequence[int | None]: ...  # noqa: D102


class Step(NamedTuple):
    """What happens to a span: OPEN, CLOSE, or the moment of this index inside it."""

    span: int
    what: int


class Ordered:
    """The steps of `spans`, which are in file order; `parents` are indexes."""

    def __init__(self, spans: Sequence[Timed], parents: Sequence[int | None]) -> None:
        self._spans = spans
        self.broken: list[int] = []
        """Spans that had to lose their parent, which was their own descendant."""
        self.parents = self._sound(list(parents))
        self._children: dict[int, list[int]] = {}
        self._starts = [0] * len(spans)
        self._ends: list[int | None] = [None] * len(spans)

    def __iter__(self) -> Iterator[Step]:
        roots = self._place_starts()
        owners, whats, keys = array("q"), array("q"), []
        for step, time, late in self._tour(roots):
            keys.append((time * 2 + late) << _TOUR_BITS | len(owners))
            owners.append(step.span)
            whats.append(step.what)
        keys.sort()
        mask = (1 << _TOUR_BITS) - 1
        for key in keys:
            number = key & mask
            yield Step(owners[number], whats[number])

    def _sound(self, parents: list[int | None]) -> list[int | None]:
        """Parents, without those that would make a span its own ancestor."""
        sound = bytearray(len(parents))
        for index in range(len(parents)):
            path: list[int] = []
            at: int | None = index
            while at is not None and not sound[at]:
                sound[at] = 2
                path.append(at)
                at = parents[at]
                if at is not None and sound[at] == 2:
                    self._break(parents, path[path.index(at) :])
                    break
            for seen in path:
                sound[seen] = 1
        return parents

    def _break(self, parents: list[int | None], cycle: list[int]) -> None:
        """Let the earliest span of a cycle be its top."""
        top = min(cycle, key=lambda index: (self._spans[index].start or 0, index))
        parents[top] = None
        self.broken.append(top)

    def _place_starts(self) -> list[int]:
        """Give every span a start no earlier than its parent's; returns the roots in order.

        One without a time starts with its parent, or where it has none, with the root before it.
        """
        roots: list[int] = []
        for index, parent in enumerate(self.parents):
            (roots if parent is None else self._children.setdefault(parent, [])).append(index)
        latest = 0
        for root in roots:
            start = self._spans[root].start
            latest = latest if start is None else start
            self._starts[root] = latest
            self._place_below(root)
        roots.sort(key=self._starts.__getitem__)
        return roots

    def _place_below(self, root: int) -> None:
        """Starts from the top down, ends from the bottom up."""
        starts, spans = self._starts, self._spans
        found = [root]
        for index in found:
            children = self._children.get(index)
            if children is None:
                continue
            least = starts[index]
            for child in children:
                start = spans[child].start
                starts[child] = least if start is None or start < least else start
            if len(children) > 1:
                children.sort(key=starts.__getitem__)
            found += children
        for index in reversed(found):
            if spans[index].closes:
                self._ends[index] = self._end(index)

    def _end(self, index: int) -> int:
        """When a span closes: never before it opened; after all inside if nobody knows."""
        span, start = self._spans[index], self._starts[index]
        if span.end is not None:
            return max(start, span.end)
        last = start
        for child in self._children.get(index, ()):
            inner = self._ends[child]
            last = max(last, self._starts[child] if inner is None else inner)
        return max((last, *(time for time in span.times if time is not None)))

    def _tour(self, roots: list[int]) -> Iterator[tuple[Step, int, int]]:
        """All steps with their times, by which a walk over the trees breaks ties.

        The last of each is 0 for what ends at that time and 1 for what begins then. What begins
        and ends at the very time at which the span around it ends, ends inside it.
        """
        stack: list[tuple[int, int]] = [(root, 1) for root in reversed(roots)]
        while stack:
            index, late = stack.pop()
            if index < 0:
                closed = self._ends[~index]
                yield Step(~index, CLOSE), closed or 0, late
                continue
            start, end = self._starts[index], self._ends[index]
            yield Step(index, OPEN), start, late
            if end is not None:
                stack.append((~index, late if end == start else 0))
            takes_in = end if end is not None and (end > start or not late) else None
            self._push_inside(stack, index, takes_in)
            for number, time in enumerate(self._spans[index].times):
                at = start if time is None or time < start else time
                yield Step(index, number), at, int(at != takes_in)

    def _push_inside(self, stack: list[tuple[int, int]], index: int, end: int | None) -> None:
        """Children to walk next; those that are no longer than the moment `end` belong to it."""
        for child in reversed(self._children.get(index, ())):
            at_end = end is not None and self._starts[child] == end == self._ends[child]
            stack.append((child, 0 if at_end else 1))
