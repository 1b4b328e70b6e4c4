"""Where a recording breaks a rule, as a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ttdebug.analyze.check import Violation
from ttdebug.analyze.rules import Rule
from ttdebug.store.trace import Trace
from ttdebug.view import line, numbers, places, tables
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import Line, span

_INDENT = 2


def rule_line(rule: Rule, width: int) -> Line:
    """The head of a table: what is broken."""
    name = f"{rule.title}: " if rule.title else ""
    return line.fit((span(safe(f"{name}{rule.text}"), "error"),), width)


def violation_lines(trace: Trace, violations: Iterable[Violation], width: int) -> Iterator[Line]:
    """A head line and one line per violation, as they come."""
    named = places.places(trace)

    def rows() -> Iterator[tuple[str, ...]]:
        for violation in violations:
            event = violation.event
            yield (
                _seqs(violation),
                numbers.elapsed(event.elapsed),
                *([named[violation.timeline]] if named else []),
                violation.agent or "",
                event.name or event.type,
                violation.reason,
            )

    head = ("events", "at", *([named.title] if named else []), "agent", "event", "values")
    for row in tables.columns(rows(), head, width - _INDENT):
        yield (span(lit(" " * _INDENT)), *row)


def _seqs(violation: Violation) -> str:
    first, last = numbers.seq(violation.first), numbers.seq(violation.last)
    return first if first == last else f"{first}–{last}"
