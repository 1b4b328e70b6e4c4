"""What a motion answers: a new position, or why there is none and which motion would find one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from ttdebug.model import Edge, Position

KEYS: Final = {
    "previous-change": "←",
    "next-change": "→",
    "next-event": "j",
    "previous-event": "k",
    "next-error": "e",
    "previous-error": "E",
    "next-write": "]",
    "previous-write": "[",
    "next-hit": ".",
    "previous-hit": ",",
    "parent": "u",
    "cause": "{",
    "effect": "}",
    "back": "<",
    "forward": ">",
    "mark": "m",
    "start": "g",
    "end": "G",
    "search": "/",
}
"""The default key of each action that a sentence may offer."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The motion leads to `position`.

    `choices` are all edges of a motion along causes or effects, the nearest kind first; `note` is
    a short remark worth showing, such as a write that left the value equal. A step to the next
    event is no `jump`: it does not enter the history.
    """

    position: Position
    choices: tuple[Edge, ...] = ()
    note: str = ""
    jump: bool = True


@dataclass(frozen=True, slots=True)
class Stayed:
    """The motion leads nowhere: `fact` says why; `action` is one that does something, if any."""

    position: Position
    fact: str
    action: str = ""
    does: str = ""

    @property
    def sentence(self) -> str:
        """The fact, then the default key of what to do instead."""
        return self.told(lambda action: KEYS[action])

    def told(self, key: Callable[[str], str]) -> str:
        """The same with the key that `key` names for an action."""
        return f"{self.fact}. {key(self.action)} {self.does}" if self.action else self.fact


Outcome: TypeAlias = Moved | Stayed


def spoken(seq: int) -> str:
    """A position's number as it is said in a sentence."""
    return f"{seq:,}" if seq else "the start"
