"""A condition error as plain lines: the text, a mark under the column, and what is wrong."""

from __future__ import annotations

import unicodedata

from ttdebug.errors import ConditionError, PathSyntaxError

MARK = "╵"


def render_error(error: ConditionError | PathSyntaxError, *, mark: str = MARK) -> list[str]:
    """Three lines; control characters of the text become spaces so that the mark stays under it."""
    text = "".join(char if char.isprintable() else " " for char in error.text)
    column = min(error.column, len(text))
    return [text, " " * sum(map(_cells, text[:column])) + mark, str(error)]


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
