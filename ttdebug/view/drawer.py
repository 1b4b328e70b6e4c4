"""Rows of the drawer: breakpoints, hits, log, watches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from ttdebug.model import MISSING, Event, Value
from ttdebug.view import cells, findings, glyphs, line, numbers, plots
from ttdebug.view import values as json_values
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import Cursor, Line, Span, span
from ttdebug.view.plots import Sample
from ttdebug.view.summary import summary

if TYPE_CHECKING:
    from ttdebug.analyze.drift import Finding

_STRIP = 24
WORDS_AT = 18
"""The cell of a hit's row from which on there may be words."""

_STRIP_FROM = 84
"""A row narrower than this has no hit strip."""

_TOKENS = re.compile(r"\"[^\"]*\"|'[^']*'|==|!=|<=|>=|[<>=+*/%-]|[^\"'<>=!+*/%-]+|.")


class Breakpoint(NamedTuple):
    """A breakpoint as shown; `strip` has hits per cell over the run, None while not known."""

    number: int
    text: str
    state: Literal["on", "off", "log"] = "on"
    hits: int | None = None
    strip: Sequence[int] | None = None
    stopped_here: bool = False


class Watch(NamedTuple):
    """A watched path (dotted) and its value now.

    `values` are samples over the run, `now` the sample the cursor is at, `at` the last write.
    `mapped` is the one in the minimap.
    """

    path: str
    value: Value = MISSING
    at: int | None = None
    values: Sequence[Sample] = ()
    now: int | None = None
    changed_here: bool = False
    mapped: bool = False


def breakpoint_row(item: Breakpoint, width: int, cursor: Cursor = "none") -> Line:
    """Mark, number, condition, hit strip, hits."""
    on = item.state == "on"
    mark = span(glyphs.BREAKPOINTS[item.state], "bp" if on else "dim")
    left = [span(" "), mark, span(f" {cells.pad(str(item.number), 3)}", "dim")]
    left += _condition(item.text, bold=item.stopped_here, dim=item.state == "off")
    if item.state == "off":
        told = lit("off")
    else:
        told = lit("…") if item.hits is None else numbers.plural(item.hits, "hit")
    right = [span(cells.pad_left(told, 10), "bp" if item.stopped_here else "dim"), span(" ")]
    if item.strip and width >= _STRIP_FROM:
        style = "bp" if on else "dim"
        right = [*plots.strip(_narrowed(item.strip, _STRIP), style), span("  "), *right]
    return line.mark(line.sides(left, right, width), width, cursor)


def _condition(text: str, *, bold: bool, dim: bool) -> list[Span]:
    """Operators step back, so that names and values can be read at a glance."""
    found = []
    for token in _TOKENS.findall(text[:400]):
        operator = token[0] in "=!<>+*/%-" and len(token) <= 2
        style = "faint" if dim else "dim" if operator else "fg bold" if bold else "fg"
        found.append(span(safe(token), style))
    return found


def _narrowed(hits: Sequence[int], count: int) -> list[int]:
    """Hits per cell for fewer cells, none of them lost."""
    if len(hits) <= count:
        return list(hits)
    edges = [x * len(hits) // count for x in range(count + 1)]
    return [sum(hits[a:b]) for a, b in pairwise(edges)]


def watch_row(item: Watch, width: int, cursor: Cursor = "none") -> Line:
    """Name, sparkline, value, where it was last written."""
    name_room = max(10, min(24, width * 2 // 5))
    bar = span(lit("▂"), "bar_value") if item.mapped else span(" ")
    if item.changed_here:
        bar = span(lit("▎"), "change")
    path = cells.pad(cells.fit_left(safe(item.path, 200), name_room), name_room)
    left = [bar, span(path, "fg bold" if item.changed_here else "fg")]
    right: list[Span] = _watched_value(item)
    if item.at is not None and width >= 48:
        right.append(span(cells.pad_left(f"at {numbers.seq(item.at)}", 12), "dim"))
    right.append(span(" "))
    room = width - line.width(left) - line.width(right) - 4
    if item.values and room >= 8:
        samples = plots.resampled(item.values, min(room, len(item.values)))
        now = item.now * len(samples) // len(item.values) if item.now is not None else None
        style = "bar_value" if item.changed_here else "bar_tool"
        left += [span("  "), *plots.sparkline(samples, now, style)]
    return line.mark(line.sides(left, right, width), width, cursor)


def _watched_value(item: Watch) -> list[Span]:
    text = cells.fit(json_values.short(item.value, 60), 14)
    style = "change bold" if item.changed_here else "fg"
    if item.value is None or item.value is MISSING:
        return [span(f"{glyphs.NOT_A_NUMBER} {text}", style)]
    return [span(text, style)]


def hit_row(event: Event, ordinal: int, reason: str, width: int, cursor: Cursor = "none") -> Line:
    """One hit: ordinal, seq, event, and the reason, or without one what the event says."""
    kind = glyphs.event_kind(event)
    told = summary(event)
    left = [
        span(cells.pad_left(f" {ordinal:,}", 6), "bp"),
        span(cells.pad_left(numbers.seq(event.seq), 10), "fg" if cursor == "none" else "fg bold"),
        span("  "),
        span(cells.pad(numbers.elapsed(event.elapsed), 11), "faint"),
        span(f"{kind.glyph} ", kind.family),
        span(safe(event.agent or "", 24), "dim"),
        span("  " if event.agent else ""),
        span(told.name or told.text),
    ]
    if told.name and not reason:
        left += [span("  "), span(told.text, "dim")]
    right = [span(cells.fit(safe(reason, 200), width // 2), "dim"), span(" ")]
    return line.mark(line.sides(left, right, width), width, cursor)


def finding_row(finding: Finding, ordinal: int, width: int, cursor: Cursor = "none") -> Line:
    """Where drift begins, its kind, the rule, and what speaks for it."""
    left = [
        span(cells.pad_left(f" {ordinal:,}", 6), "dim"),
        span(
            cells.pad_left(numbers.seq(finding.first), 10), "fg" if cursor == "none" else "fg bold"
        ),
        span("  "),
        span(glyphs.DRIFT, "change"),
        span(f" {cells.pad(finding.kind, 9)}", "change"),
        span(safe(finding.agent or "", 24), "dim"),
        span("  " if finding.agent else ""),
        span(safe(finding.rule, 400)),
        span("   "),
        span(findings.evidence(finding), "dim"),
    ]
    return line.mark(line.fit(left, width), width, cursor)


def log_row(seq: int, text: str, width: int, cursor: Cursor = "none") -> Line:
    """One line of a logpoint or of the session."""
    left = [
        span(" "),
        span(cells.pad_left(numbers.seq(seq), 9), "dim"),
        span("  "),
        span(safe(text)),
    ]
    return line.mark(line.fit(left, width), width, cursor)
