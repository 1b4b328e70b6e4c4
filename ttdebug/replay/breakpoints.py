"""Breakpoints, watchpoints and logpoints together: where a journey stops, and what it collects."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ttdebug.errors import NotFoundError, UsageError
from ttdebug.model import JSON, Position
from ttdebug.replay import points
from ttdebug.replay.names import named_timelines
from ttdebug.replay.points import AnyPoint, Breakpoint, Logpoint, Point, Watchpoint
from ttdebug.store.trace import Trace

if TYPE_CHECKING:
    from ttdebug.replay.hits import Asked, Hit, LazyHits, Progress

__all__ = ["Breakpoint", "BreakpointSet", "LogLine", "Logpoint", "Point", "Stop", "Watchpoint"]

MAX_LOGS: Final = 10_000
"""Log lines one journey keeps; earlier ones give way."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """What a point wrote at an event; the text holds values of the trace, raw."""

    seq: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a journey ended: at a point's hit, or at the end (or start) of the timeline.

    `breakpoint` is None there. `also` has the numbers of other points that hit at the same event;
    `logs` are in the order of travel.
    """

    position: Position
    breakpoint: Breakpoint | Watchpoint | None
    reason: str
    hits: int = 0
    also: tuple[int, ...] = ()
    logs: tuple[LogLine, ...] = ()


