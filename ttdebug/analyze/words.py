"""How one text became another, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple, TypeAlias

Part: TypeAlias = Literal["equal", "deleted", "inserted"]

_TOKENS: Final = re.compile(r"\d+(?:[.,:]\d+)+[ ]?|\w+[ ]?|\s+|[^\w\s]")
_MOST_TOKENS: Final = 2000


class Piece(NamedTuple):
    """A stretch of text and what became of it."""

    part: Part
    text: str


def text_diff(old: str, new: str) -> list[Piece]:
    """The pieces of both texts in order; without the deleted ones they are `new`.

    What both share at their ends is taken off first; what remains of very long texts is told as
    deleted and inserted whole.
    """
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    pieces = [Piece("equal", old[:head])]
    pieces += _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    pieces.append(Piece("equal", old[len(old) - tail :]))
    return _joined(pieces)


def _middle(old: str, new: str) -> list[Piece]:
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if not before or not after or len(before) + len(after) > _MOST_TOKENS:
        return [Piece("deleted", old), Piece("inserted", new)]
    pieces = []
    matcher = SequenceMatcher(None, before, after)  # frequent words do not anchor long texts
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("equal", "".join(before[a:b])))
        else:
            pieces.append(Piece("deleted", "".join(before[a:b])))
            pieces.append(Piece("inserted", "".join(after[c:d])))
    return pieces


def _shared(old: str, new: str) -> int:
    """How many leading characters both have, up to the end of a word."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old.startswith(new[low:middle], low):
            low = middle
        else:
            high = middle - 1
    while low and (_splits_word(old, low) or _splits_word(new, low)):
        low -= 1
    return low


def _splits_word(text: str, at: int) -> bool:
    return at < len(text) and text[at].isalnum() and text[at - 1].isalnum()


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of one kind as one, and no empty ones."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].part == piece.part:
            found[-1] = Piece(piece.part, found[-1].text + piece.text)
        elif piece.text:
            found.append(piece)
    return found
