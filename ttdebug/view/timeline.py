"""Rows of the timeline: columns for a width, agent lanes, and one event per line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from ttdebug.model import MISSING, Counts, Event, Value
from ttdebug.view import cells, glyphs, line, numbers, values
from ttdebug.view.gate import Safe, lit, safe
from ttdebug.view.line import Cursor, Line, Span, span
from ttdebug.view.summary import summary

WIDE = 160
NARROW = 100
LANES_MOST = 6
"""With more agents than this the lanes become one glyph and a two-letter agent."""

_GAP = 2
_TYPE = 7
_TOOK = 7
_ELAPSED = 9
_LETTERS = 2
_NAME = 16
"""Cells of an agent's name at most, where there is room for names."""

_CHANGES = 9
"""Cells of the changes where there is no room for more: `+1 ~7 −2` fits."""

_CHANGES_BESIDE = 4
"""The same beside a watched path, whose change is told already."""

_NAMED_TEXT_LEAST = 48
_TEXT_LEAST = 24
"""Cells that name, summary and changes need before another column may take some."""


class Gutter(NamedTuple):
    """The marks left of a row; `bookmark` is its letter, `seen` the last event seen so far.

    `drift` begins at it.
    """

    breakpoint: Literal["on", "off", "log"] | None = None
    bookmark: str | None = None
    checkpoint: bool = False
    seen: bool = False
    drift: bool = False


class Written(NamedTuple):
    """A watched path that the row's event wrote; `path` is dotted."""

    path: str
    old: Value = MISSING
    new: Value = MISSING


NO_MARKS = Gutter()


class Columns(NamedTuple):
    """Which columns a timeline of `width` cells has, in cells; 0 is not shown."""

    width: int
    agents: tuple[str, ...]
    initials: tuple[Safe, ...]
    seq: int
    elapsed: int
    lane: int  # per agent: 2, 1, or 0 where one glyph stands for all
    agent: int  # the agent beside a single glyph: two letters, or its name where there is room
    type: int
    all_changes: bool
    took: int

    @property
    def lanes(self) -> int:
        """Cells of the lanes together, without the gap after them."""
        if self.lane:
            return len(self.agents) * self.lane - (self.lane - 1)
        return 1 + (self.agent + 1 if self.agent else 0)

    @property
    def text(self) -> int:
        """Where the name begins."""
        start = 4 + self.seq + _GAP + self.lanes + _GAP + self.type
        return start + (self.elapsed + _GAP if self.elapsed else 0)


def columns(width: int, screen: int, agents: Sequence[str], last_seq: int) -> Columns:
    """The columns for a pane of `width` cells on a screen of `screen` cells.

    Columns go in this order as the pane narrows: took, elapsed, type word, changes that make a
    row long, lane spacing, lanes.
    """
    seq = max(5, len(numbers.seq(last_seq)))
    many = len(agents) > LANES_MOST
    lanes = 0 if many else len(agents)
    steps: list[tuple[bool, bool, bool, bool, int]] = [
        (True, True, True, True, 2),
        (False, True, True, True, 2),
        (False, False, True, True, 1 if screen < NARROW else 2),
        (False, False, False, True, 2),
        (False, False, False, False, 2),
        (False, False, False, False, 1),
        (False, False, False, False, 0),
    ]
    first = 0 if screen >= WIDE else 5 if screen >= NARROW and width < NARROW else 2
    for took, elapsed, word, every, lane in steps[first:]:
        layout = Columns(
            width=width,
            agents=tuple(agents),
            initials=_initials(agents, _LETTERS if many else 1),
            seq=seq,
            elapsed=_ELAPSED if elapsed else 0,
            lane=lane if lanes else 0,
            agent=_LETTERS if many and lane else 0,
            type=_TYPE if word else 0,
            all_changes=every,
            took=_TOOK if took else 0,
        )
        if width - layout.text - layout.took - 1 >= _TEXT_LEAST:
            break
    if layout.agent:
        spare = width - layout.text - layout.took - 1 - _NAMED_TEXT_LEAST
        longest = max(cells.width(safe(agent, _NAME)) for agent in agents)
        named = min(longest, _NAME)
        if layout.agent < named <= layout.agent + spare:
            layout = layout._replace(agent=named)
    return layout


