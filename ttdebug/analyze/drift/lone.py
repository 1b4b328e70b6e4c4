"""The only record of many whose field fell to null."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Finding
from ttdebug.analyze.drift.place import Place
from ttdebug.model import JSON, MISSING, Value
from ttdebug.paths import Key, dotted

OTHERS: Final = 3
"""Records beside it that hold the field to the end."""

STAYS: Final = 0.05
"""Share of the timeline that has to follow."""


def lone(ground: Ground) -> Iterator[Finding]:
    """A field of one record that fell to null for good, while all others of its kind hold theirs.

    At least three others do, and of none did it ever become null.
    """
    for spot in ground.own(ground.trace.lone_nulls()):
        field = spot.path[-1]
        if len(spot.path) > 2 and isinstance(field, Key):
            yield from _fallen(Place.of(ground.trace, spot), spot.seq, field.text)


def _fallen(place: Place, seq: int, field: str) -> Iterator[Finding]:
    family = place.path[:-2]
    values = _field(place.at_end(family), field)
    if sum(value is not None for value in values) < OTHERS or values.count(None) != 1:
        return
    history = list(islice(place.back(seq), 2))
    held = len(history) == 2 and history[1].new not in (None, MISSING)
    if not held or place.at_end(place.path) is not None or place.share(seq) < STAYS:
        return
    yield place.finding(
        "fallen",
        f"{place.name} became null, and stayed so to the end; {len(values) - 1:,} others in"
        f" {dotted(family)} hold theirs",
        history,
        weight=0.6,
    )


def _field(records: Value, key: str) -> list[JSON]:
    """What the records of a list or an object hold in one field."""
    if isinstance(records, dict):
        records = list(records.values())
    found = records if isinstance(records, list) else []
    return [record[key] for record in found if isinstance(record, dict) and key in record]
