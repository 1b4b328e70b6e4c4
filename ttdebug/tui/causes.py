"""The causality pane: the chain that led here, what it led to, and the timelines as branches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ttdebug.analyze.causality import Relative, ancestors, descendants
from ttdebug.tui import panes, waterfall
from ttdebug.view.causality import Branch, Link, causality_rows
from ttdebug.view.line import Rows

if TYPE_CHECKING:
    from ttdebug.tui.desk import Desk

TallLayout = Callable[[int, int], Rows]

_CAUSES: Final = 48
_EFFECTS: Final = 24
_LEVELS: Final = 3
_BRANCHES: Final = 8
_NEAREST: Final = 3
"""Causes nearest to the event that are shown however low the pane is."""


def layout(desk: Desk) -> TallLayout:
    """A function that lays the pane out at a width and a height."""
    trace, position = desk.trace, desk.position
    if not position.seq:
        start = panes.message("The start. Nothing happened before")
        return lambda width, height: start(width)
    event = trace.event(position.seq)
    if desk.waterfall:
        events, around = waterfall.read(trace, position)
        return lambda width, height: waterfall.rows(events, around, position.seq, width)
    origins = ancestors(trace, position.seq, limit=_CAUSES)[::-1]
    outcomes = descendants(
        trace, position.seq, timeline=position.timeline, depth=_LEVELS, limit=_EFFECTS
    )
    effects = [_link(one, one.depth - 1) for one in outcomes]
    branches = _branches(desk)

    def lay_out(width: int, height: int) -> Rows:
        room = height - min(len(effects), height // 2) - len(branches) - 6
        causes = _shortened(origins, max(_NEAREST, room))
        return causality_rows(event, causes, effects, branches, width, height=height)

    return lay_out


def _link(relative: Relative, depth: int = 0) -> Link:
    return Link(relative.event, depth, relative.kind, relative.relation, relative.hidden)


def _shortened(origins: Sequence[Relative], room: int) -> list[Link]:
    """The root, and as many of the nearest causes as there is room for; the rest is counted."""
    if len(origins) <= room:
        return [_link(one)._replace(hidden=0) for one in origins]
    nearest = origins[len(origins) - room + 2 :]
    root = _link(origins[0])._replace(hidden=len(origins) - len(nearest) - 1, kind="recorded")
    return [root, *(_link(one)._replace(hidden=0) for one in nearest)]


def _branches(desk: Desk) -> list[Branch]:
    """The timelines of the run, if it has more than one, parents before their forks."""
    trace = desk.trace
    lines = list(desk.run.timelines)
    if len(lines) < 2:
        return []
    found = []
    for line in lines[:_BRANCHES]:
        lineage = trace.lineage(line.id)
        depth = 0 if line.parent is None else 1
        first = trace.lineage(line.parent).index_of(line.fork_seq) + 1 if line.parent else 0
        here = desk.position if line.id == desk.position.timeline else None
        at = lineage.index_of(here.seq) + 1 if here else None
        found.append(Branch(line.name, first, len(lineage), depth, at))
    return found
