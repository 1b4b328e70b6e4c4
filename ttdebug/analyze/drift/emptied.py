"""Lists and objects that lost all their members at once, for good."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ttdebug.analyze.drift.course import Ground
from ttdebug.analyze.drift.finding import Evidence, Finding
from ttdebug.model import Value
from ttdebug.paths import Key, Path, dotted
from ttdebug.replay.writes import Write, writes
from ttdebug.store.trace import Trace

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
        lineage = ground.trace.lineage(line)
        if not len(lineage):
            continue
        last = lineage.seq_at(len(lineage) - 1)
        for agent in ground.trace.agents_with_state(line):
            state = ground.trace.state(last, agent, line)
            for path in islice(_empty(state), _PLACES):
                ground.work.look()
                found = _emptied(ground.trace, line, agent, path, last)
                if found is not None and found.first > course.timeline.fork_seq:
                    yield found


def _empty(state: Value) -> Iterator[Path]:
    """The places of empty lists and objects near the root, through objects alone."""
    waiting: list[tuple[Path, Value]] = [((), state)]
    for path, value in waiting:
        if isinstance(value, dict | list) and not value and path:
            yield path
        elif isinstance(value, dict) and len(waiting) < _SEEN:
            waiting += (((*path, Key(key)), inner) for key, inner in value.items())


def _emptied(trace: Trace, line: int, agent: str, path: Path, last: int) -> Finding | None:
    lineage = trace.lineage(line)
    back = writes(trace, line, agent, path, reverse=True)
    history = [write for write in islice(back, _LOOKED_AT) if not write.equal]
    at_once = bool(history) and _size(history[0].old) >= MEMBERS
    if not at_once or not all(_size(one.new) for one in history[1:]):
        return None
    here, size = lineage.index_of(history[0].seq), len(lineage)
    if min(here - lineage.index_of(history[-1].seq), size - 1 - here) < LONG * size:
        return None
    return _finding(trace, line, agent, path, history, last)


def _size(value: Value) -> int:
    return len(value) if isinstance(value, dict | list) else 0


def _finding(
    trace: Trace, line: int, agent: str, path: Path, history: list[Write], last: int
) -> Finding:
    name, count = dotted(path), _size(history[0].old)
    return Finding(
        kind="fallen",
        rule=f"{name} lost all its {count:,} members at once, and stayed empty to the end",
        run=trace.timelines[line].run,
        timeline=line,
        agent=agent,
        first=history[0].seq,
        last=last,
        weight=0.75,
        evidence=tuple(Evidence(one.seq, name, one.new) for one in reversed(history[:2])),
        path=name,
    )
