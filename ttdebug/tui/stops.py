"""What is known of the breakpoints' hits on the timeline we are on; counting is a worker's job."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from ttdebug.replay.points import AnyPoint
from ttdebug.view import drawer

if TYPE_CHECKING:
    from ttdebug.replay.breakpoints import BreakpointSet
    from ttdebug.replay.hits import Hit

_MARKED: Final = 5_000
"""Hits per breakpoint that are drawn in the minimap; more share its cells anyway."""


class Counted:
    """Hits per breakpoint number; a number that is missing has not been counted yet."""

    def __init__(self, points: BreakpointSet) -> None:
        self._points = points
        self._found: dict[int, tuple[AnyPoint, int, Sequence[Hit]]] = {}
        self._outdated: set[int] = set()
        self.faults: dict[int, str] = {}

    def missing(self, timeline: int) -> list[AnyPoint]:
        """Breakpoints whose hits on a timeline are not known, or are those of an older edit."""
        return [
            point
            for point in self._points
            if point.number in self._outdated or not self._known(point, timeline)
        ]

    def _known(self, point: AnyPoint, timeline: int) -> bool:
        known = self._found.get(point.number)
        return known is not None and known[1] == timeline and _same(known[0], point)

    def put(self, point: AnyPoint, timeline: int, hits: Sequence[Hit]) -> None:
        """Keep what was counted."""
        admitted = hits
        if point.when is not None:
            when = point.when
            admitted = [hit for hit in hits if when.admits(hit.hits)]
        self._found[point.number] = (point, timeline, admitted)
        self._outdated.discard(point.number)

    def outdate(self) -> None:
        """The recording grew: what is known is drawn until it has been counted again."""
        self._outdated = set(self._found)

    def of(self, point: AnyPoint, timeline: int) -> Sequence[Hit] | None:
        """The hits that count of one breakpoint, None if they are not known."""
        return self._found[point.number][2] if self._known(point, timeline) else None

    def hits_at(self, point: AnyPoint, timeline: int, seq: int) -> bool:
        """Whether a breakpoint hits at an event, as far as that is known."""
        return _at(self.of(point, timeline), seq) is not None

    def marked(self, timeline: int) -> list[int]:
        """Events that enabled breakpoints stop at, for the minimap."""
        found: list[int] = []
        for point in self._points:
            if kind_of(point) == "on":
                found += [hit.seq for hit in (self.of(point, timeline) or ())[:_MARKED]]
        return found

    def mark_at(self, seq: int, timeline: int) -> Literal["on", "off", "log"] | None:
        """The mark of the first breakpoint that hits at an event."""
        for point in self._points:
            if _at(self.of(point, timeline), seq) is not None:
                return kind_of(point)
        return None

    def items(
        self, timeline: int, here: int, ends: Sequence[int]
    ) -> list[tuple[AnyPoint, drawer.Breakpoint]]:
        """All breakpoints as the drawer draws them, with a strip of hits for stretches."""
        return [(point, self._item(point, timeline, here, ends)) for point in self._points]

    def _item(
        self, point: AnyPoint, timeline: int, here: int, ends: Sequence[int]
    ) -> drawer.Breakpoint:
        hits = self.of(point, timeline)
        return drawer.Breakpoint(
            number=point.number,
            text=text_of(point),
            state=kind_of(point),
            hits=None if hits is None else len(hits),
            strip=None if hits is None else strip(hits, ends),
            stopped_here=kind_of(point) == "on" and _at(hits, here) is not None,
        )


def kind_of(point: AnyPoint) -> Literal["on", "off", "log"]:
    """How a breakpoint's mark looks."""
    if not point.enabled:
        return "off"
    return "log" if point.kind == "log" else "on"


def text_of(point: AnyPoint) -> str:
    """What a breakpoint waits for, in a list."""
    return f"writes of {point.text}" if point.kind == "watch" else point.text


def strip(hits: Sequence[Hit], ends: Sequence[int]) -> list[int]:
    """Hits per stretch, for stretches that end at ascending seqs."""
    counted, before = [], 0
    for end in ends:
        after = bisect_right(hits, end, key=lambda hit: hit.seq)
        counted.append(after - before)
        before = after
    return counted


def _at(hits: Sequence[Hit] | None, seq: int) -> Hit | None:
    if not hits:
        return None
    at = bisect_left(hits, seq, key=lambda hit: hit.seq)
    return hits[at] if at < len(hits) and hits[at].seq == seq else None


def _same(one: AnyPoint, other: AnyPoint) -> bool:
    """Whether two points have the same hits: switching on and off changes none."""

    def key(point: AnyPoint) -> tuple[object, ...]:
        when = point.when.text if point.when else ""
        return (point.kind, point.text, point.agent, when)

    return key(one) == key(other)
