"""What takes the room in a trace file: by agent, by path, and before and after compression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import zstandard

from ttdebug.model import JSON
from ttdebug.paths import escape, split_pointer
from ttdebug.store import codec
from ttdebug.store.reading import Query
from ttdebug.store.stream import Written

_TEXTS: Final = (
    "SELECT coalesce(sum(length(CAST(ops AS BLOB))), 0) FROM deltas WHERE typeof(ops) = 'text'",
    "SELECT coalesce(sum(length(CAST(state AS BLOB))), 0) FROM keyframes"
    " WHERE typeof(state) = 'text'",
    "SELECT coalesce(sum(length(CAST(data AS BLOB))), 0) FROM blobs WHERE typeof(data) = 'text'",
    "SELECT coalesce(sum(length(CAST(data AS BLOB))), 0) FROM events WHERE typeof(data) = 'text'",
    "SELECT coalesce(sum(length(CAST(source AS BLOB))), 0) FROM events"
    " WHERE typeof(source) = 'text'",
)
_FRAMES: Final = (
    "SELECT length(ops), substr(ops, 1, 18) FROM deltas WHERE typeof(ops) = 'blob'",
    "SELECT length(state), substr(state, 1, 18) FROM keyframes WHERE typeof(state) = 'blob'",
    "SELECT length(data), substr(data, 1, 18) FROM blobs WHERE typeof(data) = 'blob'",
    "SELECT length(data), substr(data, 1, 18) FROM events WHERE typeof(data) = 'blob'",
    "SELECT length(source), substr(source, 1, 18) FROM events WHERE typeof(source) = 'blob'",
)
"""A zstd frame tells its content's size in its first 18 bytes."""
_BY_AGENT: Final = (
    "SELECT agent, sum(length(CAST(ops AS BLOB))) FROM deltas"
    " JOIN tracks ON tracks.id = deltas.track WHERE ops IS NOT NULL GROUP BY agent",
    "SELECT agent, sum(length(CAST(state AS BLOB))) FROM keyframes"
    " JOIN tracks ON tracks.id = keyframes.track GROUP BY agent",
)

_BY_TIMELINE: Final = (
    "SELECT timeline, sum(64 + coalesce(length(CAST(data AS BLOB)), 0)"
    " + coalesce(length(CAST(source AS BLOB)), 0)) FROM events GROUP BY timeline",
    "SELECT timeline, sum(length(CAST(ops AS BLOB))) FROM deltas"
    " JOIN tracks ON tracks.id = deltas.track WHERE ops IS NOT NULL GROUP BY timeline",
    "SELECT timeline, sum(length(CAST(state AS BLOB))) FROM keyframes"
    " JOIN tracks ON tracks.id = keyframes.track GROUP BY timeline",
)
"""64 bytes stand for what else an event takes."""


class Sizes(NamedTuple):
    """Bytes: `agents` as stored for each one's state, `paths` as JSON written at (agent, pointer).

    A path is a top-level key of the state, or the root. `plain` and `stored` are all values of the
    file, those of events too, before and after compression.
    """

    agents: Mapping[str, int]
    paths: Mapping[tuple[str, str], int]
    plain: int
    stored: int


def sizes(query: Query, words: Mapping[int, str], written: Iterable[Written]) -> Sizes:
    """Measure a file; reads every change once."""
    agents: Counter[str] = Counter()
    for sql in _BY_AGENT:
        for agent, size in query(sql, ()):
            agents[words[agent]] += size
    texts = sum(query(sql, ())[0][0] for sql in _TEXTS)
    frames = [row for sql in _FRAMES for row in query(sql, ())]
    plain = sum(max(zstandard.frame_content_size(head), 0) for _, head in frames)
    stored = sum(length for length, _ in frames)
    return Sizes(dict(agents), dict(_paths(written)), texts + plain, texts + stored)


def by_timeline(query: Query) -> Counter[int]:
    """About how many bytes each timeline takes, by its id; what timelines share is left out."""
    found: Counter[int] = Counter()
    for sql in _BY_TIMELINE:
        for timeline, size in query(sql, ()):
            found[timeline] += size
    return found


def _paths(written: Iterable[Written]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for change in written:
        for op in change.ops:
            path = str(op["path"])
            value = op.get("value")
            if not path and isinstance(value, dict):
                for key, item in value.items():
                    found[change.agent, f"/{escape(key)}"] += _size(item)
            else:
                top = f"/{escape(split_pointer(path)[0])}" if path else ""
                found[change.agent, top] += len(path.encode("utf-8", "replace")) + _size(value)
    return found


def _size(value: JSON) -> int:
    return len(codec.encode(value))
