"""The list of recordings: a row for each with what is known of it, and a closer look at one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ttdebug.formats.discovery import About
from ttdebug.store.trace import Cell
from ttdebug.view import cells, line, minimap, numbers, plots
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import Line, Span, span

WIDE: Final = 100
PREVIEW: Final = 6
"""Rows of the closer look, its rule included."""

_WIDEST_FORMAT: Final = 15


class Listed(NamedTuple):
    """A recording as the list shows it; `about` is None until its head was read.

    `age` is seconds since it changed; `left` says where the person left it, if they did.
    """

    name: str
    size: int
    age: float
    about: About | None = None
    left: str = ""


class _Columns(NamedTuple):
    """Cells per column; 0 is not shown."""

    name: int
    format: int
    agents: int
    events: int
    took: int
    activity: int
    outcome: int
    when: int


def _columns(width: int) -> _Columns:
    rest = (_WIDEST_FORMAT, 7, 11, 9, 22, 15, 7) if width >= WIDE else (12, 0, 9, 8, 0, 13, 6)
    return _Columns(max(14, width - 4 - sum(rest)), *rest)


def heads(width: int) -> Line:
    """The names of the columns."""
    at = _columns(width)
    parts = [
        span("   "),
        _left("recording", at.name),
        _left("format", at.format),
        _right("agents", at.agents),
        _right("events", at.events),
        _right("took", at.took),
        *([span("  "), _left("activity", at.activity - 2)] if at.activity else []),
        span("  "),
        _left("outcome", at.outcome - 2),
        _right("when", at.when),
    ]
    return line.fit([Span(part.text, "faint") for part in parts], width)


def row(listed: Listed, width: int) -> Line:
    """One recording."""
    at, about = _columns(width), listed.about
    if about is None:
        name = span(cells.pad(cells.fit(safe(listed.name, 200), at.name - 2), at.name), "dim")
        return line.fit([span("   "), name, span("…", "faint")], width)
    parts = [
        span("   "),
        *_name(listed, about, at.name),
        span(cells.pad(cells.fit(safe(about.format, 40), at.format - 1), at.format), "dim"),
        _right("–" if about.agents is None else str(about.agents), at.agents),
        _right(_events(listed, about), at.events),
        _right(numbers.clock(about.took), at.took),
        *_activity(about, at.activity),
        span("  "),
        *_outcome(about, at.outcome - 2),
        _when(listed, about, at.when),
    ]
    return line.fit(parts, width)


def _name(listed: Listed, about: About, room: int) -> list[Span]:
    """What a run was about, and the project it worked in; else the file's name."""
    project = safe(about.project.rstrip("/").rpartition("/")[2], 40) if about.project else lit("")
    title = safe(about.title or listed.name, 200) if about.project else safe(listed.name, 200)
    tail = f"  {project}" if project and room > 30 else ""
    shown = cells.fit(title, max(10, room - 2 - cells.width(lit(tail))))
    text = span(shown, "fg")
    rest = room - cells.width(shown) - cells.width(lit(tail))
    return [text, span(tail, "dim"), span(" " * max(rest, 1))]


def _events(listed: Listed, about: About) -> str:
    return numbers.size(listed.size) if about.events is None else f"{about.events:,}"


def _activity(about: About, room: int) -> list[Span]:
    if not room:
        return []
    heights = plots.heights(about.activity)
    bars = [
        span(plots.BLOCKS[height], "bar_error" if errors else "bar")
        for height, errors in zip(heights, about.errors, strict=True)
    ]
    return [span("  "), *bars, span(" " * (room - 2 - len(bars)))]


def _outcome(about: About, room: int) -> list[Span]:
    sign, style, text = _told(about)
    return [
        span(f"{sign} ", style),
        span(cells.pad(cells.fit(lit(text), room - 2), room - 2), "dim"),
    ]


def _told(about: About) -> tuple[str, str, str]:
    """Glyph, its style, and a few words."""
    if about.live:
        return "◌", "added", "recording"
    if about.failed:
        return "✕", "error", "failed"
    if about.faults:
        return "✕", "error", numbers.plural(about.faults, "error")
    if not about.closed:
        return "↻", "change", "not closed"
    if about.events is None:
        return " ", "dim", "not read"
    return "✓", "added", "ok"


def _when(listed: Listed, about: About, room: int) -> Span:
    if about.live:
        return span(cells.pad_left(lit("live"), room), "added bold")
    return _right(numbers.age(listed.age), room)


def _left(text: str, room: int) -> Span:
    return span(cells.pad(lit(text), room), "dim")


def _right(text: str, room: int) -> Span:
    return span(cells.pad_left(lit(text), room) if room else lit(""), "dim")


def preview(
    listed: Listed, where: str, stretches: Sequence[Cell], last: int, width: int
) -> list[Line]:
    """A closer look: the shape of the run where it is known, and what else is."""
    about = listed.about
    if about is None:
        return [_rule(listed, width)]
    found = [_rule(listed, width)]
    if stretches:
        shape = minimap.Map(cells=stretches, cursor=0, last=last, marks=_marks(stretches))
        found += minimap.lines(shape, width, width, rows=2)
    facts = [
        ("title", about.title or ""),
        ("project", about.project or ""),
        ("you left", listed.left),
        ("file", where),
    ]
    for label, text in facts:
        if text:
            told = [span(cells.pad(lit(f" {label}"), 12), "dim"), span(safe(text, 400))]
            found.append(line.fit(told, width))
    return found[:PREVIEW]


def _rule(listed: Listed, width: int) -> Line:
    size = numbers.size(listed.size)
    name = safe(listed.name, 200)
    head = [
        span("─ ", "line"),
        span(cells.fit(name, width // 2), "fg bold"),
        span(f"  {size} ", "dim"),
    ]
    rest = max(width - line.width(head), 0)
    return line.fit([*head, span("─" * rest, "line")], width)


def _marks(stretches: Sequence[Cell]) -> list[minimap.Mark]:
    return [minimap.Mark(cell.first_seq, "error") for cell in stretches if cell.errors]
