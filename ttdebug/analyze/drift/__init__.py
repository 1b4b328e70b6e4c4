"""Drift: where a run went astray without anybody asking, by rules that say what they saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from ttdebug.analyze.drift.course import Ground, survey
from ttdebug.analyze.drift.emptied import emptied
from ttdebug.analyze.drift.fallen import fallen
from ttdebug.analyze.drift.finding import Evidence, Finding, Kind
from ttdebug.analyze.drift.growth import growth
from ttdebug.analyze.drift.lone import lone
from ttdebug.analyze.drift.loops import loops
from ttdebug.analyze.drift.negative import negative
from ttdebug.analyze.drift.retyped import retyped
from ttdebug.analyze.drift.stalls import pauses, standstills
from ttdebug.analyze.drift.storms import storms
from ttdebug.analyze.drift.vanished import vanished
from ttdebug.errors import TraceError
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace

__all__ = ["RULES", "Evidence", "Finding", "Kind", "find"]

Rule: TypeAlias = Callable[[Ground], Iterable[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    fallen,
    vanished,
    emptied,
    lone,
    retyped,
    negative,
    loops,
    storms,
    pauses,
    standstills,
    growth,
)


def find(
    trace: Trace,
    *,
    run: str | None = None,
    work: Work | None = None,
    lost: Callable[[TraceError], None] | None = None,
) -> list[Finding]:
    """What all rules find in a run, or in all, the weightiest first.

    Every event counts once, on the timeline that recorded it. Raises Cancelled when stopped, and
    TraceError for damage, unless `lost` takes it: then the other rules are applied.
    """
    lines = [line for line in trace.timelines.values() if run in (None, line.run)]
    ground = survey(trace, lines, work or Work(total=trace.last_seq))
    found: list[Finding] = []
    for rule in RULES:
        try:
            found += rule(ground)
        except TraceError as damage:
            if lost is None:
                raise
            lost(damage)
    return sorted(found, key=lambda one: (-one.weight, one.timeline, one.first))
