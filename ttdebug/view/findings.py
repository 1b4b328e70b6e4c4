"""What rules of drift found, in words: where it is, and what speaks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.view import numbers, values
from ttdebug.view.gate import Safe, lit, safe

if TYPE_CHECKING:
    from ttdebug.analyze.drift import Finding

_VALUE = 60
"""Characters of a value."""


def reach(finding: Finding) -> Safe:
    """Its events: `256`, or `256 to 571`."""
    first, last = numbers.seq(finding.first), numbers.seq(finding.last)
    return first if finding.first == finding.last else lit(f"{first} to {last}")


def evidence(finding: Finding) -> Safe:
    """What happened at which event: `211: budget.remaining 1657.76  256: budget.remaining null`."""
    told = (
        f"{numbers.seq(one.seq)}: {safe(one.what, 80)} {values.short(one.value, _VALUE)}"
        for one in finding.evidence
    )
    return lit("  ".join(told))
