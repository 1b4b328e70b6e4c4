"""Spans on one timeline: how deep an event lies, where a span ends, what is inside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ttdebug.model import Event
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace

_FIRST_WINDOW: Final = 16
_WINDOW: Final = 512


class Spans:
    """Levels and span ends as one timeline sees them; remembers the spans it met."""

    def __init__(self, trace: Trace, timeline: int) -> None:
        self._trace = trace
        self._timeline = timeline
        self._lineage = trace.lineage(timeline)
        self._depths: dict[int, int] = {}

    def level(self, event: Event) -> int:
        """How many spans the event lies in; a closing event has the level of its opening."""
        if event.opening is not None:
            return self._depth(event.opening)
        return 0 if event.parent is None else self._depth(event.parent) + 1

    def enclosing(self, event: Event) -> int | None:
        """The opening of the span around an event; for either end of a span the next one out."""
        if event.opening is not None:
            return self._trace.event(event.opening).parent
        return event.parent

    def closing(self, event: Event) -> int | None:
        """Where on this timeline the span that `event` opens ends; forks may end it differently."""
        if not event.opens:
            return None
        if event.closing is None or not self._lineage.contains(event.closing):
            index = self._lineage.index_of(event.seq)
            event = self._trace.window(self._lineage, index, index + 1)[0]
        return event.closing

    def first_inside(self, event: Event, work: Work) -> int | None:
        """The first event in the span that `event` opens, None if it is empty."""
        end = self.closing(event)
        for inner in self.walk(self._lineage.index_of(event.seq), 1):
            work.tick()
            if inner.seq == end:
                return None
            if self.inside(inner, event.seq):
                return inner.seq
        return None

    def last_inside(self, closing: Event, work: Work) -> int | None:
        """The last event in the span that `closing` ends, None if it is empty."""
        for inner in self.walk(self._lineage.index_of(closing.seq), -1):
            work.tick()
            if inner.seq == closing.opening:
                return None
            if self.inside(inner, closing.opening):
                return inner.seq
        return None

    def next_no_deeper(self, event: Event, work: Work) -> int | None:
        """The first event after this one that lies no deeper.

        It lies in a span that was open already, so all that is in spans opened since is passed
        over unread.
        """
        level = self.level(event)
        opened = event.seq if event.opens else event.seq + 1
        at: int | None = event.seq
        while at is not None:
            work.tick()
            at = self._trace.next_outside(self._lineage, at, opened)
            if at is not None and self.level(self._trace.event(at)) <= level:
                break
        return at

    def previous_no_deeper(self, event: Event, work: Work) -> int | None:
        """The last event before this one that lies no deeper."""
        level = self.level(event)
        for earlier in self.walk(self._lineage.index_of(event.seq), -1):
            work.tick()
            if self.level(earlier) <= level:
                return earlier.seq
        return None

    def inside(self, event: Event, opening: int | None) -> bool:
        """Whether an event lies in the span opened at `opening`, however deep."""
        around = event.parent
        while around is not None and opening is not None and around > opening:
            around = self._parent(around)
        return around == opening

    def walk(self, index: int, direction: int) -> Iterator[Event]:
        """The events beyond row `index`, read in windows that grow."""
        size = _FIRST_WINDOW
        while True:
            if direction > 0:
                window = self._trace.window(self._lineage, index + 1, index + 1 + size)
            else:
                window = self._trace.window(self._lineage, max(index - size, 0), max(index, 0))
                window.reverse()
            if not window:
                return
            yield from window
            index += direction * len(window)
            size = min(size * 2, _WINDOW)

    def _parent(self, seq: int) -> int | None:
        """The span around the one opened at `seq`; only ever an earlier one, whatever is stored."""
        parent = self._trace.event(seq).parent
        return parent if parent is not None and parent < seq else None

    def _depth(self, seq: int) -> int:
        chain = []
        at: int | None = seq
        while at is not None and at not in self._depths:
            chain.append(at)
            at = self._parent(at)
        depth = -1 if at is None else self._depths[at]
        for opening in reversed(chain):
            depth += 1
            self._depths[opening] = depth
        return self._depths[seq]
