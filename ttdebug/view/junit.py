"""The outcome of a check as JUnit XML, for the report of a build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree

from ttdebug.analyze.check import Violation
from ttdebug.analyze.rules import Rule
from ttdebug.view import places
from ttdebug.view.gate import Safe, lit, safe

MOST = 100
"""Violations of one rule that are told in full."""


class Told(NamedTuple):
    """A violation in words, and the command that opens it."""

    words: Safe
    command: Safe


@dataclass
class Verdict:
    """How a rule fared: how often it was broken, the first of it in words, and what it took.

    `skipped` says why it was not judged to the end, where it was not; `fault` why it could not be
    judged at all.
    """

    rule: Rule
    count: int = 0
    told: list[Told] = field(default_factory=list)
    seconds: float = 0.0
    skipped: str = ""
    fault: str = ""

    @property
    def unjudged(self) -> bool:
        """Whether it is not known how it fares."""
        return not self.count and bool(self.skipped)

    @property
    def faulty(self) -> bool:
        """Whether it means nothing for this recording."""
        return not self.count and bool(self.fault)

    def add(self, violation: Violation) -> None:
        """Count a violation."""
        self.count += 1
        if self.count <= MOST:
            self.told.append(tell(violation))


def tell(violation: Violation) -> Told:
    """Where and why, as `events 256 to 412 of booker on main: state.budget 12.5 → null`."""
    seqs = f"event {violation.first:,}"
    if violation.last != violation.first:
        seqs = f"events {violation.first:,} to {violation.last:,}"
    whose = f" of {violation.agent}" if violation.agent is not None else ""
    line = violation.trace.timelines[violation.timeline].name
    command = places.command(violation.trace, violation.position)
    return Told(safe(f"{seqs}{whose} on {line}: {violation.reason}"), safe(command))


def document(verdicts: Sequence[Verdict], path: str) -> bytes:
    """One test case per rule; a broken one fails and tells where and why, a faulty one is an error.

    Text of the trace is gated, so that no character in it is one that XML forbids.
    """
    counts = {
        "tests": str(len(verdicts)),
        "failures": str(sum(verdict.count > 0 for verdict in verdicts)),
        "errors": str(sum(verdict.faulty for verdict in verdicts)),
        "time": f"{sum(verdict.seconds for verdict in verdicts):.3f}",
    }
    root = ElementTree.Element("testsuites", {"name": "ttdebug check", **counts})
    about = {"name": safe(path), **counts, "skipped": str(sum(one.unjudged for one in verdicts))}
    suite = ElementTree.SubElement(root, "testsuite", about)
    for verdict in verdicts:
        suite.append(_case(verdict))
    ElementTree.indent(root)
    found: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"


def _case(verdict: Verdict) -> ElementTree.Element:
    rule = verdict.rule
    about = {
        "classname": f"ttdebug.check.{rule.kind}",
        "name": safe(rule.name),
        "time": f"{verdict.seconds:.3f}",
    }
    case = ElementTree.Element("testcase", about)
    if verdict.count:
        message = f"{safe(rule.text)}: {verdict.told[0].words}"
        failure = ElementTree.SubElement(case, "failure", {"type": rule.kind, "message": message})
        lines = [safe(rule.text)]
        for told in verdict.told:
            lines += [told.words, lit("  ") + told.command]
        if verdict.count > len(verdict.told):
            lines.append(lit(f"and {verdict.count - len(verdict.told):,} more"))
        failure.text = "\n".join(lines)
    elif verdict.faulty:
        about = {"type": "not judged", "message": safe(verdict.fault)}
        ElementTree.SubElement(case, "error", about)
    elif verdict.unjudged:
        ElementTree.SubElement(case, "skipped", {"message": verdict.skipped})
    return case
