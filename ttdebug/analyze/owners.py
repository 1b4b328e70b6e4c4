"""Whose states are compared, and what to say where they have nothing in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from ttdebug.model import MISSING, Position, Value
from ttdebug.store.trace import Trace

_NAMED: Final = 4


class Owners(NamedTuple):
    """The agents whose states are compared."""

    a: str
    b: str


def owners(a: Trace, at_a: Position, b: Trace, at_b: Position) -> Owners | None:
    """Whose states two positions show: B's agent at both, if A's timeline knows it.

    Where it does not, each side shows its own. None if no state was recorded at B.
    """
    mine = b.owner(at_b.seq, at_b.timeline) if at_b.seq else None
    if mine is None:
        return None
    if mine not in a.agents_with_state(at_a.timeline):
        other = a.owner(at_a.seq, at_a.timeline) if at_a.seq else None
        return Owners(other or mine, mine)
    return Owners(mine, mine)


def nothing_common(old: Value, new: Value, names: tuple[str, str]) -> str | None:
    """A sentence where two states share no path at all; None where they do."""
    if old is MISSING or new is MISSING:
        if old is new:
            return None
        there, missing = (names[1], names[0]) if old is MISSING else names
        return f"There is a state only in {there}, none in {missing}"
    if not isinstance(old, dict) or not isinstance(new, dict):
        return None
    if not old or not new or old.keys() & new.keys():
        return None
    told = [f"{name} has {_some(state)}" for name, state in zip(names, (old, new), strict=True)]
    return f"The two states have no path in common: {', '.join(told)}"


def _some(keys: Iterable[str]) -> str:
    listed = list(keys)
    more = f" and {len(listed) - _NAMED:,} more" if len(listed) > _NAMED else ""
    return " ".join(listed[:_NAMED]) + more