def _initials(agents: Sequence[str], letters: int) -> tuple[Safe, ...]:
    """One or two letters per agent, different from each other where their names allow it."""
    found: list[Safe] = []
    for agent in agents:
        name = [c for c in safe(agent, 64) if c.isalnum() and cells.width(c) == 1] or ["?"]
        choices = name if letters == 1 else _pairs(name)
        tidy = [lit(choice[:1].upper() + choice[1:].lower()) for choice in choices]
        found.append(next((choice for choice in tidy if choice not in found), tidy[0]))
    return tuple(found)


def _pairs(name: Sequence[str]) -> list[str]:
    """The first letter with the second, the last (names are often numbered), or any other."""
    head, rest = name[0], [*name[1:2], *name[-1:], *name[2:], *"23456789"]
    return [head + letter for letter in rest]


def header(layout: Columns) -> Line:
    """The column heads, as wide as a row."""
    parts = [span("    " + cells.pad_left("seq", layout.seq) + "  ", "faint")]
    if layout.elapsed:
        parts.append(span(cells.pad("elapsed", layout.elapsed) + "  ", "faint"))
    if layout.lane:
        heads = (" " * (layout.lane - 1)).join(layout.initials)
        parts.append(span(cells.pad(heads, layout.lanes) + "  ", "dim"))
    else:
        parts.append(span(" " * (layout.lanes + _GAP)))
    if layout.type:
        parts.append(span(cells.pad("type", layout.type), "faint"))
    parts.append(span("event", "faint"))
    took = [span(cells.pad_left("took", layout.took), "faint")] if layout.took else []
    return line.sides(parts, [span("changes", "faint"), *took, span(" ")], layout.width)


def row(
    layout: Columns,
    event: Event,
    *,
    open_agents: Collection[str] = (),
    gutter: Gutter = NO_MARKS,
    written: Written | None = None,
    cursor: Cursor = "none",
) -> Line:
    """One event. `open_agents` have an open span at this row (see `lanes.open_agents`)."""
    kind = glyphs.event_kind(event)
    bad = glyphs.failed(event) or kind.family == "error"
    parts = [
        *_gutter(gutter),
        span(cells.pad_left(numbers.seq(event.seq), layout.seq), _seq(cursor)),
    ]
    if layout.elapsed:
        parts.append(span("  "))
        parts.append(span(cells.pad(numbers.elapsed(event.elapsed), layout.elapsed), "faint"))
    parts += [span("  "), *_lanes(layout, event, kind, open_agents), span("  ")]
    if layout.type:
        parts.append(span(cells.pad(kind.word, layout.type), "error" if bad else "faint"))
    right = _right(layout, event, _CHANGES_BESIDE if written else _CHANGES)
    room = layout.width - layout.text - line.width(right) - (_GAP if right else 1)
    parts += _text(layout, event, bad=bad, written=written, cursor=cursor, room=room)
    return line.mark(line.sides(parts, right, layout.width), layout.width, cursor)


def _seq(cursor: Cursor) -> str:
    return "dim" if cursor == "none" else "fg bold"


def _gutter(gutter: Gutter) -> list[Span]:
    point = gutter.breakpoint
    spot = span(glyphs.BREAKPOINTS[point] if point else " ", "bp" if point == "on" else "dim")
    if gutter.bookmark:
        flag = span(cells.pad(safe(gutter.bookmark, 1), 1), "accent bold")
    elif gutter.seen:
        flag = span(glyphs.LAST_SEEN, "added")
    elif gutter.drift:
        flag = span(glyphs.DRIFT, "change")
    else:
        flag = span(glyphs.CHECKPOINT if gutter.checkpoint else " ", "accent")
    return [span(" "), spot, flag, span(" ")]


