"""The line that says of a run what is recorded, derived, dropped or missing.

Its parts begin with `recorded:`, `derived:`, `dropped:` or `not recorded:`, in this order; then
comes what else one should know, and what was counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ttdebug.formats.reader import counted

ASSUMED_UTC: Final = "times without a zone taken for UTC"

Count = tuple[int, str, str]
"""How many, of what, and what to say of them: what `counted` takes."""


def line(parts: Iterable[str | None], counts: Iterable[Count] = ()) -> str:
    """All parts that say something, and all counts above zero."""
    return "; ".join([part for part in parts if part] + tallies(counts))


def tallies(counts: Iterable[Count]) -> list[str]:
    """`2 rewinds`, `1 result without a call`: one for each count above zero."""
    return [counted(*count) for count in counts if count[0]]
