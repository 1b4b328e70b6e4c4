"""Stalls: a pause far longer than the usual step, or an agent whose state stops changing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from heapq import nlargest
from itertools import pairwise
from typing import Final

from ttdebug.analyze.drift.course import UNKNOWN, Course, Ground
from ttdebug.analyze.drift.finding import Evidence, Finding

_SECOND: Final = 1_000_000_000

LEAST_STEPS: Final = 20
"""Steps that tell what is usual."""

TIMES: Final = 20
"""How many times the median step a pause has to be."""

TIMES_LONG: Final = 8
"""How many times the step that is longer than nineteen of twenty."""

LEAST_PAUSE: Final = 2 * _SECOND

UNCHANGED: Final = 60
"""Events of an agent without a change of its state that may be a stall."""

MOST: Final = 3
"""Pauses told per timeline, the longest."""


def pauses(ground: Ground) -> Iterator[Finding]:
    """The longest pauses between events that stand out from all others of their timeline.

    At least two seconds, twenty times the median step, and eight times the one that is longer than
    nineteen of twenty. Where events of other timelines lie between, there was no pause.
    """
    for course in ground.courses:
        ground.work.look()
        steps = [
            (after - before, at)
            for at, (before, after) in enumerate(pairwise(course.times))
            if UNKNOWN < before < after and course.seqs[at + 1] == course.seqs[at] + 1
        ]
        if len(steps) < LEAST_STEPS:
            continue
        lengths = sorted(length for length, _ in steps)
        usual = lengths[len(lengths) // 2]
        long = lengths[len(lengths) * 19 // 20]
        limit = max(TIMES * usual, TIMES_LONG * long, LEAST_PAUSE)
        for length, at in nlargest(MOST, steps):
            if length >= limit:
                yield _pause(ground, course, at, length, usual)


def _pause(ground: Ground, course: Course, at: int, step: int, usual: int) -> Finding:
    before, after = (ground.trace.event(course.seqs[row]) for row in (at, at + 1))
    return Finding(
        kind="stall",
        rule=f"nothing happened for {_long(step)}; the median step takes {_long(usual)}",
        run=course.timeline.run,
        timeline=course.timeline.id,
        agent=after.agent,
        first=before.seq,
        last=after.seq,
        weight=min(0.2 + math.log10(step / usual) / 20, 0.5),
        evidence=tuple(
            Evidence(event.seq, event.name or event.type, event.elapsed)
            for event in (before, after)
        ),
    )


class _Agent:
    """How many events an agent had since its state last changed, now and before."""

    __slots__ = ("before", "longest", "row", "since", "since_row")

    def __init__(self, row: int) -> None:
        self.before: Counter[int] = Counter()
        self.longest = (0, 0, 0)
        self.since = 0
        self.since_row = self.row = row

    def acted(self, row: int, *, changed: bool) -> None:
        """Count one event."""
        self.row = row
        if changed:
            self.rest()
            self.before[self.since] += 1
            self.since, self.since_row = 0, row
        else:
            self.since += 1

    def rest(self) -> None:
        """Remember the longest stretch."""
        self.longest = max(self.longest, (self.since, self.since_row, self.row))


def standstills(ground: Ground) -> Iterator[Finding]:
    """The longest stretch in which an agent acts on but its state, which used to change, does not.

    At least sixty of its events, and twenty times as many as usually lie between two changes,
    of which there have to be twenty before.
    """
    for course in ground.courses:
        ground.work.look()
        agents: dict[int, _Agent] = {}
        for row, (agent, changed) in enumerate(zip(course.agents, course.changed, strict=True)):
            known = agents.get(agent)
            if known is not None:
                known.acted(row, changed=bool(changed))
            elif changed:
                agents[agent] = _Agent(row)
        for number, acting in agents.items():
            acting.rest()
            count, first, last = acting.longest
            usual = _median(acting.before)
            if count >= max(UNCHANGED, TIMES * usual) and acting.before.total() >= LEAST_STEPS:
                yield _standstill(ground, course, number, count, usual, first, last)


def _median(counts: Counter[int]) -> int:
    left = counts.total() // 2
    for value in sorted(counts):
        left -= counts[value]
        if left < 0:
            return value
    return 0


def _standstill(
    ground: Ground, course: Course, number: int, count: int, usual: int, first: int, last: int
) -> Finding:
    seqs = course.seqs[first], course.seqs[last]
    events = [ground.trace.event(seq) for seq in seqs]
    often = f"one in {usual + 1:,}" if usual else "nearly every one"
    return Finding(
        kind="stall",
        rule=f"{count:,} of its events left its state unchanged; usually {often} changes it",
        run=course.timeline.run,
        timeline=course.timeline.id,
        agent=ground.name(number),
        first=seqs[0],
        last=seqs[1],
        weight=0.35,
        evidence=(
            Evidence(seqs[0], "the last change", events[0].name or events[0].type),
            Evidence(seqs[1], "the last event without one", events[1].name or events[1].type),
        ),
    )


def _long(nanoseconds: float) -> str:
    seconds = nanoseconds / _SECOND
    if seconds < 60:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"
