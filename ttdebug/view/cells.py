"""Widths in terminal cells, and cutting, fitting and wrapping by them; all keep text safe.

Made for gated text: nothing joins or changes the width of its neighbour, so a text is as wide as
the sum of its characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from ttdebug.view.gate import NEWER_EMOJI, Safe, lit

ELLIPSIS = "…"

_WIDENED = (
    (0x2630, 0x2637),
    (0x268A, 0x268F),
    (0x4DC0, 0x4DFF),
    (0x1D300, 0x1D356),
    (0x1D360, 0x1D376),
)
"""Symbols that became two cells wide in Unicode 16; older Pythons have them as one."""


_WORDS = 200
"""Texts shorter than this are measured once; they come back at each paint."""


@lru_cache(maxsize=4_096)
def _cell(character: str) -> int:
    code = ord(character)
    if 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:
        return 0  # vowels and finals of a Hangul syllable stand in the cells of its first letter
    if 0x1F3FB <= code <= 0x1F3FF:
        return 0  # a skin tone colours the emoji before it
    if unicodedata.category(character) in ("Mn", "Me", "Mc"):
        return 0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return 2
    return 2 if code in NEWER_EMOJI or any(a <= code <= b for a, b in _WIDENED) else 1


def width(text: str) -> int:
    """How many cells a gated text takes."""
    if text.isascii():
        return len(text)
    return _wide(text) if len(text) < _WORDS else sum(map(_cell, text))


@lru_cache(maxsize=4_096)
def _wide(text: str) -> int:
    return sum(map(_cell, text))


def cut(text: str, cells: int) -> Safe:
    """The longest beginning that takes at most `cells`, whole characters only."""
    if text.isascii():
        return lit(text[: max(cells, 0)])
    return lit(text[: _prefix(text, cells)])


def cut_left(text: str, cells: int) -> Safe:
    """The longest end that takes at most `cells`, never starting with a combining mark."""
    if cells <= 0:
        return lit("")
    if text.isascii():
        return lit(text[-cells:])
    start, used = len(text), 0
    while start > 0 and used + _cell(text[start - 1]) <= cells:
        start -= 1
        used += _cell(text[start])
    while start < len(text) and _cell(text[start]) == 0:
        start += 1
    return lit(text[start:])


def fit(text: str, cells: int) -> Safe:
    """The text, or its beginning and an ellipsis, in at most `cells`."""
    if width(text) <= cells:
        return lit(text)
    return lit("") if cells <= 0 else lit(cut(text, cells - 1).rstrip() + ELLIPSIS)


def fit_left(text: str, cells: int) -> Safe:
    """The text, or an ellipsis and its end, in at most `cells`: for paths, whose end names them."""
    if width(text) <= cells:
        return lit(text)
    return lit("") if cells <= 0 else lit(ELLIPSIS + cut_left(text, cells - 1))


def fit_middle(text: str, cells: int) -> Safe:
    """The text, or its two ends around an ellipsis, in at most `cells`: for old values."""
    if width(text) <= cells:
        return lit(text)
    if cells < 3:
        return fit(text, cells)
    head = cells // 2
    return lit(cut(text, head) + ELLIPSIS + cut_left(text, cells - 1 - head))


def pad(text: str, cells: int) -> Safe:
    """The text fitted and filled with spaces to exactly `cells`."""
    fitted = fit(text, cells)
    return lit(fitted + " " * (cells - width(fitted)))


def pad_left(text: str, cells: int) -> Safe:
    """The text fitted and set at the right of exactly `cells`."""
    fitted = fit(text, cells)
    return lit(" " * (cells - width(fitted)) + fitted)


def wrap(text: str, cells: int) -> Iterator[Safe]:
    """Lines of at most `cells`, broken at spaces where a word fits, else inside it."""
    cells = max(cells, 2)
    start = 0
    while width(text[start:]) > cells if len(text) - start <= cells * 2 else True:
        end = start + _prefix(text[start : start + cells * 2 + 64], cells)
        if end >= len(text):
            break
        space = text.rfind(" ", start + 1, end + 1)
        if space > start:
            yield lit(text[start:space])
            start = space + 1
        else:
            yield lit(text[start:end])
            start = end
    yield lit(text[start:])


def _prefix(text: str, cells: int) -> int:
    """How many characters of the text fit in `cells`, marks with their character."""
    used = 0
    for index, character in enumerate(text):
        used += _cell(character)
        if used > cells:
            return index
    return len(text)
