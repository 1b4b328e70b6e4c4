"""Word-level difference of two texts, excerpted around what changed and wrapped to cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple, TypeAlias

from ttdebug.view import cells
from ttdebug.view.gate import safe
from ttdebug.view.line import Line, Span, fit, span

Part: TypeAlias = Literal["same", "old", "new"]

STYLES: dict[Part, str] = {
    "same": "dim",
    "old": "removed strike on:removed_bg",
    "new": "added bold on:added_bg",
}
_MOST_WORDS = 400
"""Changed stretches longer than this are shown as a whole, old and then new."""

_CONTEXT = 8
_PIECES = re.compile(r"\s*(?:\w[\w.,:/@%'-]*\w|\w|[^\w\s])|\s+")
_BREAKS = re.compile(r"(\s+)")


class Piece(NamedTuple):
    """A stretch of text that both texts have, or one of them."""

    part: Part
    text: str


def is_text(value: object) -> bool:
    """Whether a value reads as text, so that its words may be compared."""
    return isinstance(value, str) and ((len(value) > 24 and " " in value) or "\n" in value)


def compare(old: str, new: str) -> list[Piece]:
    """Stretches in reading order; common words at both ends are never searched."""
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    end_old, end_new = len(before) - tail, len(after) - tail
    middle = _middle(before[head:end_old], after[head:end_new])
    found = [
        Piece("same", "".join(before[:head])),
        *middle,
        Piece("same", "".join(before[end_old:])),
    ]
    return [piece for piece in found if piece.text]


def _common(left: list[str], right: list[str]) -> int:
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count


def _middle(before: list[str], after: list[str]) -> list[Piece]:
    if len(before) > _MOST_WORDS or len(after) > _MOST_WORDS:
        return [Piece("old", "".join(before)), Piece("new", "".join(after))]
    found: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(before[a:b])))
        else:
            found += [Piece("old", "".join(before[a:b])), Piece("new", "".join(after[c:d]))]
    return [piece for piece in found if piece.text]


def changed_words(pieces: list[Piece]) -> int:
    """How many words were added or removed, the greater of the two per place counting once."""
    total = pending = 0
    for piece in pieces:
        count = len(piece.text.split())
        if piece.part == "same":
            total, pending = total + pending, 0
        else:
            pending = max(pending, count) if piece.part == "new" else pending + count
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
    if piece.part != "same":
        if len(piece.text) <= room // 2:
            return piece
        return Piece(piece.part, piece.text[: room // 2].rstrip() + "…")
    head = _PIECES.findall(piece.text[: room * 2])[:_CONTEXT]
    tail = _PIECES.findall(piece.text[-room * 2 :])[-_CONTEXT:]
    if len(piece.text) <= len("".join(head)) + len("".join(tail)):
        return piece
    begin = "" if first else "".join(head)
    end = "" if last else "".join(tail)
    return Piece("same", f"{begin.rstrip()} … {end.lstrip()}".strip() + ("" if last else " "))


def lines(pieces: list[Piece], width: int, most: int) -> list[Line]:
    """The pieces as at most `most` wrapped lines."""
    found: list[Line] = []
    row: list[Span] = []
    used = 0
    for word, gap in _words(pieces):
        taken = sum(cells.width(part.text) for part in word)
        if row and used + len(gap.text) + taken > width:
            found.append(tuple(row))
            row, used = [], 0
        if len(found) >= most:
            found[-1] = fit((*found[-1], span(" …", "faint")), width)
            return found
        if row:
            row.append(gap)
            used += len(gap.text)
        row += fit(word, width)
        used += min(taken, width)
    return [*found, tuple(row)] if row else found


def _words(pieces: list[Piece]) -> Iterator[tuple[list[Span], Span]]:
    """Words with the gap before them; a word may change its style inside.

    A gap has the style of both its neighbours if that is the same, else none, so that no
    background sticks out at the ends of a stretch.
    """
    word: list[Span] = []
    gap, before = span(""), ""
    for piece in pieces:
        style = STYLES[piece.part]
        if word and piece.part == "new" and word[-1].style == STYLES["old"]:
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
