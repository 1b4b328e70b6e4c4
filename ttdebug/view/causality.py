"""The causality pane: what led to an event and what it led to, and the timelines as branches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Final, NamedTuple

from ttdebug.model import EdgeKind, Event
from ttdebug.view import cells, glyphs, line, numbers
from ttdebug.view.gate import Safe, safe
from ttdebug.view.line import BLANK, Block, LazyRows, Line, Rows, Span, Target, span
from ttdebug.view.summary import summary

ROOMY = 36
"""From this width on agents are named and tree lines have arms."""

_DEEPEST = 6
_DEEPEST_NARROW = 3
_KEPT: Final = 128
"""Lines of causes kept: a step along a chain moves all of them by one row."""


class Link(NamedTuple):
    """An event in the pane and one edge of it.

    Of a cause the edge leads on to the line below, of an effect it comes from the line it hangs
    on, which is at `depth` - 1 (the cursor's event for 0). `hidden` counts what is folded below.
    """

    event: Event
    depth: int = 0
    kind: EdgeKind = "recorded"
    rule: str | None = None
    hidden: int = 0


class _Same:
    """An event that stays the one it is: what was drawn of it is asked for by identity."""

    __slots__ = ("event",)

    def __init__(self, event: Event) -> None:
        self.event = event

    def __hash__(self) -> int:
        return id(self.event)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.event is self.event


class Branch(NamedTuple):
    """A timeline, counted in events along it: where it left its parent, and its end.

    `at` is the cursor if it stands on this timeline; `depth` is 0 for one without a parent.
    """

    name: str
    first: int
    last: int
    depth: int = 0
    at: int | None = None


def causality_rows(
    event: Event,
    causes: Sequence[Link],
    effects: Sequence[Link],
    branches: Sequence[Branch],
    width: int,
    *,
    height: int = 0,
    effects_total: int | None = None,
) -> Rows:
    """Causes root first, the event, its effects; branches at the bottom of `height` lines.

    Effects come in the order they are shown, each below what it hangs on. `effects_total` counts
    all of them, if not all are given.
    """
    rows = list(_causes(causes, event, width))
    if effects:
        rows.append(line.one(partial(_led_to, effects, effects_total, width)))
        for trunk, link in zip(trunks(effects), effects, strict=True):
            target = Target(seq=link.event.seq)
            rows.append(line.one(partial(effect_line, link, trunk, width), target))
    if branches:
        found = branch_lines(branches, width)
        blanks = max(1, height - len(rows) - len(found) - 1)
        rows += [line.still(BLANK)] * blanks
        rows.append(line.still((span(" timelines", "faint"),)))
        rows += [line.still(text) for text in found]
    return LazyRows(rows, width)


def _causes(causes: Sequence[Link], event: Event, width: int) -> Iterator[Block]:
    if causes:
        yield line.still((span(" caused by", "faint"),))
    else:
        hint = "" if event.parent is None else "u goes to the enclosing span"
        yield line.still(_unknown(width, hint))
    for index, link in enumerate(causes):
        yield line.one(partial(cause_line, link.event, width), Target(seq=link.event.seq))
        below = causes[index + 1].event if index + 1 < len(causes) else event
        if link.kind == "inferred":
            yield line.still(_inferred(link.rule, width))
        elif link.hidden:
            yield line.still(_more(link.hidden, width))
        elif width >= ROOMY and link.event.agent != below.agent:
            yield line.still((span(" "), span("│", "rail")))
    yield line.one(partial(cause_line, event, width, here=True), Target(seq=event.seq))


def shortened(causes: Sequence[Link], most: int) -> list[Link]:
    """The root and the causes nearest to the event; those between are counted on the root."""
    if len(causes) <= most:
        return list(causes)
    nearest = causes[len(causes) - most + 1 :]
    between = len(causes) - len(nearest) - 1
    return [causes[0]._replace(kind="recorded", hidden=between), *nearest]


def _unknown(width: int, hint: str) -> Line:
    return line.fit([span(" No cause is known. ", "faint"), span(safe(hint), "faint")], width)


def _inferred(rule: str | None, width: int) -> Line:
    told = f"inferred: {rule}" if rule else "inferred"
    text = told if len(told) + 3 <= width else "inferred"
    return line.fit([span(" "), span("┊ ", "rail"), span(safe(text), "faint italic")], width)


def _more(count: int, width: int) -> Line:
    return line.fit([span(" "), span("┊ ", "rail"), span(f"{count:,} more", "faint italic")], width)


def cause_line(event: Event, width: int, *, here: bool = False) -> Line:
    """One event of the chain; `here` is the cursor's own."""
    return _cause_line(_Same(event), width, here)


@lru_cache(_KEPT)
def _cause_line(same: _Same, width: int, here: bool) -> Line:
    event = same.event
    style = "fg bold" if here else "fg"
    head = [span(" "), *_glyph(event)]
    if event.agent and width >= ROOMY:
        head += [span(safe(event.agent, 24), "dim"), span("  ")]
    found = _seq_at_end([*head, *_told(event, style, room=width)], event.seq, width, here=here)
    return line.mark(found, width, "other") if here else found


def effect_line(link: Link, trunk: Sequence[bool], width: int) -> Line:
    """One effect; `trunk` says for each level whether more follows on it."""
    roomy = width >= ROOMY
    deepest = _DEEPEST if roomy else _DEEPEST_NARROW
    levels = list(trunk)[-deepest:]
    step = "   " if roomy else "  "
    dotted = link.kind == "inferred"
    tree = "".join(f"│{step[1:]}" if more else step for more in levels[:-1])
    arm = ("├" if levels[-1] else "└") + (("┄ " if dotted else "─ ") if roomy else " ")
    if dotted and not roomy:
        arm = "┊ "
    head = [span(" "), span(tree + arm, "rail"), *_glyph(link.event)]
    told = _told(link.event, "fg", room=width)
    if dotted:
        why = f"  inferred: {link.rule}" if link.rule and roomy else "  inferred"
        told = [*told[:1], span(safe(why), "faint italic")]
    if link.hidden:
        told.append(span(f"  {glyphs.FOLDED}{link.hidden:,}", "faint"))
    return _seq_at_end([*head, *told], link.event.seq, width)


def trunks(effects: Sequence[Link]) -> list[list[bool]]:
    """For each effect and each level down to it: does another one follow on that level?"""
    found: list[list[bool]] = []
    follows: list[bool] = []
    for link in reversed(effects):
        follows = follows[: link.depth + 1]
        follows += [False] * (link.depth + 1 - len(follows))
        found.append(list(follows))
        follows[link.depth] = True
    return found[::-1]


def _glyph(event: Event) -> list[Span]:
    kind = glyphs.event_kind(event)
    return [span(kind.glyph, kind.family), span(" ")]


def _told(event: Event, style: str, room: int) -> list[Span]:
    told = summary(event)
    bad = " error" if glyphs.failed(event) else ""
    if not told.name:
        return [span(cells.fit(told.text, room), style.replace("fg", "error") if bad else style)]
    parts = [span(told.name, style.replace("fg", "error") if bad else style)]
    if told.text and room >= ROOMY:
        parts += [span("  "), span(cells.fit(told.text, room), "dim")]
    return parts


def _seq_at_end(left: list[Span], seq: int, width: int, *, here: bool = False) -> Line:
    end = [span(numbers.seq(seq), "fg bold" if here else "faint"), span(" ")]
    return line.sides(left, end, width)


def _led_to(effects: Sequence[Link], total: int | None, width: int) -> Line:
    head = [span(" led to", "faint")]
    count = total if total is not None else len(effects)
    if total is not None and total > len(effects) and width >= ROOMY:
        levels = max(link.depth for link in effects) + 1
        text = f"  {numbers.plural(count, 'event')}, {numbers.plural(levels, 'level')} shown"
        head.append(span(text, "faint"))
    return line.fit(head, width)


def branch_lines(branches: Sequence[Branch], width: int) -> list[Line]:
    """Timelines on one scale: a rule from where each begins to its end, `●` is the cursor."""
    names = [safe(branch.name, 40) for branch in branches]
    room = min(max(cells.width(name) for name in names), max(width // 3, 6))
    last = max(branch.last for branch in branches)
    plot = max(width - room - 11, 4)
    return [
        _branch(branch, cells.pad(name, room), last, plot, width)
        for branch, name in zip(branches, names, strict=True)
    ]


def _branch(branch: Branch, name: Safe, last: int, plot: int, width: int) -> Line:
    scale = (plot - 1) / max(last, 1)
    start, stop = round(branch.first * scale), max(round(branch.last * scale), 0)
    row = [" "] * plot
    row[start : stop + 1] = "─" * (stop + 1 - start)
    if branch.depth and start < plot:
        row[start] = "└"
    parts = [span("".join(row), "rail")]
    if branch.at is not None:
        at = min(round(branch.at * scale), plot - 1)
        parts = [span("".join(row[:at]), "rail"), span("●", "accent")]
        parts.append(span("".join(row[at + 1 :]), "rail"))
    style = "accent bold" if branch.at is not None else "fg"
    end = [span(numbers.seq(branch.last), "faint"), span(" ")]
    return line.sides([span(" "), span(name, style), span(" "), *parts], end, width, gap=1)