def _lanes(
    layout: Columns, event: Event, kind: glyphs.Kind, open_agents: Collection[str]
) -> list[Span]:
    glyph = span(kind.glyph, kind.family)
    place = layout.agents.index(event.agent) if event.agent in layout.agents else -1
    if not layout.lane:
        if not layout.agent:
            return [glyph]
        name = layout.initials[place] if place >= 0 else lit("")
        if layout.agent > _LETTERS:
            name = cells.fit(safe(event.agent or "", _NAME), layout.agent)
        return [glyph, span(" "), span(cells.pad(name, layout.agent), "dim")]
    parts = []
    for index, agent in enumerate(layout.agents):
        here = index == place or (place < 0 and index == 0)
        parts.append(glyph if here else span("│" if agent in open_agents else " ", "rail"))
        if layout.lane == 2 and index < len(layout.agents) - 1:
            parts.append(span(" "))
    return parts


def _right(layout: Columns, event: Event, least: int) -> Line:
    """Changes and took, each at its own right edge, without blanks before the first."""
    changes = _changes(event.changes, layout.width if layout.all_changes else least)
    took = numbers.took(event.duration) if layout.took and not event.opens else lit("")
    style = "error" if event.status == "error" else "faint"
    if changes:
        tail = cells.pad_left(took, layout.took) if layout.took else lit("")
        return (*changes, span(tail, style), span(" "))
    return (span(took, style), span(" ")) if took else ()


def _changes(counts: Counts, room: int) -> list[Span]:
    """`+1 ~3 −2`; where there is no room first `+` goes, then `~`, never `−`."""
    found = {
        kind: f"{glyphs.CHANGE[kind]}{count if count < 10_000 else numbers.rough(count)}"
        for kind, count in (
            ("added", counts.added),
            ("changed", counts.changed),
            ("removed", counts.removed),
        )
        if count
    }
    for weaker in ("added", "changed"):
        if len(found) > 1 and len(" ".join(found.values())) > room:
            found.pop(weaker, None)
    parts: list[Span] = []
    for kind, text in found.items():
        parts += [*([span(" ")] if parts else []), span(text, glyphs.CHANGE_STYLE[kind])]
    return parts


def _text(
    layout: Columns,
    event: Event,
    *,
    bad: bool,
    written: Written | None,
    cursor: Cursor,
    room: int,
) -> list[Span]:
    told = summary(event)
    name_style, text_style = ("error", "error") if bad else ("fg", "dim")
    if event.type == "checkpoint":
        name_style = "accent"
    if cursor != "none":
        name_style += " bold"
    gap = " " * (_GAP if layout.type else 1)
    parts = [span(told.name, name_style)] if told.name else []
    room -= cells.width(told.name)
    if written is not None:
        change = _written(written, max(room - len(gap), 12))
        if told.name:
            spare = room - len(gap) - line.width(change)
            if spare < 0:
                parts = [span(cells.fit(told.name, cells.width(told.name) + spare), name_style)]
            parts.append(span(gap))
        return [*parts, *change]
    if told.text and told.name:
        parts.append(span(gap))
        room -= len(gap)
    parts.append(span(cells.fit(told.text, room), text_style))
    return parts


def _written(written: Written, room: int) -> list[Span]:
    """`budget.remaining 1657.76 → null`, giving up parent path, leaf, then the old value."""
    path = safe(written.path)
    leaf = lit(path[max(path.rfind("."), path.rfind("["), 0) :].lstrip("."))
    new = [span(values.short(written.new, max(room - 2, 8)), "change bold")]
    old = [span(values.short(written.old, 40), "fg"), span(" → ", "dim")]
    if written.old is MISSING:
        old = [span("→ ", "dim")]
    parents = [span(path[: len(path) - len(leaf)], "dim")]
    named = [span(leaf, "fg"), span(" ")]
    choices: list[list[Span]] = [[*parents, *named, *old], [*named, *old], old, [span("→ ", "dim")]]
    for choice in choices:
        if line.width(choice) + line.width(new) <= room:
            return [*choice, *new]
    return [*line.fit(new, room)]
