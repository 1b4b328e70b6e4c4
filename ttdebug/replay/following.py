"""What follows a hit of A, or came before it, on one timeline of a temporal condition."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from ttdebug.model import Event
from ttdebug.replay.conditions import Temporal
from ttdebug.replay.conditions.pairing import Key
from ttdebug.replay.conditions.window import elapsed
from ttdebug.replay.frames import SeekFrame
from ttdebug.replay.reasons import short
from ttdebug.replay.searching import Hit
from ttdebug.store.trace import Trace

_Group: TypeAlias = tuple[str | None, Key]
_LATEST: Final = 2**63 - 1


class _Reach(NamedTuple):
    """The last event in a window, and whether the timeline ended before the window did."""

    last: int
    cut: bool


class Verdict(NamedTuple):
    """Whether A's event is a hit; `other` is B's event if there is one, `reach` that of the window.

    Without a reach it is not known how far the window goes, and there is no hit.
    """

    hit: bool
    other: int | None
    reach: _Reach | None

    @property
    def pending(self) -> bool:
        """Whether an event recorded later could undo the hit."""
        return self.other is None and self.reach is not None and self.reach.cut


class _Past(NamedTuple):
    """The first event after `seq` that is later than `time`, None if there is none."""

    seq: int
    time: int
    found: int | None


class Line:
    """One timeline: B's hits by agent and key, as far as they were read, and the ends of windows.

    It is asked about hits of A, best in ascending order.
    """

    def __init__(
        self, trace: Trace, condition: Temporal, timeline: int, others: Iterator[Hit]
    ) -> None:
        self._trace = trace
        self._condition = condition
        self._timeline = timeline
        self._lineage = trace.lineage(timeline)
        self._end = self._lineage.seq_at(len(self._lineage) - 1) if len(self._lineage) else 0
        self._frame = SeekFrame(trace, timeline)
        self._others = others
        self._read_to = 0
        self._exhausted = False
        self._groups: dict[_Group, array[int]] = {}
        self._past: _Past | None = None

    def verdict(self, subject: Hit) -> Verdict:
        """Whether the condition hits where A does."""
        link = self._condition.link
        that = self._event(subject.seq)
        if link == "without":
            found = self._before(subject, that)
            return Verdict(found is None, found, _Reach(subject.seq, cut=False))
        reach = self._reach(that)
        if reach is None:
            return Verdict(False, None, None)
        found = self._after(subject, that, reach.last)
        return Verdict((found is not None) is (link == "then"), found, reach)

    def told(self, subject: Hit, verdict: Verdict) -> str:
        """What a verdict rests on, with the deadline, then what A is about in the state."""
        told = self.evidence(subject, verdict)
        about_state = self._condition.subject.operands
        return f"{told}; {subject.reason}" if about_state and subject.reason else told

    def evidence(self, subject: Hit, verdict: Verdict) -> str:
        """Where B's event is, or up to where there is none."""
        that = self._event(subject.seq)
        other, reach, window = verdict.other, verdict.reach, self._condition.window
        if reach is None:
            return "the time of the event is not known"
        if other is not None and other < that.seq:
            return f"{self._what(that)} at event {other:,}"
        if other is not None:
            later = self._later(that, other, timed=window is not None and not window.events)
            return f"{self._what(that)} at event {other:,} ({later} later)"
        if self._condition.link == "without":
            return f"no {self._what(that)} before it"
        return self._absence(that, reach)

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
            return _Reach(self._end, cut=True)
        if window.events:
            row = self._lineage.index_of(that.seq) + window.events
            if row < len(self._lineage):
                return _Reach(self._lineage.seq_at(row), cut=False)
            return _Reach(self._end, cut=True)
        if that.time is None:
            return None
        past = self._first_past(that.seq, min(that.time + window.nanoseconds, _LATEST))
        if past is None:
            return _Reach(self._end, cut=True)
        return _Reach(self._lineage.seq_at(self._lineage.index_of(past) - 1), cut=False)

    def _first_past(self, seq: int, time: int) -> int | None:
        """The first event after `seq` that is later than `time`, looked for where it may be."""
        known, start = self._past, seq
        if known is not None and known.seq <= seq and known.time <= time:
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

    def _absence(self, that: Event, reach: _Reach) -> str:
        window, absent = self._condition.window, f"no {self._what(that)}"
        if window is None:
            return f"{absent} after it, up to the end at event {reach.last:,}"
        if not reach.cut:
            return f"{absent} by event {reach.last:,} ({window})"
        later = self._later(that, reach.last, timed=not window.events)
        if self._trace.sealed:
            return f"{absent} within {window}: {self._place} ends {later} later"
        return f"{absent} so far: {self._place} is open and ends {later} later"

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
