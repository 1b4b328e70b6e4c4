"""The single rows of the state tree: change mark, fold, key, value, last write."""

from __future__ import annotations

from typing import Literal

from ttdebug.model import MISSING, Value
from ttdebug.view import cells, glyphs, line, numbers, values
from ttdebug.view.gate import Safe, lit, safe
from ttdebug.view.line import Cursor, Line, Span, span
from ttdebug.view.tagged import tagged
from ttdebug.view.tree_changes import Change

VALUE_AT = 26
"""The cell where values begin, if the pane is wide enough for it."""

_NONE = lit("")
_LEAD = 6
_SEQ = 8
_KEY = 8
_IDENTITY = 7


def indent(depth: int) -> int:
    """The cell where a key of this depth begins; deep nesting stops moving right."""
    return _LEAD + 2 * min(depth, 12)


def value_at(width: int) -> int:
    """The cell where values begin in a pane of `width`."""
    return VALUE_AT if width >= 52 else max(18, width * 9 // 20)


def row(
    *,
    key: str,
    depth: int,
    fold: Literal["open", "closed"] | None,
    value: Value,
    change: Change,
    chip: bool,
    bare: bool,
    seq: int | None,
    width: int,
    cursor: Cursor,
    matches: Safe = _NONE,
) -> Line:
    """One row; `chip` makes a changed value the pane's loud one, `bare` leaves quotes away.

    `matches` tells what a search finds folded in it.
    """
    start = value_at(width)
    mark = _mark(change)
    lead = indent(depth)
    sign = glyphs.OPEN if fold == "open" else glyphs.CLOSED if fold == "closed" else " "
    style = _key_style(value, change, cursor)
    parts = [span(" "), span(cells.pad(mark.text, 3), mark.style)]
    parts += [span(" " * (lead - 6)), span(sign, "faint"), span(" ")]
    room = start - line.width(parts) - 1
    shown = cells.pad(_key(safe(key, 200), max(room, _KEY)), max(room, _KEY))
    loud = chip and change.kind == "changed" and not isinstance(value, dict | list)
    parts += [span(shown, style), span("" if loud else " ")]  # a chip begins with a cell of its own
    end: Line = ()
    if seq is not None:
        recent = "change" if change != Change() else "faint"
        end = (span(numbers.seq(seq), f"{recent} bold" if cursor != "none" else recent), span(" "))
    if matches:
        end = (span(matches, "accent bold"), span("  " if end else " "), *end)
    space = (
        width
        - line.width(parts)
        - max(_SEQ if seq is not None else 1, line.width(end) + 2 * bool(matches))
    )
    if fold == "open" and isinstance(value, str):
        parts.append(span(numbers.plural(len(value), "character"), "faint"))
    elif bare and isinstance(value, str):
        parts.append(span(cells.fit(safe(value, 400), max(space, 4))))
    else:
        parts += _value(value, change, max(space, 4), chip=chip)
    return line.mark(line.sides(parts, end, width), width, cursor)


def _key(name: Safe, room: int) -> Safe:
    """A key in `room` cells; of an element's identity both ends stay, without its field if need be.

    Identities often begin alike and differ at the end.
    """
    field, equals, identity = name[1:-1].partition("=")
    if cells.width(name) <= room or not (name.startswith("[") and equals):
        return cells.fit(name, room)
    spare = room - cells.width(field) - len("[=]")
    if spare >= _IDENTITY:
        return lit(f"[{field}={cells.fit_middle(identity, spare)}]")
    return lit(f"[{cells.fit_middle(identity, room - len('[]'))}]")


def text_line(text: str, depth: int, width: int, cursor: Cursor) -> Line:
    """One line of an unfolded text."""
    return line.mark((span(" " * indent(depth)), span(safe(text), "msg")), width, cursor)


def _mark(change: Change) -> Span:
    if change.kind is not None:
        return span(glyphs.CHANGE[change.kind], f"{glyphs.CHANGE_STYLE[change.kind]} bold")
    for kind, count in (
        ("changed", change.changed),
        ("added", change.added),
        ("removed", change.removed),
    ):
        if count:
            text = f"{glyphs.CHANGE[kind]}{count if count < 100 else '+'}"
            return span(text, f"{glyphs.CHANGE_STYLE[kind]} bold")
    return span(" ")


def _key_style(value: Value, change: Change, cursor: Cursor) -> str:
    if cursor != "none" or (isinstance(value, dict | list) and value and tagged(value) is None):
        return "fg bold"
    return "added" if change.kind == "added" and isinstance(value, dict | list) else "fg"


def _value(value: Value, change: Change, room: int, *, chip: bool) -> list[Span]:
    if isinstance(value, dict | list) and tagged(value) is None:
        size = values.size(value)
        names = values.children(value, max(room - len(size) - 2, 0))
        return [
            span(size, "dim"),
            span("  "),
            span(cells.fit(names, room - len(size) - 2), "faint"),
        ]
    text = values.short(value)
    if change.kind == "changed" and chip:
        shown = [span(lit(f" {cells.fit(text, room - 2)} "), "chip")]
    else:
        shown = [span(cells.fit(text, room), _value_style(value, change))]
    if change.kind == "changed" and change.old is not MISSING:
        spare = room - line.width(shown) - 2
        was = cells.fit_middle(f"was {values.short(change.old, 80)}", spare)
        if spare >= 8:
            shown += [span("  "), span(was, "dim")]
    return shown


def _value_style(value: Value, change: Change) -> str:
    if change.kind == "changed":
        return "change bold"
    if change.kind == "added":
        return "added"
    return "msg" if isinstance(value, str) else "fg"
