"""Human output of the command line: events, writes, differences and trees as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from ttdebug.analyze import causality as relations
from ttdebug.model import Change, Event, Position, Value
from ttdebug.store.trace import Trace
from ttdebug.view import cells, diff, line, numbers, timeline
from ttdebug.view.causality import Link, causality_rows, effect_line, shortened
from ttdebug.view.gate import Safe, safe
from ttdebug.view.line import Line, Rows, span
from ttdebug.view.writes import Write, widest, write_line

SAMPLED = 200
"""Rows that decide how wide the columns of a table are; later ones are cut to fit."""

CAUSES = 100
EFFECTS = 40
LEVELS = 4

_GAP = "  "
_DEEPEST = 64


def all_lines(rows: Rows) -> Iterator[Line]:
    """Every line of a pane, in order."""
    return (rows.line(index) for index in range(len(rows)))


def event_lines(events: Iterable[Event], width: int, agents: Sequence[str]) -> Iterator[Line]:
    """A head line and one line per event, as they come."""
    screen = timeline.WIDE if width >= timeline.NARROW - 8 else width
    layout = timeline.columns(width, screen, agents, 99_999)
    yield timeline.header(layout)
    for event in events:
        yield timeline.row(layout, event)


def history_lines(writes: Iterable[Write], width: int) -> Iterator[Line]:
    """One line per write: `2,417 ◄ apply_discount   1657.76 → null`, aligned by the first ones."""
    stream = iter(writes)
    first = list(islice(stream, SAMPLED))
    room = widest(first)
    for write in chain(first, stream):
        yield write_line(write, width, room, here=False)


def change_lines(
    changes: Sequence[Change], before: Value, after: Value, width: int
) -> Iterator[Line]:
    """Changes grouped by path, old → new."""
    return all_lines(diff.change_rows(before, after, changes, width))


def causality_lines(
    trace: Trace, position: Position, width: int, most: int = CAUSES
) -> Iterator[Line]:
    """What led to the event at a position (`most` of it), the event, and what it led to."""
    event = trace.event(position.seq)
    before = relations.ancestors(trace, event.seq, limit=CAUSES)[::-1]
    after = relations.descendants(
        trace, event.seq, timeline=position.timeline, depth=LEVELS, limit=EFFECTS
    )
    causes = [link(one)._replace(hidden=0) for one in before]
    effects = [link(one, one.depth - 1) for one in after]
    return all_lines(causality_rows(event, shortened(causes, most), effects, (), width))


def link(relative: relations.Relative, depth: int = 0) -> Link:
    """A relative as the causality pane shows it."""
    return Link(relative.event, depth, relative.kind, relative.relation, relative.hidden)


def tree_lines(trace: Trace, roots: Iterable[Event], width: int) -> Iterator[Line]:
    """Spans with what happened inside them, depth first, read as they are printed."""
    for root in roots:
        yield _tree_head(root, width)
        if root.opens:
            yield from _inside(trace, root, [], width)


def _tree_head(event: Event, width: int) -> Line:
    drawn = effect_line(Link(event), [False], width)
    return line.fit((span(" "), *line.drop(drawn, 4 if width >= 36 else 3)), width)


def _inside(trace: Trace, opening: Event, above: list[bool], width: int) -> Iterator[Line]:
    children = relations.inside(trace, opening.seq)
    for index, event in enumerate(children):
        trunk = [*above, index < len(children) - 1]
        yield effect_line(Link(event, len(above)), trunk, width)
        if event.opens and len(trunk) < _DEEPEST:
            yield from _inside(trace, event, trunk, width)


def columns(rows: Iterable[Sequence[str]], head: Sequence[str], width: int) -> Iterator[Line]:
    """A plain table; columns are as wide as their first rows need, numbers at the right.

    The last column gets what room is left.
    """
    stream = iter(rows)
    first = [_gated(row) for row in islice(stream, SAMPLED)]
    names = _gated(head)
    wide = [
        max(map(cells.width, (names[at], *(row[at] for row in first)))) for at in range(len(names))
    ]
    right = [bool(first) and all(_is_number(row[at]) for row in first) for at in range(len(names))]
    yield _table_row(names, wide, right, width, "faint")
    for row in chain(first, map(_gated, stream)):
        yield _table_row(row, wide, right, width, "fg")


def _gated(row: Sequence[str]) -> list[Safe]:
    return [safe(cell, 400) for cell in row]


def _is_number(text: str) -> bool:
    return not text or text == numbers.UNKNOWN or text.replace(",", "").isdigit()


def _table_row(
    row: Sequence[Safe], wide: Sequence[int], right: Sequence[bool], width: int, style: str
) -> Line:
    parts = []
    last = len(row) - 1
    for at, cell in enumerate(row):
        if at == last and not right[at]:
            text = cell
        else:
            text = cells.pad_left(cell, wide[at]) if right[at] else cells.pad(cell, wide[at])
        parts.append(span(f"{text}{_GAP if at < last else ''}", style))
    return line.fit(parts, width)
