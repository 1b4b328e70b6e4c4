"""Finding the hits of temporal conditions: those of A and B each by their own plan, then merged."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from ttdebug.replay.conditions import Condition, Temporal
from ttdebug.replay.following import Line
from ttdebug.replay.hit import Hit
from ttdebug.replay.planner import choose
from ttdebug.replay.searching import Search
from ttdebug.store.trace import Trace

_PART_NAMES: Final = ("A", "B")


class SequenceSearch:
    """Hits in order, found while they are asked for; see `hits.find`.

    `candidates` says how many events were looked at. Work is linear in the hits of A and of B,
    but for terms with `that` which are no equalities: they are asked of each pair in the window.
    """

    def __init__(
        self,
        trace: Trace,
        condition: Temporal,
        *,
        timeline: int | None = None,
        agent: str | None = None,
        first: int = 1,
        last: int | None = None,
        decided: bool = False,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._trace = trace
        self._condition = condition
        self._timeline = timeline
        self._agent = agent
        self._last = last
        self._decided = decided
        self._progress = progress
        self._cancelled = cancelled
        self._searches: list[Search] = []
        lines = list(trace.timelines) if timeline is None else [timeline]
        streams = [self._on(line) for line in lines]
        found = streams[0] if len(streams) == 1 else heapq.merge(*streams, key=lambda hit: hit.seq)
        self._found = (hit for hit in found if hit.seq >= first)

    def __iter__(self) -> Iterator[Hit]:
        return self

    def __next__(self) -> Hit:
        return next(self._found)

    @property
    def candidates(self) -> int:
        """How many events were looked at so far, for A and for B."""
        return sum(search.candidates for search in self._searches)

    def explain(self) -> list[str]:
        """How hits are found, and how many events were looked at so far."""
        lines = []
        for name, part in zip(_PART_NAMES, self._condition.parts, strict=True):
            first, *more = choose(self._trace, part, self._timeline).explain()
            lines += [f"{name}: {first}", *(f"   {line}" for line in more)]
        return [*lines, f"looked at {self.candidates:,} events for A and B together"]

    def _on(self, timeline: int) -> Iterator[Hit]:
        """The hits on a timeline; of a file those of its prefix only count."""
        prefix = 0 if self._timeline is not None else self._trace.timelines[timeline].fork_seq
        others = self._search(timeline, self._condition.other, None)
        line = Line(self._trace, self._condition, timeline, others)
        count = 0
        for subject in self._search(timeline, self._condition.subject, self._last):
            verdict = line.verdict(subject)
            if verdict.hit and not (self._decided and verdict.pending):
                count += 1
                if subject.seq > prefix:
                    why = partial(line.told, subject, verdict)
                    yield Hit(subject.seq, timeline, subject.agent, count, why)

    def _search(self, timeline: int, part: Condition, last: int | None) -> Search:
        search = Search(
            self._trace, part, timeline=timeline, agent=self._agent, last=last,
            progress=self._progress, cancelled=self._cancelled,
        )  # fmt: skip
        self._searches.append(search)
        return search
