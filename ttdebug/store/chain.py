"""The hash chain of a run: each link covers one event, what it changed, and the link before it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, TypeAlias

import orjson

GENESIS: Final = bytes(16)  # the link before a run's first event

Head: TypeAlias = bytes
Cause: TypeAlias = tuple[int, int, str | None]  # seq, kind, rule


def head(run: str, timeline: int, name: str, parent: int | None, fork_seq: int) -> Head:
    """What every link says about the timeline that its event is on."""
    return orjson.dumps((run, timeline, name, parent, fork_seq))


def link(
    before: bytes,
    line: Head,
    fields: Sequence[int | str | None],
    causes: Sequence[Cause],
    data: bytes,
    source: bytes,
    change: bytes,
) -> bytes:
    """The digest of one event; its last three parts are as before compression."""
    body = orjson.dumps((fields, causes, (len(data), len(source), len(change))))
    return blake2b(b"".join((before, line, body, data, source, change)), digest_size=16).digest()
