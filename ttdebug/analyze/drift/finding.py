"""What a rule finds: where, by which rule, and what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from ttdebug.model import Value

Kind: TypeAlias = Literal["loop", "errors", "stall", "fallen", "retyped", "negative", "growth"]


class Evidence(NamedTuple):
    """One thing that happened at an event: a word for it and a value, both as recorded."""

    seq: int
    what: str
    value: Value


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd from event `first` to `last` of a timeline (its id).

    `rule` is one sentence with its numbers; it may quote names from the trace. `path` is a JSON
    Pointer or dotted path where it is about one. The larger `weight`, 0 to 1, the more likely it
    matters; it orders findings of all kinds.
    """

    kind: Kind
    rule: str
    run: str
    timeline: int
    agent: str | None
    first: int
    last: int
    weight: float
    evidence: tuple[Evidence, ...]
    path: str | None = None


def counted(count: int, word: str, *, most: int) -> str:
    """`1 write`, `12 writes`; no more than `most` were looked at."""
    amount = f"at least {count:,}" if count >= most else f"{count:,}"
    return f"{amount} {word}" if count == 1 else f"{amount} {word}s"
