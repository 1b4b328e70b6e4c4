"""A line of the screen as plain data: spans of safe text with style words, fitted to cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, groupby
from operator import attrgetter
from typing import Literal, NamedTuple, Protocol, TypeAlias

from ttdebug.view import cells
from ttdebug.view.gate import Safe, lit

Cursor: TypeAlias = Literal["none", "focus", "other"]
"""How a row is marked: not, as the cursor of the focused pane, or as the same event elsewhere."""


class Span(NamedTuple):
    """A piece of one line. `style` is a colour token, `on:TOKEN`, and attributes, in any order."""

    text: Safe
    style: str = "fg"


Line: TypeAlias = tuple[Span, ...]

BLANK: Line = ()


class Target(NamedTuple):
    """What a line stands for: a state path (JSON Pointer), an event to go to, or neither."""

    path: str | None = None
    seq: int | None = None


NOWHERE = Target()


class Rows(Protocol):
    """A pane laid out at one width: any line on demand, none computed before it is asked for."""

    def __len__(self) -> int: ...

    def line(self, index: int, cursor: Cursor = "none") -> Line:
        """The line at `index`, which takes at most the width of the layout."""
        ...

    def target(self, index: int) -> Target:
        """What the line at `index` stands for."""
        ...


class FixedRows:
    """Rows that are known already: for short panes and for messages in place of one."""

    def __init__(self, lines: Sequence[tuple[Line, Target]], width: int) -> None:
        self._lines = lines
        self._width = width

    def __len__(self) -> int:
        return len(self._lines)

    def line(self, index: int, cursor: Cursor = "none") -> Line:
        """The line at `index`."""
        return mark(self._lines[index][0], self._width, cursor)

    def target(self, index: int) -> Target:
        """What the line at `index` stands for."""
        return self._lines[index][1]


class Block(NamedTuple):
    """A stretch of rows: how many, and how one of them is drawn and what it stands for."""

    rows: int
    draw: Callable[[int], Line]
    target: Callable[[int], Target]


def one(draw: Callable[[], Line], target: Target = NOWHERE) -> Block:
    """A block of one row, drawn when it comes into sight."""
    return Block(1, lambda _: draw(), lambda _: target)


def still(text: Line, target: Target = NOWHERE) -> Block:
    """A block of one row that is known already."""
    return Block(1, lambda _: text, lambda _: target)


class LazyRows:
    """Blocks of rows, one below the other, each row drawn when it comes into sight."""

    def __init__(self, blocks: Sequence[Block], width: int) -> None:
        self._blocks = blocks
        self._width = width
        self._ends = list(accumulate(block.rows for block in blocks))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def line(self, index: int, cursor: Cursor = "none") -> Line:
        """The line at `index`."""
        block, within = self._find(index)
        return mark(block.draw(within), self._width, cursor)

    def target(self, index: int) -> Target:
        """What the line at `index` stands for."""
        block, within = self._find(index)
        return block.target(within)

    def within(self, index: int) -> tuple[int, int]:
        """The number of the block that has a row, and how far into it the row is."""
        at = bisect_right(self._ends, index)
        return at, index - self.start(at)

    def start(self, block: int) -> int:
        """The first row of a block."""
        return self._ends[block] - self._blocks[block].rows

    def _find(self, index: int) -> tuple[Block, int]:
        at, within = self.within(index)
        return self._blocks[at], within


def span(text: Safe | str, style: str = "fg") -> Span:
    """A span of our own words or of safe text."""
    return Span(text if isinstance(text, Safe) else lit(text), style)


def plain(line: Line) -> str:
    """The text of a line without its styles."""
    return "".join(part.text for part in line)


def spelled(line: Line) -> str:
    """The text of a line where no style can be shown: deleted words as [-so-], new as {+so+}."""
    parts = []
    for text, style in line:
        words = style.split()
        before, after = next((_SPELLED[word] for word in words if word in _SPELLED), ("", ""))
        parts.append(f"{before}{text}{after}" if text.strip() else text)
    return "".join(parts)


_SPELLED = {"on:removed_bg": ("[-", "-]"), "on:added_bg": ("{+", "+}")}


def width(line: Iterable[Span]) -> int:
    """How many cells a line takes."""
    taken = 0
    for text, _ in line:
        taken += len(text) if text.isascii() else cells.width(text)
    return taken


def fit(line: Iterable[Span], limit: int) -> Line:
    """The line cut to `limit` cells; a cut line ends in an ellipsis."""
    parts = tuple([part for part in line if part.text])
    if width(parts) <= limit:
        return parts
    kept: list[Span] = []
    room = limit
    for index, part in enumerate(parts):
        taken = cells.width(part.text)
        last = index == len(parts) - 1
        if taken < room or (taken == room and last):
            kept.append(part)
            room -= taken
            continue
        if taken == room and not any(rest.text.strip() for rest in parts[index + 1 :]):
            kept.append(part)
        elif room > 0:
            text = cells.fit(part.text, room) if taken > room else _shorten(part.text, room)
            kept.append(Span(text, part.style))
        break
    return tuple(kept)


def _shorten(text: Safe, room: int) -> Safe:
    return lit(cells.cut(text, room - 1).rstrip() + cells.ELLIPSIS)


def fill(line: Line, limit: int, style: str = "fg") -> Line:
    """The line cut or filled with spaces to exactly `limit` cells."""
    fitted = fit(line, limit)
    room = limit - width(fitted)
    return (*fitted, Span(lit(" " * room), style)) if room > 0 else fitted


def merged(row: Sequence[Span]) -> Line:
    """Neighbouring spans of one style as one span."""
    stretches = groupby(row, key=attrgetter("style"))
    return tuple(
        Span(lit("".join([part.text for part in some])), style) for style, some in stretches
    )


def sides(left: Iterable[Span], right: Iterable[Span], limit: int, gap: int = 2) -> Line:
    """`right` at the right end, `left` cut `gap` cells before it; `right` alone may be cut too."""
    end = fit(right, limit)
    taken = width(end)
    start = fit(left, limit - taken - gap if taken else limit)
    if not taken:
        return start
    return (*start, Span(lit(" " * (limit - taken - width(start)))), *end)


def paint(line: Line, limit: int, background: str, swap: dict[str, str] | None = None) -> Line:
    """A full-width row on a background; foreground words in `swap` are replaced.

    Spans that bring their own background (chip, on:...) keep it.
    """
    swap = _READABLE if swap is None else swap
    painted = []
    for part in fill(line, limit):
        words = [swap.get(word, word) for word in part.style.split()]
        if not any(word.startswith("on:") or word == "chip" for word in words):
            words.append(f"on:{background}")
        painted.append(Span(part.text, " ".join(words)))
    return tuple(painted)


_READABLE = {"faint": "dim"}
"""`faint` has too little contrast on the coloured rows."""

_BAND = {"faint": "dim", "fg": "onband", "rail": "accent"}


def mark(line: Line, limit: int, cursor: Cursor) -> Line:
    """The row as the cursor row: full width on its background, with a bar in its first cell.

    The line must begin with one cell of padding, which the bar takes.
    """
    if cursor == "none":
        return fit(line, limit)
    background, swap = ("band", _BAND) if cursor == "focus" else ("sel", _READABLE)
    body = drop(line, 1)
    return paint((Span(lit("▌"), "accent"), *body), limit, background, swap)


def drop(line: Line, count: int) -> Line:
    """The line without its first `count` cells."""
    parts = list(line)
    while parts and count > 0:
        taken = cells.width(parts[0].text)
        if taken <= count:
            parts.pop(0)
            count -= taken
        else:
            rest = cells.cut_left(parts[0].text, taken - count)
            parts[0] = Span(rest, parts[0].style)
            break
    return tuple(parts)
