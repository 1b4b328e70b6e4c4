"""The rule above the panes: titles and tabs on one line, joined to the dividers below and above.

Focus is the heavy accent stretch; the page has no other frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.message import Message

from ttdebug.tui.widgets.lines import Painted
from ttdebug.view import cells
from ttdebug.view.gate import Safe, lit
from ttdebug.view.line import Line, Span


@dataclass(frozen=True, slots=True)
class Tab:
    """A word on the rule; `count` stands faint beside it."""

    id: str
    title: str
    count: str = ""
    active: bool = False


class Part(NamedTuple):
    """A stretch of the rule from cell `x`: its tabs, what stands at its right, and its focus."""

    x: int
    width: int
    tabs: tuple[Tab, ...]
    right: Safe = Safe("")
    focused: bool = False


class Rule(Painted):
    """One row of parts."""

    class TabPressed(Message):
        """The person clicked a word on the rule."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self._parts: tuple[Part, ...] = ()
        self._joins: dict[int, str] = {}
        self._targets: list[tuple[int, int, str]] = []
        self._drawn: tuple[int, Line] | None = None

    def show(
        self, parts: Sequence[Part], above: Sequence[int] = (), below: Sequence[int] = ()
    ) -> None:
        """Lay out the parts; dividers end at the cells `above` and start at the cells `below`."""
        joins = dict.fromkeys(below, "┬")
        for x in above:
            joins[x] = "┼" if x in below else "┴"
        if (tuple(parts), joins) != (self._parts, self._joins):
            self._parts, self._joins, self._drawn = tuple(parts), joins, None
            self.refresh()

    def content(self, y: int, width: int) -> tuple[Line, str]:
        """The whole row."""
        if self._drawn is None or self._drawn[0] != width:
            self._drawn = (width, self._whole(width))
        return self._drawn[1], ""

    def _whole(self, width: int) -> Line:
        self._targets = []
        spans: list[Span] = []
        at = 0
        for part in self._parts:
            if part.x > at:
                spans += self._rule(at, part.x - at, focused=False)
            spans += self._part(part)
            at = part.x + part.width
        if at < width:
            spans += self._rule(at, width - at, focused=False)
        return tuple(spans)

    def _rule(self, x: int, width: int, *, focused: bool) -> Line:
        body = "━" if focused else "─"
        text = "".join(self._joins.get(x + i, body) for i in range(width))
        return (Span(lit(text), "accent" if focused else "line"),) if width > 0 else ()

    def _part(self, part: Part) -> list[Span]:
        """Tabs are set apart by two cells; the active one takes one of them on either side."""
        spans = [*self._rule(part.x, 1, focused=part.focused)]
        at, several = part.x + 1, len(part.tabs) > 1
        padded = False
        for index, tab in enumerate(part.tabs):
            raised = tab.active and several
            gap = (1 if index == 0 else 2) - (1 if raised else 0) - (1 if padded else 0)
            title = f" {tab.title} " if raised else tab.title
            spans += [Span(lit(" " * gap)), Span(lit(title), self._words(tab, part))]
            self._targets.append((at + gap, at + gap + len(title), tab.id))
            at += gap + len(title)
            if tab.count:
                count = tab.count if raised else f" {tab.count}"
                spans.append(Span(lit(count), "faint"))
                at += cells.width(count)
            padded = raised and not tab.count
        end = 0 if padded else 1
        return [*spans, Span(lit(" " * end)), *self._end(part, at + end)]

    def _words(self, tab: Tab, part: Part) -> str:
        if len(part.tabs) == 1:
            return "accent bold" if part.focused else "fg bold"
        if not tab.active:
            return "dim"
        return "accent bold underline" if part.focused else "fg bold underline"

    def _end(self, part: Part, at: int) -> list[Span]:
        room = part.x + part.width - at
        right = cells.fit(part.right, max(0, room - 6))
        if not right:
            return list(self._rule(at, room, focused=part.focused))
        body = room - cells.width(right) - 3
        return [
            *self._rule(at, body, focused=part.focused),
            Span(lit(f" {right} "), "dim"),
            *self._rule(part.x + part.width - 1, 1, focused=part.focused),
        ]

    def on_click(self, event: events.Click) -> None:
        """Which word was it?"""
        for start, stop, tab in self._targets:
            if start <= event.x < stop:
                event.stop()
                self.post_message(self.TabPressed(tab))
                return


_CELL: Line = (Span(lit("│"), "line"),)


class Divider(Painted):
    """One column between two panes."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)

    def content(self, y: int, width: int) -> tuple[Line, str]:
        """One cell of it."""
        return _CELL, ""
