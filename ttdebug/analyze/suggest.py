"""The paths that come nearest to one that does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final, NamedTuple

from ttdebug.model import JSON, Position, Value
from ttdebug.paths import Ident, Index, Key, Path, Step, dotted, identity, identity_text
from ttdebug.replay.positions import at_percent
from ttdebug.replay.writes import writes
from ttdebug.store.schema import STATUSES
from ttdebug.store.trace import Trace

_LOOKED_AT: Final = (100, 50, 10)  # percent of a timeline
_MOST_PATHS: Final = 5000
_MOST_ELEMENTS: Final = 50
_MOST_VALUES: Final = 3


class Suggestion(NamedTuple):
    """A path that does exist, in the form one types, and the event that first wrote it."""

    path: str
    seq: int
    agent: str


def suggest_paths(
    trace: Trace,
    path: Path,
    *,
    agent: str | None = None,
    position: Position | None = None,
    count: int = 3,
) -> list[Suggestion]:
    """Existing paths that `path` may have been meant as, nearest first.

    Looks at the state at `position` and at a few others of every timeline concerned.
    """
    known: dict[str, tuple[int, str, Path]] = {}
    for at, owner in _samples(trace, agent, position):
        for found in _paths(trace.state(at.seq, owner, at.timeline)):
            known.setdefault(dotted(found), (at.timeline, owner, found))
    suggestions = []
    for text in _nearest(dotted(path), list(known), count):
        timeline, owner, found = known[text]
        write = next(writes(trace, timeline, owner, found), None)
        if write is not None:
            suggestions.append(Suggestion(text, write.seq, owner))
    return suggestions


def suggest_values(trace: Trace, field: str, text: str) -> list[str] | None:
    """Existing values of an event field that `text` may have been meant as, nearest first.

    `field` is type, name, agent or status. None if there are events with that very value.
    """
    known = dict.fromkeys(_values(trace, field))
    if text in known:
        return None
    by_case = {value.casefold(): value for value in known}
    near = get_close_matches(text.casefold(), by_case, n=_MOST_VALUES, cutoff=0.6)
    return [by_case[value] for value in near]


def _values(trace: Trace, field: str) -> Iterable[str]:
    if field == "type":
        return trace.count_types()
    if field == "name":
        return trace.names()
    if field == "agent":
        return (agent for run in trace.runs for agent in run.agents)
    return STATUSES


def _samples(
    trace: Trace, agent: str | None, position: Position | None
) -> Iterator[tuple[Position, str]]:
    lines = list(trace.timelines) if position is None else [position.timeline]
    for line in lines:
        places = [] if position is None else [position]
        places += [at_percent(trace, line, percent) for percent in _LOOKED_AT]
        for owner in trace.agents_with_state(line):
            if agent in (None, owner):
                yield from ((place, owner) for place in places)


def _paths(state: Value) -> Iterator[Path]:
    """The paths of a state, those near its root first, up to a bound."""
    level: list[tuple[Path, Value]] = [((), state)]
    given = 0
    while level and given < _MOST_PATHS:
        below: list[tuple[Path, Value]] = []
        for path, value in level:
            for step, child in _children(value):
                yield (*path, step)
                given += 1
                below.append(((*path, step), child))
        level = below


def _children(value: Value) -> Iterator[tuple[Step, JSON]]:
    if isinstance(value, dict):
        yield from ((Key(key), child) for key, child in value.items())
    elif isinstance(value, list):
        field = identity(value)
        for at, child in enumerate(value[:_MOST_ELEMENTS]):
            text = identity_text(child, field) if field else None
            yield (Index(at) if text is None else Ident(field, text)), child


def _nearest(wanted: str, known: list[str], count: int) -> list[str]:
    """By the whole text; then by the last name alone, wherever it stands."""
    found = get_close_matches(wanted, known, n=count, cutoff=0.7)
    leaf = wanted.rpartition(".")[2]
    by_leaf = {text.rpartition(".")[2]: text for text in reversed(known)}
    for name in get_close_matches(leaf, list(by_leaf), n=count, cutoff=0.8):
        if by_leaf[name] not in found:
            found.append(by_leaf[name])
    return found[:count]
