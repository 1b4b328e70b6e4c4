"""What is inside what: complete and begun slices nest by time, on each thread for itself."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from ttdebug.foreign.shapes import text_of
from ttdebug.model import JSON, Object

BEGIN, END, COMPLETE, POINT = range(4)
_KINDS = {"X": COMPLETE, "B": BEGIN, "E": END}
_ASYNC_BEGIN = frozenset("bS")
_ASYNC_END = frozenset("eF")
_ASYNC_INSIDE = frozenset("nTp")
NOWHERE = -1
TAKEN = -2
"""In place of a parent: an end that belongs to a begin, and is no event of its own."""


class _Open(NamedTuple):
    event: int
    end: float
    name: int


class Nesting:
    """Takes note of every event in file order; `settle` then finds parents and ends."""

    def __init__(self) -> None:
        self._times = array("d")
        self._lengths = array("d")
        self._kinds = array("b")
        self._threads = array("q")
        self._names = array("q")
        self._numbers: dict[str, int] = {}
        self._async: dict[str, list[int]] = {}
        self.parents = array("q")
        self.ends: dict[int, int] = {}
        """Begins, and the events that end them."""
        self.orphans = 0

    def note(self, record: Object) -> None:
        """The next event of the file."""
        index = len(self.parents)
        phase = text_of(record, "ph") or ""
        time = number(record.get("ts"))
        parent = NOWHERE
        thread = NOWHERE
        if phase in _ASYNC_BEGIN or phase in _ASYNC_END or phase in _ASYNC_INSIDE:
            parent = self._note_async(index, phase, record)
        elif time is not None:
            thread = self._numbers.setdefault(thread_of(record), len(self._numbers))
        self._times.append(time or 0.0)
        self._lengths.append(max(0.0, number(record.get("dur")) or 0.0))
        self._kinds.append(_KINDS.get(phase, POINT))
        self._threads.append(thread)
        self._names.append(hash(text_of(record, "name") or ""))
        self.parents.append(parent)

    def _note_async(self, index: int, phase: str, record: Object) -> int:
        """Asynchronous slices of one id nest in file order, whatever thread they are on."""
        key = f"{record.get('cat')} {record.get('id', record.get('id2'))} {record.get('scope')}"
        stack = self._async.setdefault(key, [])
        if phase in _ASYNC_END:
            if not stack:
                self.orphans += 1
                return NOWHERE
            self.ends[stack.pop()] = index
            return TAKEN
        parent = stack[-1] if stack else NOWHERE
        if phase in _ASYNC_BEGIN:
            stack.append(index)
        return parent

    def settle(self) -> None:
        """Find parents and ends on every thread."""
        thread = NOWHERE
        stack: list[_Open] = []
        for index in self._ordered():
            if self._threads[index] != thread:
                thread, stack = self._threads[index], []
            self._place(index, stack)
        for kept in (self._times, self._lengths, self._kinds, self._threads, self._names):
            del kept[:]

    def _place(self, index: int, stack: list[_Open]) -> None:
        time, kind = self._times[index], self._kinds[index]
        while stack and (stack[-1].end < time or (stack[-1].end == time and kind != POINT)):
            stack.pop()
        if kind == END:
            if self._ended(index, stack):
                self.parents[index] = TAKEN
                return
            self.orphans += 1
        self.parents[index] = stack[-1].event if stack else NOWHERE
        if kind == COMPLETE:
            stack.append(_Open(index, time + self._lengths[index], 0))
        elif kind == BEGIN:
            stack.append(_Open(index, math.inf, self._names[index]))

    def _ended(self, index: int, stack: list[_Open]) -> bool:
        """Whether some begin of that name, or any if the end has none, is open."""
        name = self._names[index]
        for place in range(len(stack) - 1, -1, -1):
            opened = stack[place]
            if opened.end == math.inf and name in (opened.name, _UNNAMED):
                self.ends[opened.event] = index
                del stack[place]
                return True
        return False

    def _ordered(self) -> Iterator[int]:
        """Events by thread and time; at the same time as in the file, but longer slices first."""
        times, threads = self._times, self._threads
        order = [index for index in range(len(times)) if threads[index] != NOWHERE]
        order.sort(key=times.__getitem__)
        order.sort(key=threads.__getitem__)
        same: list[int] = []
        for index in order:
            if same and (threads[same[0]], times[same[0]]) != (threads[index], times[index]):
                yield from self._longer_first(same)
                same = []
            same.append(index)
        yield from self._longer_first(same)

    def _longer_first(self, same: list[int]) -> list[int]:
        """Events of one moment, with the complete slices among them in order of length."""
        slices = [index for index in same if self._kinds[index] == COMPLETE]
        if len(slices) < 2:
            return same
        slices.sort(key=lambda index: -self._lengths[index])
        following = iter(slices)
        return [next(following) if self._kinds[one] == COMPLETE else one for one in same]


_UNNAMED = hash("")


def thread_of(record: Object) -> str:
    """The process and the thread of an event, which may be numbers or text."""
    return f"{record.get('pid')}/{record.get('tid')}"


def number(value: JSON) -> float | None:
    """A finite number, also where it is written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
