"""Which events may have written a path: several small index ranges, merged in order."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from ttdebug.paths import Ident, Index, Key, Path, list_index
from ttdebug.store import schema
from ttdebug.store.lookup import Lookup
from ttdebug.store.touch import UNKNOWN, Touch, from_column

_FIRST_CHUNK: Final = 16
_CHUNK: Final = 2048


class Source(NamedTuple):
    """One range of the touch index; `own` rows are about the path itself."""

    path: int
    kind: int
    own: bool


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
    return [*found, Source(node, schema.EXACT, True), Source(node, schema.BELOW, True)]


def touches(
    lookup: Lookup, track: int, ranges: list[Source], first: int, last: int, *, reverse: bool
) -> Iterator[Touch]:
    """Touches on one track, in order, each event once."""
    streams = [_stream(lookup, track, source, first, last, reverse) for source in ranges]
    seq = exact = value = None
    for item in (
        streams[0] if len(streams) == 1 else heapq.merge(*streams, reverse=reverse, key=_seq)
    ):
        if item[0] != seq:
            if seq is not None:
                yield Touch(seq, bool(exact), value)
            seq, exact, value = item
        else:
            exact, value = exact or item[1], UNKNOWN
    if seq is not None:
        yield Touch(seq, bool(exact), value)


def _seq(item: Touch) -> int:
    return item.seq


def _stream(
    lookup: Lookup, track: int, source: Source, first: int, last: int, reverse: bool
) -> Iterator[Touch]:
    exact = source.own and source.kind == schema.EXACT
    limit = _FIRST_CHUNK
    while first <= last:
        rows = lookup.touches(
            track, source.path, source.kind, first, last, reverse=reverse, limit=limit
        )
        for seq, value in rows:
            yield Touch(seq, exact, from_column(value) if exact else UNKNOWN)
        if len(rows) < limit:
            return
        if reverse:
            last = rows[-1][0] - 1
        else:
            first = rows[-1][0] + 1
        limit = _CHUNK
