"""A delta as entries to show: each with its place before and after, though indexes shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ttdebug import delta as deltas
from ttdebug import paths
from ttdebug.model import MISSING, Change, Value
from ttdebug.view import names

EntryKind: TypeAlias = Literal["added", "changed", "removed", "moved", "equal"]
Segments: TypeAlias = tuple[str, ...]


@dataclass(slots=True)
class Entry:
    """One change. `place` is where it stands after, or if it is gone, where it stood before."""

    kind: EntryKind
    place: Segments
    old: Value
    new: Value

    @property
    def pointer(self) -> str:
        """The place as a JSON Pointer."""
        return paths.pointer(self.place)


def of_changes(changes: Sequence[Change]) -> list[Entry]:
    """Entries of a comparison; of a moved value, old and new are its indexes."""
    return [
        Entry(change.kind, paths.split_pointer(change.path), change.old, change.new)
        for change in changes
    ]


def of_touched(pointers: Sequence[str], after: Value) -> list[Entry]:
    """Entries of paths that were written and are as they were."""
    places = [paths.split_pointer(pointer) for pointer in pointers]
    found = [(place, names.at(after, place)) for place in places]
    return [Entry("equal", place, value, value) for place, value in found]


def of_delta(before: Value, after: Value, delta: deltas.Delta) -> list[Entry]:
    """Entries of a delta between two states, in the order of its operations.

    Costs one pass over the operations; values are looked up, never copied.
    """
    shifts = _Shifts(before)
    found: dict[Segments, Entry] = {}
    origins: list[tuple[Segments, Entry]] = []
    for op in delta:
        path, kind = str(op["path"]), op["op"]
        segments = paths.split_pointer(path)
        origin = shifts.origin(segments, adds=kind == "add", removes=kind == "remove")
        if origin is None:
            continue  # inside a value that this delta added: shown as part of it
        old = names.at(before, origin) if _exists(origin) else MISSING
        new = op.get("value", MISSING)
        earlier = found.get(origin)
        if earlier is not None:
            earlier.new = new
            earlier.kind = _kind(earlier.old, new)
            continue
        entry = Entry(_kind(old, new), segments, old, new)
        found[origin] = entry
        origins.append((origin, entry))
    shifts.settle(origins, after)
    gone = {origin for origin, entry in origins if entry.new is MISSING}
    return [
        entry
        for origin, entry in origins
        if not (entry.old is MISSING and entry.new is MISSING) and not _inside(origin, gone)
    ]


def _inside(origin: Segments, gone: set[Segments]) -> bool:
    """Whether what this entry changed was removed as a whole later on."""
    return bool(gone) and any(origin[:depth] in gone for depth in range(len(origin)))


def _kind(old: Value, new: Value) -> EntryKind:
    if old is MISSING:
        return "added"
    if new is MISSING:
        return "removed"
    return "equal" if deltas.equal(old, new) else "changed"


def _exists(origin: Segments) -> bool:
    return not origin or not origin[-1].startswith(_NEW)


_NEW = "\0"
"""Marks the segment of a list element that did not exist before; no pointer holds NUL and digits
where a list stands."""


class _Shifts:
    """Where list elements stood before the delta, followed through insertions and removals."""

    def __init__(self, before: Value) -> None:
        self._before = before
        self._lists: dict[Segments, list[str]] = {}
        self._news = 0

    def origin(self, segments: Segments, *, adds: bool, removes: bool) -> Segments | None:
        """The place in the state before; None inside a value that this delta added."""
        last = len(segments) - 1
        shifts = (adds or removes) and (segments[-1:] == ("-",) or segments[last].isdigit())
        if not self._lists and not shifts:
            return segments
        place: Segments = ()
        for depth, segment in enumerate(segments):
            tracked = self._tracked(place, shifts=depth == last and shifts)
            if tracked is None:
                place = (*place, segment)
            elif depth < last:
                index = int(segment)
                place = (*place, tracked[index] if index < len(tracked) else segment)
            else:
                place = (*place, self._step(tracked, segment, adds=adds, removes=removes))
            if depth < last and place[-1].startswith(_NEW):
                return None
        return place

    def _tracked(self, place: Segments, *, shifts: bool) -> list[str] | None:
        """The present order of a list by former indexes, kept from its first shift on."""
        known = self._lists.get(place)
        if known is None and shifts:
            items = names.at(self._before, place)
            if isinstance(items, list):
                known = self._lists[place] = [str(index) for index in range(len(items))]
        return known

    def _step(self, tracked: list[str], segment: str, *, adds: bool, removes: bool) -> str:
        index = len(tracked) if segment == "-" else int(segment)
        if adds:
            self._news += 1
            tracked.insert(index, f"{_NEW}{self._news}")
            return tracked[min(index, len(tracked) - 1)]
        if index >= len(tracked):
            return segment
        return tracked.pop(index) if removes else tracked[index]

    def settle(self, origins: list[tuple[Segments, Entry]], after: Value) -> None:
        """Give every entry the place it has after the delta; removed ones keep their former."""
        now = {
            place: {former: str(index) for index, former in enumerate(order)}
            for place, order in self._lists.items()
        }
        for origin, entry in origins:
            gone = entry.new is MISSING
            entry.place = origin if gone else self._place(origin, now)
            if not gone and entry.kind == "added" and self._lists:
                value = names.at(after, entry.place)
                entry.new = entry.new if value is MISSING else value

    @staticmethod
    def _place(origin: Segments, now: dict[Segments, dict[str, str]]) -> Segments:
        if not now:
            return origin
        place = []
        for depth, segment in enumerate(origin):
            order = now.get(origin[:depth])
            place.append(order.get(segment, segment) if order else segment)
        return tuple(place)
