"""Which events may have written a path: several small index ranges, merged in order."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from ttdebug.paths import Ident, Index, Key, Path, list_index
from ttdebug.store import schema
from ttdebug.store.lookup import Lookup
from ttdebug.store.touch import UNKNOWN, Inline, Touch, from_column

_FIRST_CHUNK: Final = 1  # most ask for the nearest write only
_MOST_CHUNK: Final = 4096


class Source(NamedTuple):
    """One range of the touch index; `exact` rows are about the path itself as a whole."""

    node: int
    kind: int
    exact: bool


def sources(lookup: Lookup, path: Path) -> list[Source]:
    """The ranges that hold every write which may have changed the value at `path`."""
    node = schema.ROOT
    found: list[Source] = []
    for step in path:
        found.append(Source(node, schema.EXACT, False))
        if isinstance(step, Ident):
            if step.field is None or lookup.has_elements(node, except_by=step.field):
                return [*found, Source(node, schema.BELOW, False)]
            child = lookup.node(node, schema.ELEMENT, f"{step.field}={step.text}")
        elif isinstance(step, Index) or list_index(step.text) is not None:
            if lookup.has_elements(node):
                return [*found, Source(node, schema.BELOW, False)]
            child = lookup.node(node, schema.KEY, step.text) if isinstance(step, Key) else None
        else:
            child = lookup.node(node, schema.KEY, step.text)
        if child is None:
            return found
        node = child
    return [*found, Source(node, schema.EXACT, True), Source(node, schema.BELOW, False)]


def touches(
    lookup: Lookup, track: int, ranges: list[Source], first: int, last: int, *, reverse: bool
) -> Iterator[Touch]:
    """Touches on one track, in order, each event once."""
    streams = [
        stream
        for source in ranges
        if (stream := _stream(lookup, track, source, first, last, reverse)) is not None
    ]
    if len(streams) <= 1:
        yield from chain.from_iterable(streams)
        return
    at: int | None = None
    exact = False
    value: Inline = UNKNOWN
    for seq, is_exact, inline in heapq.merge(*streams, reverse=reverse, key=_seq):
        if seq == at:
            exact, value = exact or is_exact, UNKNOWN
            continue
        if at is not None:
            yield Touch(at, exact, value)
        at, exact, value = seq, is_exact, inline
    if at is not None:
        yield Touch(at, exact, value)


def _seq(item: Touch) -> int:
    return item.seq


def _stream(
    lookup: Lookup, track: int, source: Source, first: int, last: int, reverse: bool
) -> Iterator[Touch] | None:
    node, kind, exact = source
    rows = lookup.few_touches(track, node, kind)
    if rows is None:
        return _chunks(lookup, track, source, first, last, reverse)
    fitting = [
        Touch(seq, exact, from_column(value) if exact else UNKNOWN)
        for seq, value in rows
        if first <= seq <= last
    ]
    return iter(reversed(fitting) if reverse else fitting) if fitting else None


def _chunks(
    lookup: Lookup, track: int, source: Source, first: int, last: int, reverse: bool
) -> Iterator[Touch]:
    node, kind, exact = source
    limit = _FIRST_CHUNK
    while first <= last:
        rows = lookup.touches(track, node, kind, first, last, reverse=reverse, limit=limit)
        if exact:
            for seq, value in rows:
                yield Touch(seq, True, from_column(value))
        else:
            for seq, _ in rows:
                yield Touch(seq, False, UNKNOWN)
        if len(rows) < limit:
            return
        if reverse:
            last = rows[-1][0] - 1
        else:
            first = rows[-1][0] + 1
        limit = min(limit * 64, _MOST_CHUNK)
