"""Finding the hits of temporal conditions: those of A and B each by their own plan, then merged."""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias

from ttdebug.model import Event
from ttdebug.replay.conditions import Condition, Temporal
from ttdebug.replay.conditions.pairing import Key
from ttdebug.replay.conditions.window import elapsed
from ttdebug.replay.frames import SeekFrame
from ttdebug.replay.planner import choose
from ttdebug.replay.reasons import short
from ttdebug.replay.searching import Hit, Search
from ttdebug.store.trace import Trace

_Group: TypeAlias = tuple[str | None, Key]
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
        line = _Line(self._trace, self._condition, timeline, others, decided=self._decided)
        count = 0
        for subject in self._search(timeline, self._condition.subject, self._last):
            if (reason := line.reason(subject)) is not None:
                count += 1
                if subject.seq > prefix:
                    yield Hit(subject.seq, timeline, subject.agent, count, reason)

    def _search(self, timeline: int, part: Condition, last: int | None) -> Search:
        search = Search(
            self._trace, part, timeline=timeline, agent=self._agent, last=last,
            progress=self._progress, cancelled=self._cancelled,
        )  # fmt: skip
        self._searches.append(search)
        return search


class _Reach(NamedTuple):
    """The last event in a window, and whether the timeline ended before the window did."""

    last: int
    cut: bool


class _Past(NamedTuple):
    """The first event after `seq` that is later than `time`, None if there is none."""

    seq: int
    time: int
    found: int | None


class _Line:
    """One timeline: B's hits by agent and key, as far as they were read, and the ends of windows.

    It is asked about hits of A in ascending order.
    """

    def __init__(
        self,
        trace: Trace,
        condition: Temporal,
        timeline: int,
        others: Iterator[Hit],
        *,
        decided: bool,
    ) -> None:
        self._trace = trace
        self._condition = condition
        self._timeline = timeline
        self._lineage = trace.lineage(timeline)
        self._end = self._lineage.seq_at(len(self._lineage) - 1) if len(self._lineage) else 0
        self._frame = SeekFrame(trace, timeline)
        self._others = others
        self._decided = decided
        self._read_to = 0
        self._exhausted = False
        self._groups: dict[_Group, array[int]] = {}
        self._past: _Past | None = None

    def reason(self, subject: Hit) -> str | None:
        """Why a hit of A is one of the whole condition, with the deadline; None if it is not."""
        link, window = self._condition.link, self._condition.window
        that = self._event(subject.seq)
        if link == "without":
            found = self._before(subject, that)
            return None if found is not None else self._told(f"{self._no(that)} before it", subject)
        reach = self._reach(that)
        if reach is None:
            return None
        found = self._after(subject, that, reach.last)
        if (found is None) is (link == "then"):
            return None
        if found is not None:
            later = self._later(that, found, timed=window is not None and not window.events)
            return self._told(f"{self._what(that)} at event {found:,} ({later} later)", subject)
        if self._decided and (window is None or reach.cut):
            return None
        return self._told(self._absence(that, reach), subject)

    # Where B hits

    def _after(self, subject: Hit, that: Event, last: int) -> int | None:
        """The first event of B after A's, up to `last`."""
        group = self._group(subject, that)
        at = bisect_right(group, subject.seq)
        while True:
            while at < len(group):
                if group[at] > last:
                    return None
                if group[at] > subject.seq and self._belongs(group[at], that):
                    return group[at]
                at += 1
            if self._read_to > last or not self._read():
                return None

    def _before(self, subject: Hit, that: Event) -> int | None:
        """The last event of B before A's."""
        while self._read_to < subject.seq and self._read():
            pass
        group = self._group(subject, that)
        before = range(bisect_left(group, subject.seq) - 1, -1, -1)
        return next((group[at] for at in before if self._belongs(group[at], that)), None)

    def _belongs(self, seq: int, that: Event) -> bool:
        pairing = self._condition.pairing
        if not pairing:
            return True
        self._frame.stand_at(seq)
        return pairing.holds(self._frame, that)

    def _group(self, subject: Hit, that: Event) -> array[int]:
        """B's hits that may belong to A's event."""
        key = self._condition.pairing.key_of(self._frame, that)
        return self._groups.setdefault((subject.agent, key), array("q"))

    def _read(self) -> bool:
        """Take in the next hit of B, if there is one."""
        hit = None if self._exhausted else next(self._others, None)
        if hit is None:
            self._exhausted = True
            return False
        self._frame.stand_at(hit.seq)
        key = self._condition.pairing.key(self._frame)
        self._groups.setdefault((hit.agent, key), array("q")).append(hit.seq)
        self._read_to = hit.seq
        return True

    # Where a window ends

    def _reach(self, that: Event) -> _Reach | None:
        """How far the window of A's event reaches; None if its time is not known."""
        window = self._condition.window
        if window is None:
            return _Reach(self._end, cut=False)
        if window.events:
            row = self._lineage.index_of(that.seq) + window.events
            if row < len(self._lineage):
                return _Reach(self._lineage.seq_at(row), cut=False)
            return _Reach(self._end, cut=True)
        if that.time is None:
            return None
        past = self._first_past(that.seq, that.time + window.nanoseconds)
        if past is None:
            return _Reach(self._end, cut=True)
        return _Reach(self._lineage.seq_at(self._lineage.index_of(past) - 1), cut=False)

    def _first_past(self, seq: int, time: int) -> int | None:
        """The first event after `seq` that is later than `time`, looked for where it may be."""
        known, start = self._past, seq
        if known is not None and known.time <= time:
            if known.found is None:
                return None
            start = max(seq, known.found - 1)
        found = self._trace.first_later(self._lineage, time, after=start)
        self._past = _Past(seq, time, found)
        return found

    # What is told

    def _event(self, seq: int) -> Event:
        self._frame.stand_at(seq)
        return self._frame.event

    def _what(self, that: Event) -> str:
        pairing = self._condition.pairing
        wanted = pairing.wanted(self._frame, that) if pairing.exact else []
        values = ", ".join(f"{label} {short(value)}" for label, value in wanted)
        having = f" with {values}" if values else ""
        return f"{self._condition.label}{having}" + (f" of {that.agent}" if that.agent else "")

    def _no(self, that: Event) -> str:
        return f"no {self._what(that)}"

    def _absence(self, that: Event, reach: _Reach) -> str:
        window = self._condition.window
        if window is None:
            return f"{self._no(that)} after it, up to the end at event {reach.last:,}"
        if not reach.cut:
            return f"{self._no(that)} by event {reach.last:,} ({window})"
        later = self._later(that, reach.last, timed=not window.events)
        if self._trace.sealed:
            return f"{self._no(that)} within {window}: {self._place} ends {later} later"
        return f"{self._no(that)} so far: {self._place} is open and ends {later} later"

    @property
    def _place(self) -> str:
        if len(self._trace.timelines) == 1:
            return "the recording"
        return self._trace.timelines[self._timeline].name

    def _later(self, that: Event, seq: int, *, timed: bool) -> str:
        """How much later an event is than A's."""
        time = self._event(seq).time if timed else None
        if time is not None and that.time is not None:
            return elapsed(time - that.time)
        count = self._lineage.index_of(seq) - self._lineage.index_of(that.seq)
        return f"{count:,} event{'s' if count != 1 else ''}"

    def _told(self, sentence: str, subject: Hit) -> str:
        """The sentence, and what changed in the state if that is what A is about."""
        about_state = self._condition.subject.reads.operands
        return f"{sentence}; {subject.reason}" if about_state and subject.reason else sentence
