"""What is said of one span, whatever format or running agent it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol, TypeAlias

from ttdebug.delta import Delta
from ttdebug.model import MISSING, EdgeKind, Object, Status, Value


class Take(NamedTuple):
    """Names the cause of an event by a key, such as the id of a tool call.

    The cause is the latest event before it that gave the key, or `each` that gave it since it was
    last taken. One that is taken `once` is no cause of later events. `rule` says why.
    """

    key: str
    rule: str
    kind: EdgeKind = "recorded"
    once: bool = False
    each: bool = False


@dataclass(slots=True)
class EventSpec:
    """One event to be, of strict JSON (NaN in the form `model.not_finite` gives).

    `takes` names events far away that caused it, by keys that those have among their `gives`.
    `state` is the state of its agent as recorded here; what it means is up to the fold.
    """

    type: str
    name: str | None = None
    data: Object = field(default_factory=dict)
    status: Status | None = None
    agent: str | None = None
    gives: tuple[str, ...] = ()
    takes: tuple[Take, ...] = ()
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
    is named, that is `stand_in`, else the process itself.
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
    stand_in: str | None = None
    source: Object = field(default_factory=dict)
    is_point: bool = False


Written: TypeAlias = tuple[Value, Delta | None]
"""What an event does to its agent's state: the whole of it after the event, or what changed."""

NOTHING: Final[Written] = (MISSING, None)


class Fold(Protocol):
    """The states of one run's agents, as its events are written in order."""

    def fidelity(self) -> list[str]:
        """What to say of the states, once all events are written."""
        return []

    def __call__(self, agent: str, event: EventSpec) -> Written:
        """What `event` does to the state of `agent`, if anything."""
        ...


class AsRecorded(Fold):
    """The fold of formats whose events carry whole states, or none."""

    def __call__(self, agent: str, event: EventSpec) -> Written:
        """What the event carries."""
        return event.state, None
