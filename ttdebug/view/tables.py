"""Human output of the command line: events, writes, differences and trees as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from ttdebug.analyze import causality as relations
from ttdebug.model import Change, Event, Position, Value
from ttdebug.store.trace import Trace
from ttdebug.view import cells, diff, line, numbers, timeline
from ttdebug.view.causality import ROOMY, Link, causality_rows, effect_line, shortened
from ttdebug.view.gate import Safe, safe
from ttdebug.view.line import Line, Rows, span
from ttdebug.view.places import Places
from ttdebug.view.places import places as timeline_names
from ttdebug.view.writes import WriteRow, widest, write_line

SAMPLED = 200
"""Rows that decide how wide the columns of a table are; later ones are cut to fit."""

CAUSES = 100
EFFECTS = 40
LEVELS = 4

_GAP = "  "
_LEAST = 8
_DEEPEST = 64


def all_lines(rows: Rows) -> Iterator[Line]:
    """Every line of a pane, in order."""
    return (rows.line(index) for index in range(len(rows)))


def event_lines(
    events: Iterable[Event], width: int, agents: Sequence[str], places: Places
) -> Iterator[Line]:
    """A head line and one line per event, as they come.

    `places` names the timelines by id, where there are several to tell apart.
    """
    room = _names_room([*places.values(), places.title], width) if places else 0
    rest = width - room
    screen = timeline.WIDE if rest >= timeline.NARROW - 8 else rest
    layout = timeline.columns(rest, screen, agents, 99_999)
    yield (*_place(places.title, room, "faint"), *timeline.header(layout))
    for event in events:
        place = _place(places.get(event.timeline_id, ""), room, "dim")
        yield (*place, *timeline.row(layout, event))


def history_lines(
    writes: Iterable[WriteRow],
    width: int,
    places: Iterable[str] = (),
    agents: Iterable[str] = (),
) -> Iterator[Line]:
    """One line per write: `2,417 ◄ apply_discount   1657.76 → null`, aligned by the first ones.

    `places` and `agents` are all the names that a `WriteRow` may have, if they are to be shown.
    """
    stream = iter(writes)
    first = list(islice(stream, SAMPLED))
    values = widest(first)
    room, owner = _names_room(places, width), _names_room(agents, width)
    for write in chain(first, stream):
        row = write_line(write, width - room - owner, values, here=False)
        yield (*_place(write.place, room, "dim"), *_place(write.agent, owner, "dim"), *row)


def change_lines(
    changes: Sequence[Change],
    before: Value,
    after: Value,
    width: int,
    touched: Sequence[str] = (),
) -> Iterator[Line]:
    """Changes grouped by path, old → new; `touched` were written and are as they were."""
    return all_lines(diff.change_rows(before, after, changes, width, touched))


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
    arm = 3 if width + 3 >= ROOMY else 2
    drawn = effect_line(Link(event), [False], width + arm)
    return line.fit((span(" "), *line.drop(drawn, arm + 1)), width)


def _inside(trace: Trace, opening: Event, above: list[bool], width: int) -> Iterator[Line]:
    """What happened inside a span; what lies too deep to draw stands beside its span."""
    waiting = relations.inside_anywhere(trace, opening)[::-1]
    while waiting:
        event = waiting.pop()
        trunk = [*above, bool(waiting)]
        yield effect_line(Link(event, len(above)), trunk, width)
        if event.opens and len(trunk) < _DEEPEST:
            yield from _inside(trace, event, trunk, width)
        elif event.opens:
            waiting += relations.inside_anywhere(trace, event)[::-1]


def columns(rows: Iterable[Sequence[str]], head: Sequence[str], width: int) -> Iterator[Line]:
    """A plain table; columns are as wide as their first rows need, numbers at the right.

    The last column gets what room is left; where that is little, the widest others are cut.
    """
    stream = iter(rows)
    first = [_gated(row) for row in islice(stream, SAMPLED)]
    names = _gated(head)
    wide = [
        max(map(cells.width, (names[at], *(row[at] for row in first)))) for at in range(len(names))
    ]
    right = [bool(first) and all(_is_number(row[at]) for row in first) for at in range(len(names))]
    wide = _shared(wide, right, width)
    yield _table_row(names, wide, right, width, "faint")
    for row in chain(first, map(_gated, stream)):
        yield _table_row(row, wide, right, width, "fg")


class EventRow(NamedTuple):
    """An event in a table, and what is said of it in columns after and before it."""

    event: Event
    after: Sequence[str]
    before: Sequence[str] = ()


def event_table(
    trace: Trace,
    rows: Iterable[EventRow],
    width: int,
    after: Sequence[str],
    before: Sequence[str] = (),
) -> Iterator[Line]:
    """A plain table of events, with their timelines where there are several to tell apart."""
    named = timeline_names(trace)

    def cells_of(row: EventRow) -> Sequence[str]:
        event = row.event
        place = (named[event.timeline_id],) if named else ()
        which = (event.agent or "", event.type, event.name or "")
        return (*row.before, numbers.seq(event.seq), *place, *which, *row.after)

    place = (named.title,) if named else ()
    head = (*before, "seq", *place, "agent", "type", "name", *after)
    return columns(map(cells_of, rows), head, width)


def _shared(wide: Sequence[int], right: Sequence[bool], width: int) -> list[int]:
    """The columns with the widest texts cut, so that a third is left for the last if it needs it.

    Numbers are never cut.
    """
    texts = [at for at in range(len(wide) - 1) if not right[at]]
    fixed = sum(wide[:-1]) - sum(wide[at] for at in texts) + len(_GAP) * (len(wide) - 1)
    room = width - fixed - min(wide[-1], width // 3)
    most = max((wide[at] for at in texts), default=0)
    while most > _LEAST and sum(min(wide[at], most) for at in texts) > room:
        most -= 1
    return [min(one, most) if at in texts else one for at, one in enumerate(wide)]


def _names_room(names: Iterable[str], width: int) -> int:
    """Cells of a column of names, its gap included; 0 where there are none."""
    room = max((cells.width(safe(name, 80)) for name in names), default=0)
    return min(room, width // 5) + len(_GAP) if room else 0


def _place(name: str, room: int, style: str) -> Line:
    if not room:
        return ()
    return (span(cells.pad(safe(name, 80), room - len(_GAP)), style), span(_GAP))


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
