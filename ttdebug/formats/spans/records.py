"""What a reader says of one span, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ttdebug.model import MISSING, Object, Status, Value


@dataclass(slots=True)
class EventSpec:
    """One event to be, of strict JSON (NaN in the form `model.not_finite` gives).

    `gives` and `takes` are keys by which events far apart are joined, such as the id of a tool
    call: an event that takes a key was caused by the latest one before it that gave it, for the
    reason `rule`; a key that begins with `once:` is taken only once. `state` is the state of its
    agent as recorded here; what it means is up to the fold.
    """

    type: str
    name: str | None = None
    data: Object = field(default_factory=dict)
    status: Status | None = None
    agent: str | None = None
    gives: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    rule: str | None = None
    state: Value = MISSING


class Instant(NamedTuple):
    """Something that happened inside a span at a moment, in ns since the epoch."""

    time: int | None
    event: EventSpec


@dataclass(slots=True)
class SpanRecord:
    """A span, or with `is_point` a single event that may stand inside one.

    `id` is unique within `trace`, and `parent` is looked for there. `trace` None stands for
    whatever run the file has first. Traces with the same `session` become one run. `closes` None
    is a span whose end was not recorded; one whose end is known but not its time has `closes` and
    no `end`. Times are ns since the epoch. `links` are (trace, id) of spans that led to this one.
    An agent named by a span goes for what is inside it, within the same `process`; where none
    is named, the process itself is the agent.
    """

    trace: str | None
    id: str | None
    opens: EventSpec
    closes: EventSpec | None = None
    start: int | None = None
    end: int | None = None
    parent: str | None = None
    inside: list[Instant] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    session: str | None = None
    process: str | None = None
    source: Object = field(default_factory=dict)
    is_point: bool = False


class Fold(Protocol):
    """The states of one run's agents, as its events are written in order."""

    def __call__(self, agent: str, event: EventSpec) -> Value:
        """The agent's state after `event`; MISSING if it says nothing about it."""
        ...


class AsRecorded(Fold):
    """The fold of formats whose events carry whole states, or none."""

    def __call__(self, agent: str, event: EventSpec) -> Value:
        """What the event carries."""
        return event.state
