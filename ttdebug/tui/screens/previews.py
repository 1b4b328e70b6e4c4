"""Where a condition would stop: how often, over the run, and the hits around the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ttdebug.tui.stops import strip
from ttdebug.view import drawer, line, numbers, plots
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import Cursor, Line, span

if TYPE_CHECKING:
    from ttdebug.replay.hits import Hit
    from ttdebug.tui.desk import Desk
    from ttdebug.tui.screens.checking import Checked

_SHOWN: Final = 7


def preview_lines(desk: Desk, checked: Checked, width: int) -> list[Line]:
    """The count, a strip of hits over the run with its ends, and the hits around here."""
    if checked.error:
        return []
    events = f"{numbers.plural(len(desk.lineage), 'event')} of {safe(desk.timeline.name, 24)}"
    if checked.hits is None:
        return [line.fit([span("preview   ", "dim"), span(f"reading {events}", "faint")], width)]
    hits = checked.hits
    if not hits:
        why = ", it can never be true" if checked.unwritten else ""
        told = [span("0 hits", "fg bold"), span(f" in {events}{why}", "dim")]
        return [line.fit([span("preview   ", "dim"), *told], width)]
    took = f"read in {checked.took * 1000:.0f} ms"
    head = line.sides(
        [
            span("preview   ", "dim"),
            span(numbers.plural(len(hits), "hit"), "bp bold"),
            span(f" in {events}"),
        ],
        [span(took, "dim")],
        width,
    )
    ends = _ends(desk, width)
    last = numbers.seq(desk.last_seq)
    scale = line.sides([span("1", "faint")], [span(last, "faint")], width)
    return [head, plots.strip(strip(hits, ends)), scale, (), *_around(desk, hits, width)]


def _ends(desk: Desk, count: int) -> list[int]:
    lineage = desk.lineage
    return [lineage.seq_at(-(-(step + 1) * len(lineage) // count) - 1) for step in range(count)]


def _around(desk: Desk, hits: Sequence[Hit], width: int) -> list[Line]:
    """The hits nearest to where we stand; that at the cursor is marked."""
    here = desk.position.seq
    nearest = sorted(range(len(hits)), key=lambda index: abs(hits[index].seq - here))[:_SHOWN]
    found = []
    for index in sorted(nearest):
        hit = hits[index]
        event = desk.trace.event(hit.seq)
        mark: Cursor = "focus" if hit.seq == here else "none"
        found.append(drawer.hit_row(event, hit.hits, hit.reason, width, mark))
    if len(hits) > len(nearest):
        found.append((span(lit(f" ⋯ {len(hits) - len(nearest):,} more"), "faint"),))
    return found
