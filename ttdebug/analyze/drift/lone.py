"""The only record of many whose field fell to null."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Evidence, Finding
from ttdebug.model import JSON, MISSING, Value
from ttdebug.paths import Key, dotted, resolve
from ttdebug.replay.writes import writes
from ttdebug.store.questions.outlines import Spot
from ttdebug.store.trace import Trace

OTHERS: Final = 3
"""Records beside it that hold the field to the end."""

STAYS: Final = 0.05
"""Share of the timeline that has to follow."""


def lone(ground: Ground) -> Iterator[Finding]:
    """A field of one record that fell to null for good, while all others of its kind hold theirs.

    At least three others do, and of none did it ever become null.
    """
    wanted = {course.timeline.id for course in ground.courses}
    for spot in ground.trace.lone_nulls():
        ground.work.look()
        field = spot.path[-1]
        if spot.timeline in wanted and len(spot.path) > 2 and isinstance(field, Key):
            yield from _fallen(ground.trace, spot, field.text)


def _fallen(trace: Trace, spot: Spot, field: str) -> Iterator[Finding]:
    lineage = trace.lineage(spot.timeline)
    size, here = len(lineage), lineage.index_of(spot.seq)
    last = lineage.seq_at(size - 1)
    state = trace.state(last, spot.agent, spot.timeline)
    values = _field(resolve(state, spot.path[:-2]), field)
    if sum(value is not None for value in values) < OTHERS or values.count(None) != 1:
        return
    back = writes(trace, spot.timeline, spot.agent, spot.path, last=spot.seq, reverse=True)
    history = list(islice(back, 2))
    held = len(history) == 2 and history[1].new not in (None, MISSING)
    if not held or resolve(state, spot.path) is not None or size - 1 - here < STAYS * size:
        return
    name = dotted(spot.path)
    yield Finding(
        kind="fallen",
        rule=f"{name} became null, and stayed so to the end; {len(values) - 1:,} others in"
        f" {dotted(spot.path[:-2])} hold theirs",
        run=trace.timelines[spot.timeline].run,
        timeline=spot.timeline,
        agent=spot.agent,
        first=spot.seq,
        last=last,
        weight=0.6,
        evidence=tuple(Evidence(write.seq, name, write.new) for write in reversed(history)),
        path=name,
    )


def _field(records: Value, key: str) -> list[JSON]:
    """What the records of a list or an object hold in one field."""
    if isinstance(records, dict):
        records = list(records.values())
    found = records if isinstance(records, list) else []
    return [record[key] for record in found if isinstance(record, dict) and key in record]
