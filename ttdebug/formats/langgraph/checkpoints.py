"""One checkpoint, decoded: the state it holds and what it says about its own making."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from ttdebug.foreign.times import parse_time
from ttdebug.formats.langgraph import channels
from ttdebug.formats.langgraph.decode import Decoder
from ttdebug.formats.langgraph.rows import Content, Key
from ttdebug.model import JSON, Object

_UUID_EPOCH_100NS = 0x01B21DD213814000
_KNOWN_METADATA = {"source", "step", "parents", "writes", "counters_since_delta_snapshot"}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`state` is None if it could not be decoded; `time` in nanoseconds.

    `version` is that of the format, 1 in 2024, 4 in 2026.
    `missing` are the channels that hold a value which this checkpoint does not repeat.
    `seen` is per node which channel versions it has read; it changes for nodes that ran.
    """

    key: Key
    state: Object | None
    time: int | None
    source: str | None = None
    step: int | None = None
    next: tuple[str, ...] = ()
    sends: tuple[JSON, ...] = ()
    seen: Object = field(default_factory=dict)
    writes: Object = field(default_factory=dict)
    parents: Object = field(default_factory=dict)
    metadata: Object = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    version: int = 1
    problem: str | None = None


def read(key: Key, content: Content, decoder: Decoder) -> Checkpoint:
    """Decode one row; what is damaged is left out and named in `problem`."""
    problems: list[str] = []
    body = _table(decoder, content.checkpoint.kind, content.checkpoint.blob, problems)
    if content.checkpoint.too_large:
        problems.append(f"its {content.checkpoint.size:,} bytes are more than are read")
    if "refused" in body:
        problems.append(f"its values are not shown: {body['refused']}")
    metadata = _table(decoder, content.metadata.kind, content.metadata.blob, problems)
    values = body.get("channel_values")
    seen = _object(body.get("versions_seen"))
    source = metadata.get("source")
    return Checkpoint(
        key=key,
        state=_state(values, source, seen) if isinstance(values, dict) else None,
        time=_time(body.get("ts"), key.id),
        source=source if isinstance(source, str) else None,
        step=_integer(metadata.get("step")),
        seen=seen,
        writes=_object(metadata.get("writes")),
        parents=_object(metadata.get("parents")),
        metadata={name: metadata[name] for name in metadata if name not in _KNOWN_METADATA},
        problem="; ".join(problems) or None,
        next=_next(_object(values)),
        sends=_sends(body, _object(values)),
        missing=_missing(metadata, body, _object(values)),
        version=_integer(body.get("v")) or 1,
    )


def _table(
    decoder: Decoder, kind: str | None, blob: bytes | str | None, problems: list[str]
) -> Object:
    try:
        return _object(decoder.decode(kind, blob))
    except ValueError as error:
        problems.append(str(error))
        return {}


def _state(values: Object, source: JSON, seen: Object) -> Object:
    """The channels that are state; a checkpoint made by input also shows the input itself."""
    return {
        name: value
        for name, value in values.items()
        if not channels.control(name, value, seen) or (name == channels.INPUT and source == "input")
    }


def _next(values: Object) -> tuple[str, ...]:
    """The nodes that branch channels say are to run next."""
    found = (channels.target(name) for name in values)
    return tuple(dict.fromkeys(node for node in found if node and node != channels.INPUT))


def _sends(body: Object, values: Object) -> tuple[JSON, ...]:
    pending = values.get(channels.TASKS) or body.get("pending_sends")
    return tuple(pending) if isinstance(pending, list) else ()


def _missing(metadata: Object, body: Object, values: Object) -> tuple[str, ...]:
    counted = _object(metadata.get("counters_since_delta_snapshot"))
    versions = _object(body.get("channel_versions"))
    return tuple(name for name in counted if name not in values and name in versions)


def _time(stamp: JSON, checkpoint_id: str) -> int | None:
    """The recorded time, else the one inside the id (a UUID of version 6)."""
    time, _ = parse_time(stamp)
    if time is not None:
        return time
    try:
        found = UUID(checkpoint_id)
    except ValueError:
        return parse_time(checkpoint_id)[0]
    if found.version != 6:
        return None
    ticks = (found.int >> 80) << 12 | (found.int >> 64) & 0xFFF
    return (ticks - _UUID_EPOCH_100NS) * 100


def _object(value: JSON) -> Object:
    return value if isinstance(value, dict) else {}


def _integer(value: JSON) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
