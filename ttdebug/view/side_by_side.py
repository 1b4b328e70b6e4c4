"""Two states side by side: a row per difference, `path  old ≠ new`, and one of them in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ttdebug.analyze.sides import COUNTED, Differing
from ttdebug.analyze.words import Piece, text_diff
from ttdebug.model import MISSING, Change, Event, Value
from ttdebug.view import cells, entries, glyphs, line, numbers, values, words
from ttdebug.view.diff_groups import Groups
from ttdebug.view.diff_lines import unnamed
from ttdebug.view.entries import Entry
from ttdebug.view.gate import Safe, lit, safe
from ttdebug.view.line import Block, LazyRows, Line, Span, Target, span
from ttdebug.view.summary import summary

_SIGN: Final = " ≠ "
_MEASURED: Final = 500
_LEAD: Final = 12
"""Characters of common text kept before the first difference of two texts."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The cells of a row: mark, path, and both values with a sign between them."""

    width: int
    path: int

    @property
    def value(self) -> int:
        """Cells of each value."""
        return max((self.width - 4 - self.path - len(_SIGN) - 1) // 2, 4)


class ComparedRows(LazyRows):
    """The differences of two states in order, what was touched, and how much is equal."""

    def __init__(
        self,
        old: Value,
        new: Value,
        changes: Sequence[Change],
        touched: Sequence[str],
        width: int,
    ) -> None:
        self._changed = entries.of_changes(changes)
        self._all = [*self._changed, *entries.of_touched(touched, new)]
        self._groups = Groups(old, new, self._all)
        shown = [cells.width(self._groups.path(one)) for one in islice(self._all, _MEASURED)]
        room = min(max(shown, default=8), width * 2 // 5)
        self.columns = Columns(width, max(room, 8))
        blocks = [Block(len(self._all), self._draw, self._target)]
        equal = self._groups.unchanged() - len(self._all) + len(self._changed)
        if not self._all:
            blocks.append(line.still((span(" No difference", "dim"),)))
        if equal > 0:
            told = (span(" "), span(glyphs.FOLDED, "faint"), span(f" {equal:,} equal", "faint"))
            blocks.append(line.still(told))
        super().__init__(blocks, width)

    @property
    def differences(self) -> int:
        """How many rows stand for a difference or a touched path."""
        return len(self._all)

    def entry(self, index: int) -> Entry | None:
        """The difference in a row."""
        return self._all[index] if 0 <= index < len(self._all) else None

    def name(self, entry: Entry) -> Safe:
        """Its readable path."""
        return self._groups.path(entry)

    def counts(self) -> str:
        """`7 differ, 31 equal`."""
        differ = len(self._changed)
        return f"{differ:,} differ, {max(self._groups.unchanged(), 0):,} equal"

    def _target(self, index: int) -> Target:
        return Target(self._all[index].pointer)

    def _draw(self, index: int) -> Line:
        return _row(self._all[index], self._groups.path(self._all[index]), self.columns)


def head(names: tuple[str, str], columns: Columns, side: int) -> Line:
    """The names above the values; the side that keys are about is the loud one."""
    shown = [
        span(
            cells.pad(safe(name, 80), columns.value),
            "accent bold underline" if at == side else "fg",
        )
        for at, name in enumerate(names)
    ]
    path = span(cells.pad("path", columns.path), "faint")
    return (span("   "), path, span(" "), shown[0], span(" " * len(_SIGN)), shown[1])


def writer(event: Event | None, name: str, width: int, *, chosen: bool) -> Line:
    """Who wrote a value last on one side."""
    parts = [span(" "), span(safe(name, 60), "accent bold" if chosen else "fg"), span("  ")]
    if event is None:
        return line.fit([*parts, span("never written", "faint")], width)
    kind = glyphs.event_kind(event)
    told = summary(event)
    parts += [
        span("written at ", "faint"),
        span(numbers.seq(event.seq), "fg bold"),
        span("  "),
        span(kind.glyph, kind.family),
        span(" "),
        span(told.name or safe(event.type, 40), "fg"),
        span("  "),
        span(told.text, "dim"),
    ]
    return line.fit(parts, width)


def whole(entry: Entry, name: Safe, width: int, most: int) -> list[Line]:
    """A difference in full: its path and type, then both values or how the words changed."""
    retyped = MISSING not in (entry.old, entry.new) and (
        values.kind(entry.old) != values.kind(entry.new)
    )
    told = f"{values.kind(entry.old)} → {values.kind(entry.new)} " if retyped else ""
    found = [
        line.sides(
            [span(" "), span(cells.fit_left(name, width - 20), "fg bold")],
            [span(lit(told), "change")], width,
        )
    ]  # fmt: skip
    if entry.kind == "changed" and words.is_text(entry.old) and words.is_text(entry.new):
        pieces = words.excerpt(text_diff(str(entry.old), str(entry.new)), width * (most - 1))
        found += [(span("   "), *one) for one in words.lines(pieces, width - 4, most - 1)]
        return found
    if entry.kind == "moved":
        return [*found, (span("   "), *_moved(entry))]
    for value, style in ((entry.old, "removed"), (entry.new, "added")):
        if value is not MISSING and len(found) < most:
            text = values.short(value, width * 2)
            rows = islice(cells.wrap(text, width - 5), max((most - 1) // 2, 1))
            found += [(span("   "), span(part, style)) for part in rows]
        if entry.kind == "equal":
            break
    return found[:most]


def _row(entry: Entry, name: Safe, columns: Columns) -> Line:
    mark = span(glyphs.CHANGE[entry.kind], f"{glyphs.CHANGE_STYLE[entry.kind]} bold")
    path = span(
        cells.pad(cells.fit_left(name, columns.path), columns.path),
        "dim" if entry.kind == "equal" else "fg",
    )
    old, new = _values(entry, name, columns.value)
    sign = span(" = " if entry.kind == "equal" else _SIGN, "faint")
    return (span(" "), mark, span(" "), path, span(" "), *line.fill(old, columns.value), sign, *new)


def _values(entry: Entry, name: Safe, room: int) -> tuple[Line, Line]:
    """Both values in `room` cells each; of texts the part where they begin to differ."""
    if entry.kind == "moved":
        old = (span("at ", "faint"), span(f"[{entry.old}]", "removed"))
        return old, (span("at ", "faint"), span(f"[{entry.new}]", "change bold"))
    if entry.kind == "equal":
        told = (span(values.short(entry.new, room), "dim"),)
        return line.fit(told, room), line.fit((span("written, equal", "faint italic"),), room)
    if entry.kind == "changed" and words.is_text(entry.old) and words.is_text(entry.new):
        pieces = _from_first_difference(text_diff(str(entry.old), str(entry.new)))
        sides = [
            words.lines([piece for piece in pieces if piece.part != hidden], room, 1)
            for hidden in ("inserted", "deleted")
        ]
        left, right = (side[0] if side else () for side in sides)
        return line.fit(left, room), line.fit(right, room)
    style = "added" if entry.kind == "added" else "change bold"
    before = cells.fit_middle(values.short(unnamed(entry.old, name)), room)
    after = cells.fit(values.short(unnamed(entry.new, name)), room)
    return (_value(entry.old, before, "removed"),), (_value(entry.new, after, style),)


def _value(value: Value, shown: Safe, style: str) -> Span:
    return span(shown, "faint italic" if value is MISSING else style)


def _from_first_difference(pieces: Sequence[Piece]) -> list[Piece]:
    first = pieces[0] if pieces else None
    if first is None or first.part != "equal" or len(first.text) <= _LEAD:
        return list(pieces)
    start = first.text[-_LEAD:].partition(" ")[2] or first.text[-_LEAD:]
    return [Piece("equal", f"… {start}"), *pieces[1:]]


def _moved(entry: Entry) -> list[Span]:
    return [
        span("moved from ", "dim"), span(f"[{entry.old}]", "removed"),
        span(" to ", "dim"), span(f"[{entry.new}]", "change bold"),
    ]  # fmt: skip


def also_differing(others: Sequence[Differing]) -> str:
    """`booker differs in 13 paths, guard in 2 paths`; names are raw from the trace."""
    told = (
        f"{one.agent}{' differs' if one is others[0] else ''} in {_paths(one.paths)}"
        for one in others
    )
    return ", ".join(told)


def _paths(count: int) -> str:
    more = "at least " if count >= COUNTED else ""
    return more + numbers.plural(count, "path")