class BreakpointSet:
    """The points a person set on one recording; numbers are never used again."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._points: dict[int, AnyPoint] = {}
        self._next = 1
        self._found: dict[tuple[AnyPoint, int], LazyHits] = {}

    def __iter__(self) -> Iterator[AnyPoint]:
        return iter(tuple(self._points.values()))

    def __len__(self) -> int:
        return len(self._points)

    def __getitem__(self, number: int) -> AnyPoint:
        try:
            return self._points[number]
        except KeyError:
            raise NotFoundError(f"No breakpoint {number}. {self._known()}") from None

    def add(
        self,
        kind: points.Kind,
        *,
        condition: str | None = None,
        path: str | None = None,
        enabled: bool = True,
        agent: str | None = None,
        timeline: str | None = None,
        hits: str | None = None,
        temporary: bool = False,
        log: str | None = None,
    ) -> AnyPoint:
        """Set a point from texts as they were typed; raises UsageError or ConditionError."""
        point = points.make(
            kind, number=self._next, condition=condition, path=path, enabled=enabled, agent=agent,
            timeline=timeline, hits=hits, temporary=temporary, log=log,
        )  # fmt: skip
        self._keep(point)
        return point

    def put(self, point: AnyPoint) -> None:
        """Take a point that was made or edited, in place of the one with its number if any."""
        if point.number in self._points:
            self.remove(point.number)
        self._keep(point)

    def remove(self, number: int) -> AnyPoint:
        """Delete a point; raises NotFoundError."""
        point = self[number]
        del self._points[number]
        self._found = {key: hits for key, hits in self._found.items() if key[0] != point}
        return point

    def enable(self, number: int, enabled: bool = True) -> AnyPoint:
        """Switch a point on or off; what was found of its hits is kept."""
        old = self[number]
        point = replace(old, enabled=enabled)
        self._points[number] = point
        self._found = {
            (point if key[0] == old else key[0], key[1]): hits for key, hits in self._found.items()
        }
        return point

    def hits(self, number: int, timeline: int) -> LazyHits:
        """The hits of a point on a timeline, before its hit condition is asked."""
        return self._hits(self[number], timeline)

    def next_stop(
        self,
        position: Position,
        *,
        reverse: bool = False,
        progress: Progress = None,
        cancelled: Asked = None,
    ) -> Stop:
        """Where `continue` or `reverse-continue` leads; never to the position itself.

        A temporary point is deleted when it stops. Raises Cancelled; nothing has changed then.
        """
        journey = _Journey(position, reverse, cancelled, progress)
        found: list[tuple[Hit, Breakpoint | Watchpoint]] = []
        loggers: list[tuple[AnyPoint, LazyHits]] = []
        for point in self:
            if not self._applies(point, position.timeline):
                continue
            hits = self._hits(point, position.timeline)
            if isinstance(point, Logpoint):
                loggers.append((point, hits))
            elif hit := journey.next(point, hits):
                found.append((hit, point))
        distance = min((abs(hit.seq - position.seq) for hit, _ in found), default=None)
        here = [pair for pair in found if abs(pair[0].seq - position.seq) == distance]
        end = here[0][0].seq if here else self._edge(position.timeline, reverse)
        logs = self._logs(journey, loggers, here, end)
        for _, point in here:
            if point.temporary:
                self.remove(point.number)
        if not here:
            reason = "start of the timeline" if reverse else "end of the timeline"
            return Stop(Position(position.timeline, end), None, reason, logs=logs)
        hit, stopped = here[0]
        also = tuple(point.number for _, point in here[1:])
        return Stop(Position(position.timeline, end), stopped, hit.reason, hit.hits, also, logs)

    def to_json(self) -> JSON:
        """All points for a session file."""
        return [points.to_json(point) for point in self]

    @classmethod
    def from_json(cls, trace: Trace, data: JSON) -> BreakpointSet:
        """Points of a session file; raises UsageError."""
        if not isinstance(data, list):
            raise UsageError("the breakpoints of a session file must be a list")
        made = cls(trace)
        for item in data:
            made._keep(points.from_json(item))
        return made

    def _keep(self, point: AnyPoint) -> None:
        self._points[point.number] = point
        self._points = dict(sorted(self._points.items()))
        self._next = max(self._next, point.number + 1)

    def _known(self) -> str:
        numbers = ", ".join(map(str, self._points))
        return f"There is {numbers}" if numbers else "None is set"

    def _applies(self, point: AnyPoint, timeline: int) -> bool:
        if point.timeline is None or not point.enabled:
            return point.enabled
        meant = named_timelines(self._trace, point.timeline)
        return any(line.id == timeline for line in meant)

    def _edge(self, timeline: int, reverse: bool) -> int:
        return 0 if reverse else self._trace.lineage(timeline).last

    def _hits(self, point: AnyPoint, timeline: int) -> LazyHits:
        key = (point, timeline)
        if key not in self._found:
            from ttdebug.replay.pointed import hits_of

            self._found[key] = hits_of(self._trace, point, timeline)
        return self._found[key]

    def _logs(
        self,
        journey: _Journey,
        loggers: Iterable[tuple[AnyPoint, LazyHits]],
        stops: Iterable[tuple[Hit, AnyPoint]],
        end: int,
    ) -> tuple[LogLine, ...]:
        """What is written on the way, up to and including the event of the stop."""
        from ttdebug.replay.frames import SeekFrame

        streams = [journey.until(end, point, hits) for point, hits in loggers]
        streams.append(iter(stops))
        ordered = heapq.merge(*streams, key=journey.order)
        frame = SeekFrame(self._trace, journey.start.timeline)
        kept: deque[LogLine] = deque(maxlen=MAX_LOGS)
        for hit, point in ordered:
            if point.log is not None:
                frame.stand_at(hit.seq)
                kept.append(LogLine(hit.seq, point.number, point.log.render(frame)))
        return tuple(kept)


@dataclass(frozen=True, slots=True)
class _Journey:
    """One continue: from where, which way, and who may stop it."""

    start: Position
    reverse: bool
    cancelled: Asked
    progress: Progress

    def next(self, point: AnyPoint, hits: LazyHits, seq: int | None = None) -> Hit | None:
        """The next hit beyond `seq` that a point's hit condition admits."""
        step = hits.previous if self.reverse else hits.next
        hit = step(self.start.seq if seq is None else seq, self.cancelled, self.progress)
        while hit is not None and point.when is not None and not point.when.admits(hit.hits):
            hit = step(hit.seq, self.cancelled, self.progress)
        return hit

    def until(self, end: int, point: AnyPoint, hits: LazyHits) -> Iterator[tuple[Hit, AnyPoint]]:
        """The admitted hits from the start to `end`."""
        hit = self.next(point, hits)
        while hit is not None and (hit.seq >= end if self.reverse else hit.seq <= end):
            yield hit, point
            hit = self.next(point, hits, hit.seq)

    def order(self, found: tuple[Hit, AnyPoint]) -> tuple[int, int]:
        """In the direction of travel, then by number."""
        seq = found[0].seq
        return (-seq if self.reverse else seq), found[1].number
