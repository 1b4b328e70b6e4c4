"""The writes of one path, as a list under a diff or as a table of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple, Self

from ttdebug.analyze.history import Write
from ttdebug.model import Value
from ttdebug.view import cells, glyphs, inner, line, numbers
from ttdebug.view.gate import Safe, safe
from ttdebug.view.line import Block, Line, Target, span

SHOWN = 6
"""Writes under a diff; the history has them all."""

_ROOM = 40
"""Characters of a value."""

_SEQ = 5


class WriteRow(NamedTuple):
    """What a line shows of a write.

    `place` names its timeline in a list of several, `agent` whose state it is.
    """

    seq: int
    type: str
    name: str | None
    old: Value
    new: Value
    place: str = ""
    agent: str = ""

    @classmethod
    def of(cls, write: Write, place: str = "") -> Self:
        """What is shown of a write that was found."""
        event = write.event
        agent = event.agent or ""
        return cls(write.seq, event.type, event.name, write.old, write.new, place, agent)


class Writes(NamedTuple):
    """The newest writes of `path` (dotted), newest first, and how many older ones there are."""

    path: str
    shown: Sequence[WriteRow]
    earlier: int = 0


def blocks(writes: Writes, width: int, spare: int, here: int | None) -> list[Block]:
    """A title and as many writes as `spare` lines hold; `here` is the event the cursor is at."""
    shown = writes.shown[: max(1, min(spare - 1, SHOWN))]
    earlier = writes.earlier + len(writes.shown) - len(shown)
    found = [line.one(partial(_title, safe(writes.path, 200), width))]
    room = widest(shown)
    for write in shown:
        draw = partial(write_line, write, width, room, here=write.seq == here)
        found.append(line.one(draw, Target(seq=write.seq)))
    if earlier and spare - 1 > len(shown):
        found.append(line.still((span(f" {glyphs.FOLDED} {earlier:,} earlier", "faint"),)))
    return found


class Widest(NamedTuple):
    """The cells of the widest event number, old value and new value of a list."""

    seq: int
    old: int
    new: int


def widest(writes: Iterable[WriteRow]) -> Widest:
    """How wide the columns of a list of writes are."""
    seq, old, new = _SEQ, 1, 1
    for write in writes:
        seq = max(seq, len(numbers.seq(write.seq)))
        was, became = inner.told(write.old, write.new, _ROOM)
        old, new = max(old, cells.width(was)), max(new, cells.width(became))
    return Widest(seq, old, new)


def write_line(write: WriteRow, width: int, room: Widest, *, here: bool) -> Line:
    """One write: `2,417 ◄ apply_discount   1657.76 → null`; `here` is where the cursor is."""
    kind = glyphs.kind(write.type)
    was, became = inner.told(write.old, write.new, _ROOM)
    old = cells.pad_left(was, min(room.old, width // 4))
    new = cells.pad(became, min(room.new, max(8, width // 4)))
    left = [
        span(" "),
        span(cells.pad_left(numbers.seq(write.seq), room.seq), "fg bold" if here else "dim"),
        span("  "),
        span(kind.glyph, kind.family),
        span(" "),
        span(safe(write.name or write.type, 80)),
    ]
    right = [
        span(old, "removed" if here else "dim"),
        span("  → ", "dim"),
        span(new, "change bold" if here else "fg"),
        span(" "),
    ]
    found = line.sides(left, right, width)
    return line.mark(found, width, "other") if here else found


def _title(path: Safe, width: int) -> Line:
    keys = [span("[ ]", "accent bold"), span(" walk ", "dim")]
    room = width - len(" writes of ") - line.width(keys) - 2
    named = span(cells.fit_left(path, max(room, 8)), "fg bold")
    return line.sides([span(" writes of ", "faint"), named], keys, width)
