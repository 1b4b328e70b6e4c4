"""The first and the last line of the screen: where we are and why, and the keys that work now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ttdebug.view import cells, line, numbers
from ttdebug.view.gate import safe
from ttdebug.view.line import Line, Span, span


class Where(NamedTuple):
    """Where the cursor is. `percent` counts events of the timeline; times are in seconds.

    An empty `run` is left out. `live` says in a word that the recording grows, such as `live`,
    `following` or `reading 34%`, or that its file is `deleted`, `replaced` or `changed`.
    """

    file: str
    run: str
    timeline: str
    seq: int
    last: int
    percent: float
    elapsed: float | None = None
    total: float | None = None
    live: str = ""


class Stop(NamedTuple):
    """Why we stand here: "stopped by breakpoint 1", "budget.remaining == null became true".

    `brief` is what remains where there is no room for a sentence.
    """

    what: str
    why: str = ""
    kind: Literal["breakpoint", "plain", "warning", "error"] = "plain"
    brief: str = ""


class Key(NamedTuple):
    """A key and what it does now."""

    key: str
    does: str


_LIVE = {"deleted": "error", "replaced": "error", "changed": "change"}
_SIGNS = {"breakpoint": ("● ", "bp"), "warning": ("▲ ", "change"), "error": ("✕ ", "error")}


def header(where: Where, stop: Stop | None, width: int) -> Line:
    """File, run, timeline, why we stopped; position at the right.

    As it narrows go: the total time, the percent, the file, the reason, the sentence, the run.
    """
    room = width - 1
    for step in range(8):
        left, right = _left(where, stop, step), _right(where, step)
        if line.width(left) + 3 + line.width(right) <= room:
            break
    return line.sides(left, (*right, span(" ")), width, gap=3)


def _left(where: Where, stop: Stop | None, step: int) -> list[Span]:
    parts = [span(" "), span("ttdebug", "fg bold"), span("  ")]
    if step < 3:
        parts += [span(cells.fit_middle(safe(where.file, 200), 40), "dim"), span(" › ", "faint")]
    if step < 6 and where.run:
        parts += [span(cells.fit_middle(safe(where.run, 200), 32)), span(" › ", "faint")]
    parts.append(span(cells.fit_middle(safe(where.timeline, 200), 24), "accent bold"))
    if where.live:
        parts.append(span(f"  {where.live}", _LIVE.get(where.live, "added")))
    if stop is not None:
        sign, style = _SIGNS.get(stop.kind, ("", "dim"))
        what = stop.brief if step >= 5 and stop.brief else stop.what
        parts += [span("    "), span(sign, style), span(safe(what, 200), style)]
        if stop.why and step < 4:
            parts += [span("   "), span(safe(stop.why, 200))]
    return parts


def _right(where: Where, step: int) -> list[Span]:
    parts = [span(numbers.seq(where.seq), "fg bold"), span(f" of {where.last:,}", "dim")]
    if step < 2:
        parts.append(span(f"   {numbers.percent(where.percent)}", "dim"))
    if where.elapsed is not None and step < 7:
        shown = numbers.elapsed(where.elapsed)
        if step >= 5 and "." in shown:
            shown = cells.cut(shown, len(shown) - 2)
        parts.append(span(f"{'   ' if step < 5 else '  '}{shown}"))
        if where.total is not None and step < 1:
            parts.append(span(f" of {numbers.elapsed(where.total)}", "dim"))
    return parts


def footer(keys: Sequence[Key], end: Sequence[Key], width: int) -> Line:
    """Keys that work now; they are dropped from the right until all fits, `end` stays longest."""
    last = list(end)
    while last and line.width(_keys(last)) > width - 2:
        last.pop()
    right = _keys(last)
    room = width - 2 - line.width(right)
    shown = list(keys)
    while shown and line.width(_keys(shown)) + 3 > room:
        shown.pop()
    return line.sides((span(" "), *_keys(shown)), (*right, span(" ")), width)


def _keys(keys: Sequence[Key]) -> list[Span]:
    parts: list[Span] = []
    for key in keys:
        if parts:
            parts.append(span("   "))
        parts += [span(safe(key.key), "accent bold"), span(f" {safe(key.does, 120)}", "dim")]
    return parts
