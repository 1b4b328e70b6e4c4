"""Two timelines side by side, a row per pair of events, with equal stretches folded."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from ttdebug.analyze.align import Alignment, Divergence, Line, Stretch
from ttdebug.model import Event
from ttdebug.view import cells, glyphs, line, numbers
from ttdebug.view.gate import Safe, lit, safe
from ttdebug.view.line import Block, LazyRows, Span, Target, span
from ttdebug.view.line import Line as Drawn
from ttdebug.view.summary import summary

CONTEXT: Final = 3
"""Equal rows shown before and after a difference."""

_MARKS: Final = {
    "same": span("│", "line"),
    "outcome": span(glyphs.CHANGE["changed"], "change bold"),
    "changed": span(glyphs.CHANGE["changed"], "change bold"),
    "removed": span(glyphs.CHANGE["removed"], "removed bold"),
    "added": span(glyphs.CHANGE["added"], "added bold"),
}
_BLOCK: Final = 64
_SEQ: Final = 7
_NAME: Final = 24
_NARROW: Final = 36
"""Cells of a side under which numbers take less room."""


class Names(NamedTuple):
    """What the two sides are called: timelines of one file, else files."""

    a: Safe
    b: Safe


class Place(NamedTuple):
    """What a row stands for: a stretch, and how far into it; a fold stands for its first row."""

    stretch: int
    offset: int
    folded: int = 0


class Events:
    """Events of one side by their rows, read in blocks."""

    def __init__(self, side: Line) -> None:
        self._side = side
        self._block = lru_cache(maxsize=16)(self._read)

    def _read(self, number: int) -> Sequence[Event]:
        start = number * _BLOCK
        return self._side.events(range(start, min(start + _BLOCK, len(self._side))))

    def __getitem__(self, row: int) -> Event:
        number, offset = divmod(row, _BLOCK)
        return self._block(number)[offset]


@dataclass(frozen=True, slots=True)
class Columns:
    """The cells of a row: both sides, between them a mark with a blank on either side."""

    width: int

    @property
    def left(self) -> int:
        """Cells of the left side."""
        return (self.width - 3) // 2

    @property
    def right(self) -> int:
        """Cells of the right side."""
        return self.width - 3 - self.left


class AlignedRows(LazyRows):
    """All rows of an alignment; `unfolded` are stretches whose equal rows are all shown."""

    def __init__(
        self, alignment: Alignment, width: int, unfolded: Collection[int] = frozenset()
    ) -> None:
        self._alignment = alignment
        self._columns = Columns(width)
        self._events = Events(alignment.a), Events(alignment.b)
        self._places: list[tuple[int, int, int]] = []
        self._firsts: list[int] = []
        blocks: list[Block] = []
        for at in range(len(alignment.stretches)):
            self._firsts.append(len(blocks))
            for offset, count, folded in self._parts(at, unfolded=at in unfolded):
                self._places.append((at, offset, folded))
                blocks.append(self._fold(at, folded) if folded else self._some(at, offset, count))
        super().__init__(blocks, width)

    def place(self, index: int) -> Place:
        """What the row at `index` stands for."""
        at, within = self.within(index)
        stretch, offset, folded = self._places[at]
        return Place(stretch, offset + within, folded)

    def row_at(self, stretch: int, offset: int) -> int:
        """The row of the `offset`-th pair of a stretch, or the fold it is in."""
        at = self._firsts[stretch]
        while at + 1 < len(self._places) and self._places[at + 1][:2] <= (stretch, offset):
            at += 1
        folded = self._places[at][2]
        return self.start(at) + (0 if folded else offset - self._places[at][1])

    def _parts(self, at: int, *, unfolded: bool) -> list[tuple[int, int, int]]:
        """Where in the stretch lines begin, how many, and how many rows one line stands for."""
        stretch = self._alignment.stretches[at]
        length = len(stretch)
        before = CONTEXT if at else 0
        after = CONTEXT if at < len(self._alignment.stretches) - 1 else 0
        hidden = length - before - after
        if stretch.kind != "same" or unfolded or hidden < 2:
            return [(0, length, 0)]
        parts = [(0, before, 0), (before, 1, hidden), (length - after, after, 0)]
        return [part for part in parts if part[1]]

    def _some(self, at: int, offset: int, count: int) -> Block:
        return Block(count, lambda index: self._draw(at, offset + index), lambda _: Target(seq=at))

    def _fold(self, at: int, hidden: int) -> Block:
        told = (
            span(" " * (_SEQ + 2)),
            span(glyphs.FOLDED, "faint"),
            span(f" {hidden:,} aligned, same", "faint"),
        )
        columns = self._columns
        row = _joined(told, _MARKS["same"], told, columns)
        return Block(1, lambda _: row, lambda _: Target(seq=at))

    def _draw(self, at: int, offset: int) -> Drawn:
        stretch = self._alignment.stretches[at]
        halves = []
        for rows, events, width in zip(
            (stretch.a, stretch.b), self._events, (self._columns.left, self._columns.right),
            strict=True,
        ):  # fmt: skip
            there = offset < len(rows)
            halves.append(_event(events[rows[offset]], stretch, width) if there else _none(width))
        return _joined(halves[0], _MARKS[stretch.kind], halves[1], self._columns)


def counted(alignment: Alignment, names: Names) -> list[Span]:
    """`~41 differ  −768 only in main  +176 only in fix-budget`."""
    counts = alignment.counts()
    a, b = (cells.fit_middle(name, _NAME) for name in names)
    parts: list[Span] = []
    differ = counts.get("outcome", 0) + counts.get("changed", 0)
    for mark, count, told in (
        ("changed", differ, "differ"),
        ("removed", counts.get("removed", 0), f"only in {a}"),
        ("added", counts.get("added", 0), f"only in {b}"),
    ):
        if count:
            style = f"{glyphs.CHANGE_STYLE[mark]} bold"
            parts += [span(f"{glyphs.CHANGE[mark]}{count:,}", style), span(f" {told}  ", "dim")]
    return parts or [span("nothing differs", "dim")]


def headline(first: Divergence, names: Names, width: int) -> list[Drawn]:
    """`First divergence after main 257 and fix-budget 257: only in fix-budget`."""
    shared = first.shared_a.seq, first.shared_b.seq
    after = f"{shared[0]:,}" if shared[0] == shared[1] else f"{shared[0]:,} and {shared[1]:,}"
    told = [
        span("First divergence", "fg bold"),
        span(lit(f"  after {after}" if any(shared) else "  at the start"), "fg"),
        span(lit(f"  {differs(first.stretch, names)}"), "change"),
    ]
    return [line.fit(told, width)]


def told(alignment: Alignment, stretch: int, names: Names, width: int) -> Drawn:
    """Where among all divergences a stretch is and what it says, and how many there are."""
    one = alignment.stretches[stretch]
    different = [at for at, each in enumerate(alignment.stretches) if each.kind != "same"]
    left: list[Span] = [span(" ")]
    if one.kind == "same":
        left.append(span("the same on both sides", "dim"))
    else:
        number = bisect_left(different, stretch) + 1
        what = "First divergence" if number == 1 else f"Divergence {number:,} of {len(different):,}"
        left += [span(what, "fg bold"), span("  "), span(differs(one, names), "change")]
    return line.sides(left, counted(alignment, names), width)


def heads(names: Names, width: int) -> Drawn:
    """The names above the two sides."""
    columns = Columns(width)
    left, right = (span(cells.fit(name, columns.left - 2), "fg bold") for name in names)
    return _joined((span(" "), left), span(" "), (span(" "), right), columns)


def sized(alignment: Alignment) -> Safe:
    """`aligned 3,404 of 4,213 and 3,621 events`."""
    a, b = len(alignment.a), len(alignment.b)
    return lit(f"aligned {alignment.aligned:,} of {a:,} and {b:,} events")


def differs(stretch: Stretch, names: Names) -> Safe:
    """What a stretch says in words: `other result and state`, `only in main`."""
    if stretch.kind in ("removed", "added"):
        return lit(f"only in {names.a if stretch.kind == 'removed' else names.b}")
    if not stretch.differs:
        return lit("the same")
    return lit("other " + " and ".join(stretch.differs))


def _joined(left: Drawn, mark: Span, right: Drawn, columns: Columns) -> Drawn:
    return (*line.fill(left, columns.left), span(" "), mark, span(" "), *right)


def _none(width: int) -> Drawn:
    """Where the other side has an event and this one has none."""
    start = min(_SEQ + 2, width)
    return (span(" " * start), span(("· " * width)[: max(width - start - 1, 0)], "rail"))


def _event(event: Event, stretch: Stretch, width: int) -> Drawn:
    kind = glyphs.event_kind(event)
    told = summary(event)
    name, text, glyph = _styles(stretch, failed=glyphs.failed(event), family=kind.family)
    parts = [
        span(" "),
        span(cells.pad_left(numbers.seq(event.seq), _SEQ - 1), "dim"),
        span(" " if width < _NARROW else "  "),
        span(kind.glyph, glyph),
        span(" " if width < _NARROW else "  "),
    ]
    words = told.name or (safe(event.type, 40) if not told.text else lit(""))
    if words:
        parts.append(span(cells.fit(words, max(width // 2, 8)), name))
    if told.text:
        parts += [span("  " if words else ""), span(told.text, text)]
    return line.fit(parts, width)


def _styles(stretch: Stretch, *, failed: bool, family: str) -> tuple[str, str, str]:
    """How name, words and glyph of an event look: what is the same on both sides stays grey."""
    if stretch.kind == "same":
        return "dim", "faint", "faint"
    if failed:
        return "error", "error", "error"
    if stretch.kind in ("removed", "added"):
        return "fg", "dim", family
    only_state = stretch.differs == ("state",)
    return "fg", "dim" if only_state else "change", family
