"""The guided hunt of `ttdebug demo`: what to do next, and how one knows that it was done."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Sign: TypeAlias = Literal["breakpoint", "stopped", "travelled"]
"""A breakpoint was set; the debugger stopped at one; the person went on from there by a jump."""


class Hint(NamedTuple):
    """One step: what to do, and the sign that it was done."""

    text: str
    until: Sign


CONDITION = "state.budget.remaining == null"
WATCHED = "budget.remaining"

STEPS = (
    Hint(f"Type :break {CONDITION} (the trip overspent)", "breakpoint"),
    Hint("Now c: go to where it became true. C goes backwards, from anywhere", "stopped"),
    Hint("The diff shows what wrote null. { goes to the tool call that caused it", "travelled"),
)

FOUND = "Found: a discount taken for a budget. [ ] walk its writes, ? has all keys"
"""What is said when the last step is done."""


def without_a_terminal(path: str) -> tuple[str, ...]:
    """How the report came about, and the next questions to ask from a shell."""
    return (
        f"This is where {CONDITION} became true in {path}. Found and asked further by",
        f"  ttdebug break {path} '{CONDITION}'",
        f"  ttdebug why {path} {WATCHED}",
        f"  ttdebug history {path} {WATCHED}",
    )
