"""Which events may have written a path: several small index ranges, merged in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from ttdebug.paths import Ident, Index, Key, Path, list_index
from ttdebug.store import schema
from ttdebug.store.lookup import Lookup
from ttdebug.store.touch import UNKNOWN, Touch, from_column

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
    return _merged(streams, max if reverse else min)


def _merged(
    streams: list[Iterator[Touch]], nearest: Callable[[Iterable[int]], int]
) -> Iterator[Touch]:
    """All touches in order; a stream is asked for its next one only when that may be needed."""
    heads = [(head, stream) for stream in streams if (head := next(stream, None)) is not None]
    while len(heads) > 1:
        seq = nearest(head.seq for head, _ in heads)
        now = [head for head, _ in heads if head.seq == seq]
        exact = any(head.exact for head in now)
        yield now[0] if len(now) == 1 else Touch(seq, exact, UNKNOWN)
        heads = [
            (following, stream)
            for head, stream in heads
            if (following := next(stream, None) if head.seq == seq else head) is not None
        ]
    for head, stream in heads:
        yield head
        yield from stream


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
