"""The single lines of a diff: heads, entries, folds. Each is drawn for one width in cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ttdebug.analyze.words import Piece, text_diff
from ttdebug.model import MISSING, Counts, Value
from ttdebug.view import cells, glyphs, line, numbers, values, words
from ttdebug.view.entries import Entry
from ttdebug.view.gate import Safe, lit, safe
from ttdebug.view.line import Line, Span, span

KEY_LEAST = 9
TEXT_LINES = 8
"""Lines of a word-level difference; the Event and State tabs have the whole text."""

_PASSAGE = 3
_VALUE_LEAST = 12
_SMALL = 60


def key_cells(keys: Sequence[Safe], width: int) -> int:
    """The width of the key column: the longest key, within two fifths of the pane."""
    longest = max((cells.width(key) for key in islice(keys, 500)), default=0)
    return max(KEY_LEAST, min(longest, width * 2 // 5))


def counts_line(counts: Counts, unchanged: int, width: int) -> Line:
    """`~3 changed  +1 added  38 unchanged`."""
    parts = [span(" ")]
    for kind, count in (
        ("changed", counts.changed),
        ("added", counts.added),
        ("removed", counts.removed),
    ):
        if count:
            parts.append(
                span(f"{glyphs.CHANGE[kind]}{count:,}", f"{glyphs.CHANGE_STYLE[kind]} bold")
            )
            parts.append(span(f" {kind}  ", "dim"))
    if not counts:
        parts.append(span("Nothing changed here  ", "dim"))
    rest = span(f"{unchanged:,} unchanged", "faint")
    fits = line.width(parts) + line.width([rest]) <= width
    return line.fit([*parts, rest] if fits else parts, width)


def group_line(title: Safe, lengths: tuple[int, int] | None, width: int) -> Line:
    """A container in bold; lists with their lengths `[1 → 2]`."""
    tail = [span(f" [{lengths[0]:,} → {lengths[1]:,}]", "dim")] if lengths else []
    room = max(width - 2 - line.width(tail), 8)
    return line.fit([span(" "), span(cells.fit_left(title, room), "fg bold"), *tail], width)


def siblings_line(names: Sequence[str], width: int) -> Line:
    """Names that did not change, folded into one line; the names go first when it is narrow."""
    head = [span(" "), span(glyphs.FOLDED, "faint"), span(f" {len(names):,} unchanged", "faint")]
    room = width - line.width(head) - 3
    shown: list[Safe] = []
    for text in (safe(name, 40) for name in islice(names, 40)):
        if room < cells.width(text) + 1:
            break
        shown.append(text)
        room -= cells.width(text) + 1
    return (*head, span("  " + " ".join(shown), "faint")) if shown else line.fit(head, width)


def rest_line(count: int, width: int, *, keys: bool) -> Line:
    """What is folded away beyond the groups."""
    what = "path" if count == 1 else "paths"
    left = [span(f" {glyphs.FOLDED} {count:,} {what} unchanged", "faint")]
    if not keys:
        return line.fit(left, width)
    return line.sides(left, [span("o", "accent bold"), span(" unfold ", "dim")], width)


def sibling_line(key: Safe, value: Value, room: int, width: int) -> Line:
    """A name that did not change, with its value."""
    left = [span("   "), span(cells.pad(key, room), "dim"), span(_gap(width))]
    return line.fit([*left, span(values.short(value), "faint")], width - 1)


def entry_line(
    entry: Entry, key: Safe, room: int, width: int, loud: bool = False, roomy: bool = False
) -> Line:
    """One entry. `loud` makes it the pane's chip, `roomy` leaves long parts to `more_lines`."""
    mark = span(glyphs.CHANGE[entry.kind], f"{glyphs.CHANGE_STYLE[entry.kind]} bold")
    head = [span(" "), mark, span(" ")]
    if entry.kind == "added":
        body = _added(entry, key, room, width, roomy=roomy)
    elif entry.kind == "removed":
        body = _named(key, room, width, "removed")
        body.append(
            span(
                _old(unnamed(entry.old, key), width - line.width(head) - line.width(body) - 1),
                "removed",
            )
        )
    elif entry.kind == "equal":
        value = cells.fit(values.short(entry.new, 40), max(width // 3, 8))
        body = [*_named(key, room, width, "dim"), span(value, "dim")]
        body.append(span("  touched, equal", "faint italic"))
    elif entry.kind == "moved":
        body = _moved(entry, key, room, width)
    elif _is_passage(entry):
        body = _passage_head(entry, key, room, width, roomy=roomy)
    else:
        body = _changed(entry, key, room, width, loud=loud)
    return _loud(entry, [*head, *body], width) if loud else line.fit((*head, *body), width)


def more_lines(entry: Entry, key: Safe, room: int, width: int, *, loud: bool) -> list[Line]:
    """The lines below a roomy entry: its words, a long added value, a type change."""
    if entry.kind == "changed" and _is_passage(entry):
        found = _passage(entry, width - _PASSAGE - 1, TEXT_LINES)
        return [(span(" " * _PASSAGE), *text) for text in found]
    if entry.kind == "added" and not _fits_beside(entry, key, room, width):
        text = values.short(unnamed(entry.new, key), width * 3)
        wrapped = list(cells.wrap(text, width - _PASSAGE - 1))[:3]
        return [(span(" " * _PASSAGE), span(part)) for part in wrapped]
    retyped = loud and entry.kind == "changed" and _retyped(entry)
    if retyped and not _type_fits(entry, key, room, width):
        told = f"type {values.kind(entry.old)} → {values.kind(entry.new)}"
        left = 3 + room + len(_gap(width))
        return [line.fit((span(" " * left), span(told, "change")), width)]
    return []


def _gap(width: int) -> str:
    return "    " if width >= 56 else "  "


def _named(key: Safe, room: int, width: int, style: str) -> list[Span]:
    return [span(cells.pad(cells.fit_left(key, room), room), style), span(_gap(width))]


def _old(value: Value, room: int) -> Safe:
    """An old value gives way in its middle, so that both its ends can be recognised."""
    return cells.fit_middle(values.short(value), max(room, 1))


def _moved(entry: Entry, key: Safe, room: int, width: int) -> list[Span]:
    named = _named(key, room, width, "fg")
    return [
        *named,
        span("moved ", "dim"),
        span(f"{values.short(entry.old)} → ", "dim"),
        span(values.short(entry.new), "change"),
    ]


def _changed(entry: Entry, key: Safe, room: int, width: int, *, loud: bool) -> list[Span]:
    named = _named(key, room, width, "fg bold" if loud else "fg")
    space = width - 3 - line.width(named) - 1
    new = values.short(entry.new)
    chip = 2 if loud else 0
    least = min(cells.width(new), max(_VALUE_LEAST, space - 3 - chip - 8))
    old = _old(entry.old, space - 3 - chip - least)
    new = cells.fit(new, max(space - 3 - chip - cells.width(old), 1))
    shown = span(f" {new} ", "chip") if loud else span(new, "change bold")
    return [*named, span(old, "removed"), span(" → ", "dim"), shown]


def _added(entry: Entry, key: Safe, room: int, width: int, *, roomy: bool) -> list[Span]:
    if roomy and not _fits_beside(entry, key, room, width):
        return [span(cells.fit_left(key, width - 4), "added")]
    key_room = max(room, cells.width(key)) if roomy else room
    named = _named(key, min(key_room, width // 2), width, "added")
    space = width - 3 - line.width(named) - 1
    return [*named, span(cells.fit(values.short(unnamed(entry.new, key), max(space, 8)), space))]


def unnamed(value: Value, key: Safe) -> Value:
    """A value without the field that its key already shows."""
    field, equals, _ = key.rpartition("[")[2].partition("=")
    if equals and isinstance(value, dict) and 1 < len(value) <= _SMALL and field in value:
        return {name: item for name, item in value.items() if name != field}
    return value


def _fits_beside(entry: Entry, key: Safe, room: int, width: int) -> bool:
    key_room = min(max(room, cells.width(key)), width // 2)
    value = values.short(unnamed(entry.new, key), width)
    return 3 + key_room + len(_gap(width)) + cells.width(value) < width


def _is_passage(entry: Entry) -> bool:
    return isinstance(entry.old, str) and words.is_text(entry.new) and words.is_text(entry.old)


def _passage(entry: Entry, width: int, most: int) -> list[Line]:
    pieces = text_diff(str(entry.old), str(entry.new))
    return words.lines(words.excerpt(pieces, width * min(most, 3)), width, most)


def _passage_head(entry: Entry, key: Safe, room: int, width: int, *, roomy: bool) -> list[Span]:
    if roomy:
        count = words.changed_words(text_diff(str(entry.old), str(entry.new)))
        told = span(f"   {numbers.plural(count, 'word')}", "faint")
        return [span(cells.fit_left(key, width - 20)), told]
    named = _named(key, room, width, "fg")
    space = width - 3 - line.width(named) - 1
    pieces = text_diff(str(entry.old), str(entry.new))
    if pieces and pieces[0].part == "equal" and len(pieces[0].text) > _VALUE_LEAST:
        start = pieces[0].text[-_VALUE_LEAST:].partition(" ")[2]
        pieces = [Piece("equal", f"… {start}"), *pieces[1:]]
    found = words.lines(pieces, space, 1)
    return [*named, *(found[0] if found else ())]


def _retyped(entry: Entry) -> bool:
    return entry.old is not MISSING and values.kind(entry.old) != values.kind(entry.new)


def _type_change(entry: Entry) -> list[Span]:
    if not _retyped(entry) or entry.new is MISSING:
        return []
    return [span(f"{values.kind(entry.old)} → {values.kind(entry.new)} ", "change")]


def _type_fits(entry: Entry, key: Safe, room: int, width: int) -> bool:
    taken = 3 + line.width(_changed(entry, key, room, width, loud=True))
    return taken + 2 + line.width(_type_change(entry)) <= width


def _loud(entry: Entry, parts: list[Span], width: int) -> Line:
    """The row of a watched change: its own background, a bar, the type change at the right."""
    told = _type_change(entry)
    if line.width(parts) + 2 + line.width(told) > width:
        told = []
    body = line.sides((span(lit("▎"), "change"), *parts[1:]), told, width)
    return line.paint(body, width, "change_bg")
