"""Loops: the same calls with the same arguments again and again, while no state changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ttdebug.analyze.drift.course import Call, Course, Ground, asked_of
from ttdebug.analyze.drift.finding import Evidence, Finding
from ttdebug.delta import Op
from ttdebug.model import JSON, MISSING, Event, Value
from ttdebug.paths import parse, resolve, split_pointer
from ttdebug.store.trace import Trace

LEAST: Final = {1: 4, 2: 3, 3: 3, 4: 3, 5: 3}
"""How often a cycle of so many calls has to come in a row."""

_CONVERSATION: Final = frozenset(("messages", "usage"))
"""Keys of a state that a call writes because it is one, whatever it achieves."""


def loops(ground: Ground) -> Iterator[Finding]:
    """Cycles of up to five calls of one agent, repeated without a state change in between.

    A change of the conversation alone (`messages`, `usage`) and a counter that goes up by one do
    not count as a change.
    """
    for course in ground.courses:
        for calls in _by_agent(course.calls):
            taken: list[tuple[int, int]] = []
            for size, least in LEAST.items():
                for start, stop in _repeated(calls, size, least):
                    ground.work.look()
                    if any(start < b and a < stop for a, b in taken):
                        continue  # told as repeats of fewer calls
                    taken.append((start, stop))
                    for part in _unchanging(ground.trace, course, calls[start:stop]):
                        if len(part) >= size * least:
                            yield _finding(ground, course, part, size)


def _by_agent(calls: Sequence[Call]) -> list[list[Call]]:
    found: dict[int | None, list[Call]] = {}
    for call in calls:
        found.setdefault(call.agent, []).append(call)
    return list(found.values())


def _repeated(calls: Sequence[Call], size: int, least: int) -> Iterator[tuple[int, int]]:
    """Stretches in which every call is the one `size` calls before, long enough to be told."""
    start = 0
    for at in range(size, len(calls) + 1):
        if at < len(calls) and calls[at].what == calls[at - size].what:
            continue
        if at - start >= size * least:
            yield start, at
        start = at - size + 1


def _unchanging(trace: Trace, course: Course, calls: Sequence[Call]) -> Iterator[Sequence[Call]]:
    """The calls, cut where the state that they see changed between two of them."""
    changed = _changes(trace, course.timeline.id, calls[0].seq, calls[-1].seq)
    start = 0
    seq = next(changed, None)
    for at in range(1, len(calls)):
        while seq is not None and seq <= calls[at - 1].seq:
            seq = next(changed, None)
        if seq is not None and seq <= calls[at].seq:
            yield calls[start:at]
            start = at
    yield calls[start:]


def _changes(trace: Trace, timeline: int, first: int, last: int) -> Iterator[int]:
    """Events after the first call, up to the last, that changed what the caller sees."""
    owner = trace.owner(first, timeline)
    if owner is None:
        return
    before = trace.state(first, owner, timeline)
    counters: dict[str, JSON] = {}
    for change in trace.deltas(first + 1, last, timeline=timeline, agents=(owner,)):
        matter = [_matters(op, before, counters) for op in change.ops]  # each moves its counter
        if any(matter):
            yield change.seq


def _matters(op: Op, before: Value, counters: dict[str, JSON]) -> bool:
    """Whether an operation is more than the conversation going on or a counter going up."""
    path = str(op["path"])
    if not path or split_pointer(path)[0] in _CONVERSATION:
        return not path
    value = op.get("value", MISSING)
    if type(value) is not int:
        return True
    old = counters[path] if path in counters else resolve(before, parse(path))
    counters[path] = value
    return type(old) is not int or value != old + 1


def _finding(ground: Ground, course: Course, calls: Sequence[Call], size: int) -> Finding:
    times = len(calls) // size
    cycle = [ground.trace.event(call.seq) for call in calls[:size]]
    names = [event.name or event.type for event in cycle]
    if size == 1:
        rule = f"the same call of {names[0]} with the same arguments {times:,} times in a row"
    else:
        rule = f"the same {size} calls ({', '.join(names)}) {times:,} times in a row"
    return Finding(
        kind="loop",
        rule=f"{rule}, without a state change",
        run=course.timeline.run,
        timeline=course.timeline.id,
        agent=ground.name(calls[0].agent),
        first=calls[0].seq,
        last=calls[-1].seq,
        weight=min(0.5 + len(calls) / 100, 0.95),
        evidence=tuple(map(_asked, cycle)),
    )


def _asked(event: Event) -> Evidence:
    asked = next(iter(asked_of(event.data).values()), MISSING)
    return Evidence(event.seq, event.name or event.type, asked)
