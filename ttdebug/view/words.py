"""Word-level differences as they are shown: excerpted around what changed, wrapped to cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ttdebug.analyze.words import Part, Piece
from ttdebug.view import cells
from ttdebug.view.gate import safe
from ttdebug.view.line import Line, Span, fit, merged, span

STYLES: dict[Part, str] = {
    "equal": "dim",
    "deleted": "removed strike on:removed_bg",
    "inserted": "added bold on:added_bg",
}
_CONTEXT = 8
_WORDS = re.compile(r"\s*\S+|\s+")
_BREAKS = re.compile(r"(\s+)")


def is_text(value: object) -> bool:
    """Whether a value reads as text, so that its words may be compared."""
    return isinstance(value, str) and ((len(value) > 24 and " " in value) or "\n" in value)


def changed_words(pieces: list[Piece]) -> int:
    """How many words were added or removed, the greater of the two per place counting once."""
    total = pending = 0
    for piece in pieces:
        count = len(piece.text.split())
        if piece.part == "equal":
            total, pending = total + pending, 0
        else:
            pending = max(pending, count) if piece.part == "inserted" else pending + count
    return total + pending


def excerpt(pieces: list[Piece], room: int) -> list[Piece]:
    """The pieces, and if they take over `room` characters, long common stretches shortened."""
    if sum(len(piece.text) for piece in pieces) <= room:
        return pieces
    last = len(pieces) - 1
    return [
        _shorten(piece, room, first=index == 0, last=index == last)
        for index, piece in enumerate(pieces)
    ]


def _shorten(piece: Piece, room: int, *, first: bool, last: bool) -> Piece:
    if piece.part != "equal":
        if len(piece.text) <= room // 2:
            return piece
        return Piece(piece.part, piece.text[: room // 2].rstrip() + "…")
    head = _WORDS.findall(piece.text[: room * 2])[:_CONTEXT]
    tail = _WORDS.findall(piece.text[-room * 2 :])[-_CONTEXT:]
    if len(piece.text) <= len("".join(head)) + len("".join(tail)):
        return piece
    begin = "" if first else "".join(head)
    end = "" if last else "".join(tail)
    return Piece("equal", f"{begin.rstrip()} … {end.lstrip()}".strip() + ("" if last else " "))


def lines(pieces: list[Piece], width: int, most: int) -> list[Line]:
    """The pieces as at most `most` wrapped lines."""
    found: list[Line] = []
    row: list[Span] = []
    used = 0
    for word, gap in _words(pieces):
        taken = sum(cells.width(part.text) for part in word)
        if row and used + len(gap.text) + taken > width:
            found.append(merged(row))
            row, used = [], 0
        if len(found) >= most:
            found[-1] = fit((*found[-1], span(" …", "faint")), width)
            return found
        if row:
            row.append(gap)
            used += len(gap.text)
        row += fit(word, width)
        used += min(taken, width)
    return [*found, merged(row)] if row else found


def _words(pieces: list[Piece]) -> Iterator[tuple[list[Span], Span]]:
    """Words with the gap before them; a word may change its style inside.

    A gap has the style of both its neighbours if that is the same, else none, so that no
    background sticks out at the ends of a stretch.
    """
    word: list[Span] = []
    gap, before = span(""), ""
    for piece in pieces:
        style = STYLES[piece.part]
        if word and piece.part == "inserted" and word[-1].style == STYLES["deleted"]:
            yield word, gap
            word, gap = [], span(" ", "dim")
        for text in filter(None, _BREAKS.split(piece.text)):
            if not text.isspace():
                word.append(Span(safe(text, 400), style))
            elif word:
                yield word, gap
                before, word = word[-1].style, []
                gap = span(" ", style if style == before else "dim")
    if word:
        yield word, gap
