"""Finding the hits of a condition: a property of the recording, the same in both directions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from threading import Lock

from ttdebug.errors import Cancelled
from ttdebug.replay.conditions import Condition
from ttdebug.replay.planner import Plan
from ttdebug.replay.searching import Hit, Search
from ttdebug.store.trace import Trace

__all__ = ["Hit", "HitIndex", "Search", "find"]


def find(
    trace: Trace,
    condition: Condition,
    *,
    timeline: int | None = None,
    agent: str | None = None,
    first: int = 1,
    last: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Search:
    """The hits at events first <= seq <= last, forwards; backwards they are the same reversed.

    Without a timeline, each event is looked at on the timeline that recorded it. `agent` keeps the
    hits at that agent's events. Ordinals count from the start of the timeline, whatever `first` is.
    `progress(seq, last)` and `cancelled()` are called every few thousand events; a search that is
    cancelled raises Cancelled. Raises ConditionError where one event has too much to look at.
    """
    return Search(
        trace, condition, timeline=timeline, agent=agent, first=first, last=last,
        progress=progress, cancelled=cancelled,
    )  # fmt: skip


class HitIndex:
    """The hits of one condition on one timeline, found once and walked in both directions.

    Hits are looked for forwards and only as far as a question needs; a question that is cancelled
    raises Cancelled. Safe for several threads.
    """

    def __init__(
        self, trace: Trace, condition: Condition, timeline: int, agent: str | None = None
    ) -> None:
        self._trace = trace
        self._condition = condition
        self._timeline = timeline
        self._agent = agent
        self._lock = Lock()
        self._start()

    @property
    def plan(self) -> Plan:
        """How hits are found."""
        return self._search.plan

    @property
    def candidates(self) -> int:
        """How many events were looked at so far."""
        return self._search.candidates

    def next(
        self, seq: int, cancelled: Callable[[], bool] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Hit | None:  # fmt: skip
        """The first hit after `seq`."""
        with self._lock:
            self._extend(lambda: self._seqs[-1] > seq, cancelled, progress)
            at = bisect_right(self._seqs, seq)
            return self._hits[at] if at < len(self._hits) else None

    def previous(
        self, seq: int, cancelled: Callable[[], bool] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Hit | None:  # fmt: skip
        """The last hit before `seq`."""
        with self._lock:
            self._extend(lambda: self._seqs[-1] >= seq, cancelled, progress)
            at = bisect_left(self._seqs, seq)
            return self._hits[at - 1] if at else None

    def all(
        self, cancelled: Callable[[], bool] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> list[Hit]:  # fmt: skip
        """Every hit."""
        with self._lock:
            self._extend(lambda: False, cancelled, progress)
            return list(self._hits)

    def _start(self) -> None:
        self._search = Search(
            self._trace, self._condition, timeline=self._timeline, agent=self._agent
        )
        self._found: Iterator[Hit] = iter(self._search)
        self._seqs: list[int] = []
        self._hits: list[Hit] = []
        self._done_at: int | None = None

    def _extend(
        self,
        enough: Callable[[], bool],
        cancelled: Callable[[], bool] | None,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        if self._done_at is not None and self._done_at < self._trace.last_seq:
            self._start()
        self._search.cancelled, self._search.progress = cancelled, progress
        last = self._trace.last_seq
        while self._done_at is None and not (self._seqs and enough()):
            try:
                hit = next(self._found, None)
            except Cancelled:
                self._start()
                raise
            if hit is None:
                self._done_at = last
                return
            self._seqs.append(hit.seq)
            self._hits.append(hit)
