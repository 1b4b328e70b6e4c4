"""A recording's spans, each with what happened directly inside it, for formats that know spans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ttdebug.formats.export.part import Part
from ttdebug.model import Event, Run


@dataclass(slots=True)
class Span:
    """An opening event, its end, and the events directly inside that are no spans themselves.

    `opening` is None for the run itself, which encloses all. `stop` is nanoseconds since the epoch:
    the closing event's time, or that of the last event inside if the span was never closed. Times
    that are unknown are those of the event before.
    """

    number: int
    run: Run
    parent: int | None
    start: int
    stop: int
    opening: Event | None = None
    closing: Event | None = None
    inside: list[tuple[Event, int]] = field(default_factory=list)


def spans(part: Part) -> Iterator[Span]:
    """Every span of a part, each once it has ended; those left open at the end of the part.

    `number` is the seq of the opening event; the run's own span has minus the number of the run. An
    event whose span ended already is told by the nearest span around it that has not.
    """
    walk = _Walk(part)
    for event in part.events():
        yield from walk.take(event)
    yield from walk.rest()


class _Walk:
    """The spans that are open, by the seq of their opening event."""

    def __init__(self, part: Part) -> None:
        self._open: dict[int, Span] = {}
        self._parents: dict[int, int | None] = {}
        self._runs = {run.id: (-at, run) for at, run in enumerate(part.trace.runs, 1)}
        self._now = next((run.start for run in part.runs if run.start is not None), 0)

    def take(self, event: Event) -> Iterator[Span]:
        """Put an event where it belongs; gives the span that it ends."""
        self._now = self._now if event.time is None else event.time
        ended = None if event.opening is None else self._open.pop(event.opening, None)
        if ended is not None:
            ended.closing = event
            ended.stop = max(self._now, ended.start)
            self._reach(ended.parent)
            yield ended
            return
        around = self._around(event)
        self._reach(around.number)
        if event.opens:
            self._parents[event.seq] = event.parent
            run, now = around.run, self._now
            self._open[event.seq] = Span(event.seq, run, around.number, now, now, opening=event)
        else:
            around.inside.append((event, self._now))

    def rest(self) -> Iterator[Span]:
        """The spans that nothing ended, and the runs."""
        yield from self._open.values()

    def _around(self, event: Event) -> Span:
        """The nearest span around an event that is still open, else its run."""
        at = event.parent
        while at is not None and at not in self._open:
            at = self._parents.get(at)
        if at is not None:
            return self._open[at]
        number, run = self._runs[event.run]
        if number not in self._open:
            self._open[number] = Span(number, run, None, self._now, self._now)
        return self._open[number]

    def _reach(self, at: int | None) -> None:
        """A span, and all around it, last at least until now."""
        while at is not None and (span := self._open.get(at)) is not None:
            span.stop = max(span.stop, self._now)
            at = span.parent
