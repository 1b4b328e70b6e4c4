"""Spans as bars over time: the spans around an event, and what lies in the nearest of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ttdebug.analyze.causality import inside
from ttdebug.tui.drawn import DrawnRows
from ttdebug.view import cells, glyphs, line, numbers
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import Cursor, Line, Rows, Target, span
from ttdebug.view.summary import summary

if TYPE_CHECKING:
    from ttdebug.model import Event, Position
    from ttdebug.store.trace import Trace

_MOST: Final = 200
_DEEPEST: Final = 32
_TOOK: Final = 7
_LABEL: Final = 12
_BARS: Final = 4
"""A bar that would have fewer cells than this is left out, so that labels can be read."""
_ROOMY: Final = 36
"""From this width on each level is indented by two cells."""


def read(trace: Trace, position: Position) -> tuple[list[Event], int]:
    """The enclosing spans, outermost first, then what lies in the innermost; and how many enclose.

    Closing events are left out: the bar of their opening ends where they stand.
    """
    event = trace.event(position.seq)
    around: list[Event] = []
    own = event if event.opening is None else trace.event(event.opening)
    opening: int | None = own.parent if own.parent is not None else own.seq
    while opening is not None and len(around) < _DEEPEST:
        around.insert(0, trace.event(opening))
        opening = around[0].parent
    found = inside(trace, around[-1].seq, timeline=position.timeline, limit=_MOST)
    spans = [*around, *(one for one in found if one.opening is None)]
    return [_timed(trace, one) for one in spans], len(around)


def _timed(trace: Trace, event: Event) -> Event:
    """A span with a duration, taken from its two ends where none was recorded."""
    if event.duration is not None or event.closing is None or event.time is None:
        return event
    end = trace.event(event.closing).time
    return event if end is None else replace(event, duration=max(end - event.time, 0))


def rows(events: Sequence[Event], around: int, here: int, width: int) -> Rows:
    """One bar per event, on the scale of the first."""
    times = [event.time for event in events if event.time is not None]
    first = min(times, default=0)
    ends = [(event.time or first) + (event.duration or 0) for event in events]
    reach = max(max(ends, default=first) - first, 1)
    step = 2 if width >= _ROOMY else 1
    lead = 3 + _indent(around, step)
    room = min(width * 2 // 5, width - lead - _LABEL - _TOOK - 1)
    room = room if room >= _BARS else 0

    def draw(index: int, cursor: Cursor) -> Line:
        event = events[index]
        indent = _indent(min(index, around), step)
        here_too = here in (event.seq, event.closing)
        marked: Cursor = "other" if here_too and cursor == "none" else cursor
        return line.mark(_row(event, indent, first, reach, room, width), width, marked)

    return DrawnRows(len(events), draw, lambda index: Target(None, events[index].seq))


def _indent(depth: int, step: int) -> int:
    return min(step * depth, 4 * step)


def _row(event: Event, indent: int, first: int, reach: int, room: int, width: int) -> Line:
    """`room` is for the bar, none if it is 0; the label has the rest."""
    kind = glyphs.event_kind(event)
    told = summary(event)
    start = max(0, min(room - 1, ((event.time or first) - first) * room // reach))
    length = max(1, (event.duration or 0) * room // reach)
    bar = lit(("▇" * min(length, room - start) if event.duration else "·") if room else "")
    name = [
        span(" " + " " * indent),
        span(f"{kind.glyph} ", kind.family),
        span(told.name or told.text or safe(event.type), "fg"),
    ]
    left = line.fit(name, width - room - _TOOK - 2)
    pad = span(" " * max(1, width - room - _TOOK - 1 - line.width(left)))
    style = "error" if glyphs.failed(event) else f"bar_{kind.family}"
    shown = style if style in ("error", "bar_model", "bar_tool") else "bar"
    after = span(" " * (room - start - cells.width(bar)))
    took = span(cells.pad_left(numbers.took(event.duration), _TOOK), "faint")
    return line.fit((*left, pad, span(" " * start), span(bar, shown), after, took), width)
