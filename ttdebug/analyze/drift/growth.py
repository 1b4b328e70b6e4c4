"""Growth: what a model is given, what it costs, or a state that grows and grows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from ttdebug.analyze.drift.course import Course, Ground, agents_of
from ttdebug.analyze.drift.finding import Evidence, Finding

LEAST: Final = 12
"""Measurements."""

TIMES: Final = 4
"""How many times as much the last quarter holds as the first, if it grows faster and faster."""

TIMES_STEADY: Final = 10
"""The same if it grows steadily."""

RISING: Final = 0.8
"""Share of the steps that do not go down."""

FASTER: Final = 1.5
"""How many times as much the second half grows as the first, to be called faster."""


class _Measure(NamedTuple):
    what: str
    unit: str
    least: float  # in the last quarter, below which growth does not matter


_CONTEXT: Final = _Measure("the context of its model calls", "tokens", 8_000)
_COST: Final = _Measure("the cost of its model calls", "USD", 0.01)
_STATE: Final = _Measure("its state", "bytes", 50_000)


def growth(ground: Ground) -> Iterator[Finding]:
    """Input tokens or cost per model call, or bytes of state, that rise over the whole timeline.

    From the first to the last quarter fourfold and faster and faster, or tenfold; at least 8,000
    tokens, 0.01 USD or 50,000 bytes in the end.
    """
    for course in ground.courses:
        for agent, spent in course.spent.items():
            ground.work.look()
            tokens = [(one.seq, one.tokens) for one in spent if one.tokens]
            costs = [(one.seq, one.cost) for one in spent if one.cost]
            yield from _grown(ground, course, ground.name(agent), _CONTEXT, tokens)
            yield from _grown(ground, course, ground.name(agent), _COST, costs)
        for number in agents_of(course):
            name = ground.name(number)
            if name is not None:
                sizes = ground.trace.state_sizes(course.timeline.id, name)
                yield from _grown(ground, course, name, _STATE, sizes)


def _grown(
    ground: Ground,
    course: Course,
    agent: str | None,
    measure: _Measure,
    series: Sequence[tuple[int, float]],
) -> Iterator[Finding]:
    """A finding if a series grows."""
    if len(series) < LEAST:
        return
    values = [value for _, value in series]
    quarters = [
        median(values[at * len(values) // 4 : (at + 1) * len(values) // 4]) for at in range(4)
    ]
    first, second, third, last = quarters
    rises = sum(after >= before for before, after in pairwise(values))
    faster = last - third >= FASTER * (second - first) > 0
    times = last / first if first else 0.0
    if (
        last < measure.least
        or not first < second < third < last
        or rises < RISING * (len(values) - 1)
        or times < (TIMES if faster else TIMES_STEADY)
    ):
        return
    how = "faster and faster" if faster else "steadily"
    yield Finding(
        kind="growth",
        rule=f"{measure.what} grew {how}, {times:.1f} times from the first quarter to the last",
        run=course.timeline.run,
        timeline=course.timeline.id,
        agent=agent,
        first=series[0][0],
        last=series[-1][0],
        weight=0.4 if faster else 0.25,
        evidence=tuple(
            Evidence(series[at][0], measure.unit, series[at][1])
            for at in (0, len(series) // 2, len(series) - 1)
        ),
    )
