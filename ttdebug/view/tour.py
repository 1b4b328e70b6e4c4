"""The guided hunt of `ttdebug demo`: what to do next, and how one knows that it was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Sign: TypeAlias = Literal["breakpoint", "stopped", "travelled"]
"""A breakpoint was set; the debugger stopped at one; the person went on from there by a jump."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One step: what to do, and the sign that it was done."""

    text: str
    until: Sign


STEPS = (
    Hint(
        "Type :break state.budget.remaining == null (the trip overspent)",
        "breakpoint",
    ),
    Hint("Now c: go to where it became true. C goes backwards, from anywhere", "stopped"),
    Hint("The diff shows what wrote null. { goes to the tool call that caused it", "travelled"),
)

FOUND = "Found: a discount taken for a budget. [ ] walk its writes, ? has all keys"
"""What is said when the last step is done."""
