"""A span as OpenTelemetry has it, out of whatever encoding."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ttdebug.model import Object, Status


class OtelEvent(NamedTuple):
    """A named moment inside a span; `time` is ns since the epoch."""

    time: int | None
    name: str
    attributes: Object


@dataclass(slots=True)
class OtelSpan:
    """Ids are lower-case hex where they can be; times are ns since the epoch.

    `other` holds fields of the record that have no place here. A span that `is_over` has ended,
    even if nobody knows when.
    """

    trace: str | None
    id: str | None
    parent: str | None
    name: str
    start: int | None = None
    end: int | None = None
    is_over: bool = True
    kind: str | None = None
    status: Status | None = None
    message: str | None = None
    attributes: Object = field(default_factory=dict)
    events: list[OtelEvent] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    resource: Object = field(default_factory=dict)
    source: Object = field(default_factory=dict)
    other: Object = field(default_factory=dict)
