"""Error storms: failures that come close together, closer than elsewhere in the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ttdebug.analyze.drift.course import Course, Failure, Ground
from ttdebug.analyze.drift.finding import Evidence, Finding

LEAST: Final = 5
"""Failures that make a storm."""

APART: Final = 6
"""Events from one failure to the next at most."""

TIMES: Final = 4
"""How many times as frequent as in the rest of the timeline."""

_SHOWN: Final = 5


def storms(ground: Ground) -> Iterator[Finding]:
    """At least five failures, none more than six events after the one before.

    Their share of the events has to be four times that of the rest of the timeline. A span that
    failed and the errors inside it are one failure.
    """
    for course in ground.courses:
        for cluster in _clusters(course.failures):
            found = len(cluster)
            length = cluster[-1].row - cluster[0].row + 1
            rest = len(course.seqs) - length
            usual = (len(course.failures) - found) / rest if rest else 0.0
            if found >= LEAST and found / length >= TIMES * usual:
                yield _finding(ground, course, cluster, length, usual)


def _clusters(failures: Sequence[Failure]) -> Iterator[list[Failure]]:
    cluster: list[Failure] = []
    for failure in failures:
        if cluster and failure.row - cluster[-1].row > APART:
            yield cluster
            cluster = []
        cluster.append(failure)
    if cluster:
        yield cluster


def _finding(
    ground: Ground, course: Course, cluster: list[Failure], length: int, usual: float
) -> Finding:
    agents = {failure.agent for failure in cluster}
    events = [ground.trace.event(failure.seq) for failure in cluster[:_SHOWN]]
    return Finding(
        kind="errors",
        rule=f"{len(cluster):,} failures within {length:,} events, against {usual:.1%} of the"
        " events elsewhere on the timeline",
        run=course.timeline.run,
        timeline=course.timeline.id,
        agent=ground.name(agents.pop()) if len(agents) == 1 else None,
        first=cluster[0].seq,
        last=cluster[-1].seq,
        weight=min(0.4 + len(cluster) / 50, 0.9),
        evidence=tuple(
            Evidence(event.seq, event.name or event.type, event.data.get("error"))
            for event in events
        ),
    )
