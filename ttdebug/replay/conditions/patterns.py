"""Text patterns that cannot hang: globs, and RE2 regular expressions."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Protocol

import re2

MAX_PATTERN: Final = 500
_MAX_MEMORY: Final = 1 << 20


class Regex(Protocol):
    """What is used of a compiled RE2 expression; texts are UTF-8."""

    programsize: int

    def search(self, text: bytes) -> object | None:
        """A match anywhere in the text."""

    def fullmatch(self, text: bytes) -> object | None:
        """A match of the whole text."""


def utf8(text: str) -> bytes:
    """Text as RE2 takes it; lone surrogates pass."""
    return text.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=256)
def regex(pattern: str) -> Regex | str:
    """A compiled expression, or why there is none."""
    if len(pattern) > MAX_PATTERN:
        return f"it is longer than {MAX_PATTERN} characters"
    return _compiled(pattern)


@lru_cache(maxsize=256)
def glob(pattern: str) -> Regex | str:
    """A compiled glob of `* ? [abc] [!abc]`, or why there is none."""
    if len(pattern) > MAX_PATTERN:
        return f"it is longer than {MAX_PATTERN} characters"
    out, at = [], 0
    while at < len(pattern):
        char, at = pattern[at], at + 1
        if char == "*":
            out.append(".*")
        elif char == "?":
            out.append(".")
        elif char == "[" and (end := pattern.find("]", at + 1)) > 0:
            out.append(_character_class(pattern[at:end]))
            at = end + 1
        else:
            out.append(_literal(char))
    return _compiled("(?s)" + "".join(out))


def _compiled(pattern: str) -> Regex | str:
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    options.never_capture = True
    try:
        made: Regex = re2.compile(utf8(pattern), options)
    except re2.error as fault:
        reason = fault.args[0] if fault.args else b"not understood"
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return made


def _character_class(body: str) -> str:
    negated = body.startswith("!")
    chars = body[1:] if negated else body
    inside = "".join(char if char == "-" else _literal(char) for char in chars)
    return f"[{'^' if negated else ''}{inside}]"


def _literal(char: str) -> str:
    return char if char.isalnum() or char == "_" or ord(char) > 127 else f"\\{char}"
