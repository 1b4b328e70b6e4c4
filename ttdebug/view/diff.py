"""The diff pane: what one event changed, or how two positions differ, as lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ttdebug.delta import Delta
from ttdebug.model import Change, Event, Value
from ttdebug.view.line import Rows


@dataclass(frozen=True, slots=True)
class Write:
    """One write of the selected path, for the list at the bottom."""

    seq: int
    type: str
    name: str | None
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Writes:
    """The newest writes of `path` (dotted), newest first, and how many older ones there are."""

    path: str
    shown: Sequence[Write]
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What one event did to the state of `owner`."""

    event: Event
    owner: str
    before: Value
    after: Value
    delta: Delta | None
    previous: int | None = None  # seq of the position before, on this timeline
    others: Sequence[str] = ()  # agents with state that this event did not change
    last_snapshot: int | None = None  # where the state was last written, if not here


@dataclass(frozen=True, slots=True)
class Pair:
    """How two positions differ (anchor and cursor, or compare)."""

    left: str  # "2,390" or "fix-budget 2,390"
    right: str
    owner: str
    before: Value
    after: Value
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Options:
    """What the reader chose: the watched pointers, the selected one, whether all is unfolded."""

    watched: Sequence[str] = ()
    selected: str | None = None
    unfolded: bool = False
    writes: Callable[[], Writes | None] = field(default=lambda: None)


def step_rows(step: Step, width: int, options: Options | None = None) -> Rows:
    """The pane for one event; only lines that are asked for are computed."""
    raise NotImplementedError


def pair_rows(pair: Pair, width: int, options: Options | None = None) -> Rows:
    """The pane for two positions, in the same form."""
    raise NotImplementedError


def no_state_rows(seq: int, last_snapshot: int | None, width: int) -> Rows:
    """The pane where no state was recorded, with the key that leads to one."""
    raise NotImplementedError


def brief(step: Step, width: int, height: int, options: Options | None = None) -> Rows:
    """One line per change, with its whole path: the first `height` changes, strongest first."""
    raise NotImplementedError
