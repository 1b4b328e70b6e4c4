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
from ttdebug.replay.hit import Hit
from ttdebug.replay.reasons import short
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
        self._pairing = condition.pairing
        self._timeline = timeline
        self._lineage = trace.lineage(timeline)
        self._end = self._lineage.last
        self._frame = SeekFrame(trace, timeline)
        self._others = others
        self._read_to = 0
        self._exhausted = False
        self._groups: dict[_Group, array[int]] = {}
        self._past: _Past | None = None

    def verdict(self, subject: Hit) -> Verdict:
        """Whether the condition hits where A does."""
        link = self._condition.link
        if link == "without":
            found = self._before(subject)
            return Verdict(found is None, found, _Reach(subject.seq, cut=False))
        reach = self._reach(subject.seq)
        if reach is None:
            return Verdict(False, None, None)
        found = self._after(subject, reach.last)
        return Verdict((found is not None) is (link == "then"), found, reach)

    def told(self, subject: Hit, verdict: Verdict) -> str:
        """What a verdict rests on, with the deadline, then what A is about in the state.

        Safe to ask while the line is searched by another thread.
        """
        told = self.evidence(subject, verdict)
        about_state = self._condition.subject.operands
        return f"{told}; {subject.reason}" if about_state and subject.reason else told

    def evidence(self, subject: Hit, verdict: Verdict) -> str:
        """Where B's event is, or up to where there is none."""
        other, reach, window = verdict.other, verdict.reach, self._condition.window
        if reach is None:
            return "the time of the event is not known"
        what = self._what(subject)
        if other is not None and other < subject.seq:
            return f"{what} at event {other:,}"
        if other is not None:
            timed = window is not None and not window.events
            later = self._later(subject.seq, other, timed)
            when = "at the same time" if later == elapsed(0) else f"{later} later"
            return f"{what} at event {other:,} ({when})"
        if self._condition.link == "without":
            return f"no {what} before it"
        if window is None:
            return f"no {what} after it, up to the end at event {reach.last:,}"
        if not reach.cut:
            return f"no {what} by event {reach.last:,} ({window})"
        ends = f"ends {self._later(subject.seq, reach.last, not window.events)} later"
        if self._trace.sealed:
            return f"no {what} within {window}: {self._place} {ends}"
        return f"no {what} so far: {self._place} is open and {ends}"

    # Where B hits

    def _after(self, subject: Hit, last: int) -> int | None:
        """The first event of B after A's, up to `last`."""
        group = self._group(subject)
        at = bisect_right(group, subject.seq)
        while True:
            while at < len(group):
                if group[at] > last:
                    return None
                if group[at] > subject.seq and self._belongs(group[at], subject):
                    return group[at]
                at += 1
            if self._read_to > last or not self._read():
                return None

    def _before(self, subject: Hit) -> int | None:
        """The last event of B before A's."""
        while self._read_to < subject.seq and self._read():
            pass
        group = self._group(subject)
        before = range(bisect_left(group, subject.seq) - 1, -1, -1)
        return next((group[at] for at in before if self._belongs(group[at], subject)), None)

    def _belongs(self, seq: int, subject: Hit) -> bool:
        if not self._pairing:
            return True
        that = self._event(subject.seq)
        self._frame.stand_at(seq)
        return self._pairing.holds(self._frame, that)

    def _group(self, subject: Hit) -> array[int]:
        """B's hits that may belong to A's event."""
        key: Key = ()
        if self._pairing.keyed:
            key = self._pairing.key_of(self._frame, self._event(subject.seq))
        return self._groups.setdefault((subject.agent, key), array("q"))

    def _read(self) -> bool:
        """Take in the next hit of B, if there is one."""
        hit = None if self._exhausted else next(self._others, None)
        if hit is None:
            self._exhausted = True
            return False
        key: Key = ()
        if self._pairing.keyed:
            self._frame.stand_at(hit.seq)
            key = self._pairing.key(self._frame)
        self._groups.setdefault((hit.agent, key), array("q")).append(hit.seq)
        self._read_to = hit.seq
        return True

    # Where a window ends

    def _reach(self, seq: int) -> _Reach | None:
        """How far the window of A's event reaches; None if its time is not known."""
        window = self._condition.window
        if window is None:
            return _Reach(self._end, cut=True)
        if window.events:
            row = self._lineage.index_of(seq) + window.events
            if row < len(self._lineage):
                return _Reach(self._lineage.seq_at(row), cut=False)
            return _Reach(self._end, cut=True)
        time = self._event(seq).time
        if time is None:
            return None
        past = self._first_past(seq, min(time + window.nanoseconds, _LATEST))
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

    def _event(self, seq: int) -> Event:
        self._frame.stand_at(seq)
        return self._frame.event

    # What is told

    def _what(self, subject: Hit) -> str:
        """B in a few words, with what it has to share with A's event."""
        having = ""
        if self._pairing and self._pairing.exact:
            frame = SeekFrame(self._trace, self._timeline)
            frame.stand_at(subject.seq)
            wanted = self._pairing.wanted(frame, frame.event)
            having = ", ".join(f"{label} {short(value)}" for label, value in wanted)
        words = [self._condition.label]
        words += [f"with {having}"] if having else []
        words += [f"of {subject.agent}"] if subject.agent else []
        return " ".join(words)

    @property
    def _place(self) -> str:
        if len(self._trace.timelines) == 1:
            return "the recording"
        return self._trace.timelines[self._timeline].name

    def _later(self, first: int, second: int, timed: bool) -> str:
        """How much later the second event is."""
        if timed:
            began, ended = (self._trace.event(seq).time for seq in (first, second))
            if began is not None and ended is not None:
                return elapsed(ended - began)
        count = self._lineage.index_of(second) - self._lineage.index_of(first)
        return f"{count:,} event{'s' if count != 1 else ''}"
