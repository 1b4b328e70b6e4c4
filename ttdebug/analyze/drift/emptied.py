"""Lists and objects that lost all their members at once, for good."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Finding
from ttdebug.analyze.drift.place import Place
from ttdebug.model import Value
from ttdebug.paths import Key, Path

MEMBERS: Final = 3
"""Members that went at once; what loses one after the other is being worked off."""

LONG: Final = 0.2
"""Share of the timeline for which it held some, and for which it has been empty."""

_PLACES: Final = 200
_SEEN: Final = 5_000
_LOOKED_AT: Final = 500


def emptied(ground: Ground) -> Iterator[Finding]:
    """A list or object that always held something and then lost three members or more at once.

    It stays empty to the end; both took at least a fifth of the timeline.
    """
    for course in ground.courses:
        line = course.timeline.id
        last = ground.trace.lineage(line).last
        for agent in ground.trace.agents_with_state(line):
            state = ground.trace.state(last, agent, line)
            for path in islice(_empty(state), _PLACES):
                ground.work.look()
                for found in _emptied(Place(ground.trace, line, agent, path)):
                    if found.first > course.timeline.fork_seq:
                        yield found


def _empty(state: Value) -> Iterator[Path]:
    """The places of empty lists and objects near the root, through objects alone."""
    waiting: list[tuple[Path, Value]] = [((), state)]
    for path, value in waiting:
        if isinstance(value, dict | list) and not value and path:
            yield path
        elif isinstance(value, dict) and len(waiting) < _SEEN:
            waiting += (((*path, Key(key)), inner) for key, inner in value.items())


def _emptied(place: Place) -> Iterator[Finding]:
    history = [write for write in islice(place.back(), _LOOKED_AT) if not write.equal]
    at_once = bool(history) and _size(history[0].old) >= MEMBERS
    if not at_once or not all(_size(one.new) for one in history[1:]):
        return
    emptied_at = history[0].seq
    if min(place.share(history[-1].seq, emptied_at), place.share(emptied_at)) < LONG:
        return
    count = _size(history[0].old)
    yield place.finding(
        "fallen",
        f"{place.name} lost all its {count:,} members at once, and stayed empty to the end",
        history[:2],
        weight=0.75,
    )


def _size(value: Value) -> int:
    return len(value) if isinstance(value, dict | list) else 0
