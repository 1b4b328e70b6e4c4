"""What a search looks for: finding it in a text, and telling stored texts that cannot hold it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

import re2

from ttdebug.errors import UsageError
from ttdebug.paths import escape

_LONGEST: Final = 500

Each: TypeAlias = Callable[[str], "Iterator[tuple[int, int]]"]


@dataclass(frozen=True, slots=True)
class Sought:
    """`each` gives the matches in a text as (start, stop); `sieve` spares reading most others."""

    text: str
    each: Each
    sieve: Sieve | None

    def find(self, text: str) -> tuple[int, int] | None:
        """The first match in a text as (start, stop)."""
        return next(self.each(text), None)


def sought(query: str) -> Sought:
    """Read a query: text, or a regular expression (RE2) between slashes.

    Capitals count once it holds one. Raises UsageError.
    """
    if not query:
        raise UsageError("Nothing to search for; write some text, or /a regular expression/")
    if len(query) > _LONGEST:
        raise UsageError(f"A search of {len(query):,} characters; at most {_LONGEST} are read")
    exact = any(char.isupper() for char in query)
    if len(query) > 2 and query[0] == query[-1] == "/":
        pattern = query[1:-1]
        literals = _literals(pattern, exact)
        sieve = Sieve.of(literals, exact=exact) if literals else None
        return Sought(query, _expression(pattern, exact), sieve)
    return Sought(query, _plain(query, exact), Sieve.of([query], exact=exact))


@dataclass(frozen=True, slots=True)
class Sieve:
    """Lets every stored JSON text pass that may hold a match, and few others."""

    needles: tuple[str, ...]
    exact: bool
    sigma: bool

    @classmethod
    def of(cls, literals: Sequence[str], *, exact: bool) -> Sieve:
        """A sieve for texts of which every match holds one, within a key, string or number."""
        sigma = not exact and any("σ" in one or "ς" in one for one in literals)
        needles = {*literals, *map(escape, literals)}  # a state's keys may stand in a path
        stored = {json.dumps(one, ensure_ascii=False)[1:-1] for one in needles}
        if sigma:
            stored = {one.replace("ς", "σ") for one in stored}
        if any(set(one) <= _NUMBER for one in literals):
            stored |= _SPELLED_OTHERWISE
        return cls(tuple(sorted(stored)), exact, sigma)

    def passes(self, text: str) -> bool:
        """Whether a stored text may hold a match."""
        folded = text if self.exact else text.lower()
        if self.sigma:  # which of the two forms a capital becomes depends on what stands beside it
            folded = folded.replace("ς", "σ")
        for needle in self.needles:
            if needle in folded:
                return True
        return text.startswith(" ")  # everything may be escaped in it


_NUMBER: Final = frozenset("0123456789+-.e")
_SPELLED_OTHERWISE: Final = {"0.0000", "e-"}
"""In numbers that are stored as 0.00001 or 1e-7 and searched as 1e-05 and 1e-07."""

_ATOM: Final = re.compile(
    r"(?:\\([^\w\s])|([^\\^$.|?*+()\[\]{}])"  # a character as it stands
    r"|\\[dDwWsSbB]|\[\^?\]?[^\]\\]*\]|[.^$]|\((?!\?)[^()\[\]\\]*\))([*?+{]?)"
)


def _literals(pattern: str, exact: bool) -> list[str]:
    """Texts of which every match of an expression holds one; none where that takes thinking."""
    found = []
    runs = [""]
    at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            found.append(max(runs, key=len))
            runs, at = [""], at + 1
            continue
        atom = _ATOM.match(pattern, at)
        if atom is None:
            return []
        at = atom.end()
        char, repeated = atom[1] or atom[2], atom[3]
        certain = char is not None and repeated in ("", "+") and (exact or _folds_plainly(char))
        if certain:
            runs[-1] += char
        if not certain or repeated:
            runs.append("")
    found.append(max(runs, key=len))
    return found if all(found) else []


def _folds_plainly(char: str) -> bool:
    """Whether the expression, ignoring case, finds only what lower() makes this character."""
    return char.isascii() and char != "s"  # which is also the lower case of a long s


def _plain(query: str, exact: bool) -> Each:
    def each(text: str) -> Iterator[tuple[int, int]]:
        lowered = text if exact else text.lower()
        at = lowered.find(query)
        while at >= 0:
            stop = at + len(query)
            if len(lowered) == len(text):
                yield at, stop
            else:  # some capitals are longer in lower case
                yield _unlowered(text, at), _unlowered(text, stop)
            at = lowered.find(query, stop)

    return each


def _unlowered(text: str, at: int) -> int:
    """The index in `text` of the character that ends up at index `at` of text.lower()."""
    length = 0
    for index, char in enumerate(text):
        if length >= at:
            return index
        length += len(char.lower())
    return len(text)


def _expression(pattern: str, exact: bool) -> Each:
    options = re2.Options()
    options.case_sensitive = exact
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise UsageError(f"/{pattern}/ is no regular expression: {reason}") from None

    def each(text: str) -> Iterator[tuple[int, int]]:
        try:
            matches = compiled.finditer(text)
            first = next(matches, None)
        except UnicodeEncodeError:  # a lone surrogate, which no pattern can name
            matches = compiled.finditer(text.encode("utf-8", "replace").decode())
            first = next(matches, None)
        if first is not None:
            yield from (match.span() for match in chain([first], matches))

    return each
