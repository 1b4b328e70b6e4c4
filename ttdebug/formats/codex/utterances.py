"""Telling copies apart: Codex writes what is said as a response item and as an event message."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from ttdebug.formats.codex.lines import Line

PATIENCE = 12
"""Lines between a copy and its original, at most."""


class Held(NamedTuple):
    """An event message that may be the copy of a response item still to come."""

    line: Line
    role: str
    text: str


class Utterances:
    """Pairs each copy with its original, whichever comes first. `copies` counts the pairs."""

    def __init__(self) -> None:
        self.copies = 0
        self._said: Counter[tuple[str, int]] = Counter()
        self._held: list[Held] = []

    def say(self, role: str, text: str) -> None:
        """A response item says this."""
        key = _key(role, text)
        for place, held in enumerate(self._held):
            if _key(held.role, held.text) == key:
                del self._held[place]
                self.copies += 1
                return
        self._said[key] += 1

    def repeat(self, line: Line, role: str, text: str) -> None:
        """An event message says this."""
        key = _key(role, text)
        if self._said[key] > 0:
            self._said[key] -= 1
            self.copies += 1
        else:
            self._held.append(Held(line, role, text))

    def overdue(self, line: int) -> bool:
        """Whether something was held for so long that its original will not come."""
        return bool(self._held) and line - self._held[0].line.number > PATIENCE

    def release(self, role: str | None = None) -> list[Held]:
        """What was held back (of one role), now that its original cannot come any more."""
        released = [held for held in self._held if role in (None, held.role)]
        self._held = [held for held in self._held if held not in released]
        return released


def _key(role: str, text: str) -> tuple[str, int]:
    return role, hash("".join(text.split()))
