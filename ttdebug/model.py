"""The nouns every room shares. All are frozen; none knows how it is stored or shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, Literal, TypeAlias

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"
Object: TypeAlias = dict[str, JSON]


class Missing(Enum):
    """The value of a path that does not exist; not the same as null."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing.MISSING
Value: TypeAlias = "JSON | Missing"

Status: TypeAlias = Literal["ok", "error", "open", "cancelled"]
EdgeKind: TypeAlias = Literal["recorded", "inferred"]

MAIN: Final = "main"
MARK: Final = "$ttd"
"""The key of an object that stands for a value JSON lacks; its value says of what kind."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Edge:
    """A causal link to another event; `rule` says in a few words how it was found."""

    seq: int
    kind: EdgeKind
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many paths one event's delta added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


NO_CHANGES: Final = Counts()


@dataclass(frozen=True, slots=True)
class Event:
    """One append-only fact.

    `time` is nanoseconds since the epoch (UTC) and `duration` is nanoseconds; None is unknown.
    `duration` and `status` of a span are the same on its opening and its closing event.
    `opening` is set on closing events, `closing` on opening ones whose end was recorded.
    """

    seq: int
    run: str
    timeline: str
    timeline_id: int
    agent: str | None
    type: str
    name: str | None = None
    time: int | None = None
    elapsed: float | None = None
    parent: int | None = None
    opening: int | None = None
    closing: int | None = None
    opens: bool = False
    status: Status | None = None
    duration: int | None = None
    changes: Counts = NO_CHANGES
    has_state: bool = False
    data: Object = field(default_factory=dict)
    source: Object = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A line of history; a fork shares its parent's events up to and including `fork_seq`."""

    id: int
    run: str
    name: str
    parent: int | None = None
    fork_seq: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One recorded execution. `start` and `end` are nanoseconds since the epoch, or None."""

    id: str
    name: str
    timelines: tuple[Timeline, ...]
    agents: tuple[str, ...]
    start: int | None = None
    end: int | None = None
    fidelity: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Just after event `seq` on a timeline (its id); seq 0 is the start."""

    timeline: int
    seq: int


ChangeKind: TypeAlias = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two states; `path` is a JSON Pointer."""

    path: str
    kind: ChangeKind
    old: Value = MISSING
    new: Value = MISSING


def iso(time: int | None) -> str | None:
    """Nanoseconds since the epoch as ISO 8601 UTC with `Z`, to the microsecond."""
    if time is None:
        return None
    try:
        moment = EPOCH + timedelta(microseconds=time // 1000)
    except OverflowError:
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds(duration: int | None) -> float | None:
    """Nanoseconds as seconds."""
    return None if duration is None else duration / 1e9


def not_finite(value: float) -> Object:
    """The form in which data holds NaN and the infinities, which JSON lacks."""
    name = "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return {MARK: "float", "value": name}
