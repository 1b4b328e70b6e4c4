"""How events spread over a timeline, for the minimap."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from ttdebug.store import schema
from ttdebug.store.catalog import Catalog
from ttdebug.store.index import Kind
from ttdebug.store.lineage import Lineage
from ttdebug.store.lookup import Lookup

_ERROR: Final = schema.STATUSES.index("error")
_WIDTH: Final = 1 << schema.BUCKET
_FEW: Final = 4 * _WIDTH  # events per cell from which whole buckets are used


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of a timeline: events by type, and how many of them failed."""

    first_seq: int
    last_seq: int
    counts: dict[str, int] = field(default_factory=dict)
    errors: int = 0

    @property
    def total(self) -> int:
        """All events of the cell."""
        return sum(self.counts.values())


def density(lookup: Lookup, catalog: Catalog, timeline: int, cells: int) -> list[Cell]:
    """A timeline in at most `cells` stretches of about the same number of events."""
    lineage = catalog.lineage(timeline)
    if not lineage or cells < 1:
        return []
    edges = _edges(lineage, cells, lookup.full_buckets * _WIDTH)
    limits = {reach.timeline: reach.last for reach in lineage.reaches}
    found = []
    for start, stop in pairwise(edges):
        first, last = lineage.seq_at(start), lineage.seq_at(stop - 1)
        counts = _counts(lookup, limits, first, last)
        found.append(_cell(catalog, first, last, counts))
    return found


def _edges(lineage: Lineage, cells: int, full: int) -> list[int]:
    """Row numbers at which cells begin; at the start of a bucket where cells are large."""
    size = len(lineage)
    edges = {size * at // cells for at in range(cells + 1)}
    if size // cells >= _FEW:
        edges = {row if row in (0, size) else _aligned(lineage, row, full) for row in edges}
    return sorted(edges)


def _aligned(lineage: Lineage, row: int, full: int) -> int:
    seq = lineage.seq_at(row)
    return lineage.index_of(seq - seq % _WIDTH - 1) + 1 if seq < full else row


def _counts(lookup: Lookup, limits: dict[int, int], first: int, last: int) -> dict[Kind, int]:
    """Events by kind from first to last, on some timelines up to their limits."""
    low, high = -(-first // _WIDTH), (last + 1) // _WIDTH
    high = min(high, lookup.full_buckets)
    whole = lookup.counts(low, high - 1) if low < high else {}
    found: dict[Kind, int] = {}
    for kind, number in lookup.kinds.items():
        limit = min(limits.get(kind.timeline, 0), last)
        if limit < first:
            continue
        if low >= high or limit < last or kind.flags & schema.LATE:
            count = lookup.count(number, first, limit)
        else:
            count = whole.get(number, 0)
            if first < low * _WIDTH:
                count += lookup.count(number, first, low * _WIDTH - 1)
            if high * _WIDTH <= last:
                count += lookup.count(number, high * _WIDTH, last)
        if count:
            found[kind] = count
    return found


def _cell(catalog: Catalog, first: int, last: int, counts: dict[Kind, int]) -> Cell:
    types: Counter[str] = Counter()
    errors = 0
    for kind, count in counts.items():
        type_ = catalog.word(kind.type)
        if kind.status == _ERROR or type_ == "error":
            errors += count
        if not kind.flags & schema.LATE:
            types[type_] += count
    return Cell(first, last, dict(types), errors)
