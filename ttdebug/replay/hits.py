"""Finding the hits of a condition: a property of the recording, the same in both directions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TypeAlias

from ttdebug.errors import TtdebugError
from ttdebug.replay.conditions import AnyCondition, Temporal
from ttdebug.replay.hit import Hit
from ttdebug.replay.searching import Search
from ttdebug.replay.sequences import SequenceSearch
from ttdebug.store.trace import Trace

__all__ = ["AnySearch", "Hit", "HitIndex", "LazyHits", "Search", "find"]

AnySearch: TypeAlias = Search | SequenceSearch

Progress: TypeAlias = "Callable[[int, int], None] | None"
Asked: TypeAlias = "Callable[[], bool] | None"


def find(
    trace: Trace,
    condition: AnyCondition,
    *,
    timeline: int | None = None,
    agent: str | None = None,
    first: int = 1,
    last: int | None = None,
    decided: bool = False,
    progress: Progress = None,
    cancelled: Asked = None,
) -> AnySearch:
    """The hits at events first <= seq <= last, forwards; backwards they are the same reversed.

    Without a timeline, each event is looked at on the timeline that recorded it. `agent` keeps the
    hits at that agent's events. Bounds are about the events that are hit: what follows them, as a
    temporal condition asks, is looked for up to the end; `decided` leaves out hits that an event
    recorded later could undo. Ordinals count from the start of the timeline, whatever `first` is.
    `progress(seq, last)` and `cancelled()` are called every few thousand events; a search that is
    cancelled raises Cancelled. Raises ConditionError where one event has too much to look at.
    """
    if isinstance(condition, Temporal):
        return SequenceSearch(
            trace, condition, timeline=timeline, agent=agent, first=first, last=last,
            decided=decided, progress=progress, cancelled=cancelled,
        )  # fmt: skip
    return Search(
        trace, condition, timeline=timeline, agent=agent, first=first, last=last,
        progress=progress, cancelled=cancelled,
    )  # fmt: skip


class LazyHits:
    """Hits found once, forwards and only as far as a question needs, and walked both ways.

    A question that is cancelled raises Cancelled. Safe for several threads.
    """

    def __init__(self, trace: Trace, start: Callable[[], Iterator[Hit]]) -> None:
        """`start` begins to find the hits, in order; it is called again when the file grew."""
        self._trace = trace
        self._begin = start
        self._lock = Lock()
        self._progress: Progress = None
        self._cancelled: Asked = None
        self._restart()

    def tell(self, done: int, total: int) -> None:
        """Pass progress on to whoever asks at the moment."""
        if self._progress is not None:
            self._progress(done, total)

    def stopped(self) -> bool:
        """Whether whoever asks at the moment wants to stop."""
        return self._cancelled is not None and self._cancelled()

    def next(self, seq: int, cancelled: Asked = None, progress: Progress = None) -> Hit | None:
        """The first hit after `seq`."""
        with self._lock:
            self._extend(lambda: self._seqs[-1] > seq, cancelled, progress)
            at = bisect_right(self._seqs, seq)
            return self._hits[at] if at < len(self._hits) else None

    def previous(self, seq: int, cancelled: Asked = None, progress: Progress = None) -> Hit | None:
        """The last hit before `seq`."""
        with self._lock:
            self._extend(lambda: self._seqs[-1] >= seq, cancelled, progress)
            at = bisect_left(self._seqs, seq)
            return self._hits[at - 1] if at else None

    def all(self, cancelled: Asked = None, progress: Progress = None) -> list[Hit]:
        """Every hit."""
        with self._lock:
            self._extend(lambda: False, cancelled, progress)
            return list(self._hits)

    def _restart(self) -> None:
        self._found = self._begin()
        self._seqs: list[int] = []
        self._hits: list[Hit] = []
        self._done_at: int | None = None

    def _extend(self, enough: Callable[[], bool], cancelled: Asked, progress: Progress) -> None:
        if self._done_at is not None and self._done_at < self._trace.last_seq:
            self._restart()
        self._cancelled, self._progress = cancelled, progress
        last = self._trace.last_seq
        while self._done_at is None and not (self._seqs and enough()):
            try:
                hit = next(self._found, None)
            except TtdebugError:
                self._restart()
                raise
            if hit is None:
                self._done_at = last
                return
            self._seqs.append(hit.seq)
            self._hits.append(hit)


class HitIndex(LazyHits):
    """The hits of one condition on one timeline."""

    def __init__(
        self, trace: Trace, condition: AnyCondition, timeline: int, agent: str | None = None
    ) -> None:
        def start() -> Iterator[Hit]:
            self._search = find(
                trace,
                condition,
                timeline=timeline,
                agent=agent,
                progress=self.tell,
                cancelled=self.stopped,
            )
            return self._search

        super().__init__(trace, start)

    def explain(self) -> list[str]:
        """How hits are found, and how many events were looked at so far."""
        return self._search.explain()

    @property
    def candidates(self) -> int:
        """How many events were looked at so far."""
        return self._search.candidates
