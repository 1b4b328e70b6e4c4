"""What `check` prints, rule by rule, and what it remembers for the summary and the report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from ttdebug.analyze.check import Part, Violation, check, doubts, refuse_unknown, unjudged
from ttdebug.analyze.rules import Rule
from ttdebug.cli.options import Listing, Progress
from ttdebug.cli.output import narrate, say, say_json, say_lines, width
from ttdebug.store.trace import Trace
from ttdebug.view import numbers, places, records, violations
from ttdebug.view.junit import Verdict

SHOWN = 20
"""Violations of one rule that a table lists unless told otherwise."""

_UNJUDGED = "not judged to the end"


class Verdicts:
    """The rules of one command, and how each fared."""

    def __init__(self, rules: Sequence[Rule], *, as_json: bool) -> None:
        self.all = [Verdict(rule, skipped=_UNJUDGED) for rule in rules]
        self._as_json = as_json
        self._progress = Progress("Checking")

    @property
    def broken(self) -> bool:
        """Whether any rule was broken, or could not be judged."""
        return any(verdict.count or verdict.faulty for verdict in self.all)

    @property
    def summary(self) -> str:
        """All verdicts in one line."""
        broken = sum(verdict.count > 0 for verdict in self.all)
        faulty = sum(verdict.faulty for verdict in self.all)
        cut_short = sum(verdict.unjudged for verdict in self.all)
        said = [f"{numbers.plural(len(self.all), 'rule')}: {broken:,} broken"]
        if faulty:
            said.append(f"{faulty:,} not judged (--allow-missing takes paths nobody wrote)")
        if cut_short:
            said.append(f"{cut_short:,} {_UNJUDGED}")
        return ", ".join(said)

    def judge(self, trace: Trace, listing: Listing, first: int, last: int) -> None:
        """Judge every rule between two events, and print where it is broken."""
        for verdict in self.all:
            refuse_unknown(trace, verdict.rule)
        for verdict in self.all:
            began = time.monotonic()
            for doubt in doubts(trace, verdict.rule):
                narrate(f"{verdict.rule.name}: {doubt}")
            found = check(trace, verdict.rule, Part(first, last, progress=self._progress))
            try:
                self._print(trace, verdict, found, listing)
            finally:
                self._progress.end()
            verdict.skipped = ""
            if not verdict.count:
                verdict.fault = unjudged(trace, verdict.rule) or ""
            verdict.seconds = time.monotonic() - began

    def judge_first(self, trace: Trace, first: int) -> bool:
        """Look from an event on for what breaks a rule first, print it, and tell whether it did."""
        part = Part(first, growing=True)
        found = [
            (violation.first, at, violation)
            for at, verdict in enumerate(self.all)
            if verdict.rule.kind != "eventually"
            for violation in islice(check(trace, verdict.rule, part), 1)
        ]
        if not found:
            return False
        _, at, violation = min(found)
        self._print(trace, self.all[at], iter([violation]), Listing())
        self.all[at].skipped = ""
        return True

    def _print(
        self, trace: Trace, verdict: Verdict, found: Iterator[Violation], listing: Listing
    ) -> None:
        if listing.reverse:
            found = reversed(list(found))
        limit = listing.limit or (None if self._as_json else SHOWN)
        shown = self._counted(verdict, islice(found, limit))
        if self._as_json:
            for violation in shown:
                say_json(records.violation_record(violation))
        else:
            _table(trace, verdict.rule, shown)
        more = sum(1 for _ in found)
        verdict.count += more
        if more and self._as_json:
            narrate(f"{verdict.rule.name}: {more:,} more")
        elif more:
            say(f"  and {more:,} more")

    def _counted(self, verdict: Verdict, found: Iterable[Violation]) -> Iterator[Violation]:
        for violation in found:
            self._progress.end()
            verdict.add(violation)
            yield violation


def _table(trace: Trace, rule: Rule, found: Iterator[Violation]) -> None:
    """Nothing for a rule that is kept; else what it says, where it is broken, and a way there."""
    for first in found:
        say_lines([violations.rule_line(rule, width())])
        say(f"  {places.command(trace, first.position)}")
        say_lines(violations.violation_lines(trace, chain([first], found), width()))
