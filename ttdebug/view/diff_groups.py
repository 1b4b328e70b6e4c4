"""Entries of a diff, grouped under the container they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ttdebug import paths
from ttdebug.model import MISSING, Counts, Value
from ttdebug.view import names
from ttdebug.view.entries import Entry, Segments
from ttdebug.view.gate import Safe


@dataclass(slots=True)
class Group:
    """Entries below one container; `siblings` are names in it that did not change."""

    place: Segments
    entries: list[Entry] = field(default_factory=list)
    siblings: list[str] = field(default_factory=list)

    @property
    def pointer(self) -> str:
        """The container as a JSON Pointer."""
        return paths.pointer(self.place)

    def child(self, segment: str) -> str:
        """A name in the container as a JSON Pointer."""
        return paths.pointer((*self.place, segment))


class Groups:
    """The groups of a diff in the order of its entries."""

    def __init__(self, before: Value, after: Value, found: Sequence[Entry]) -> None:
        self.before = before
        self.after = after
        self.entries = found
        self._before = names.Names(before)
        self._after = names.Names(after)
        self._places: dict[Segments, Segments] = {}
        self._groups: dict[Segments, Group] = {}
        self._touched: dict[Segments, set[str]] = {(): set()}
        for entry in found:
            place = self._container(entry)
            self._groups.setdefault(place, Group(place)).entries.append(entry)
            if len(entry.place) > len(place):
                self._touched.setdefault(place, set()).add(entry.place[len(place)])
        for place, group in self._groups.items():
            for depth, segment in enumerate(place):
                self._touched.setdefault(place[:depth], set()).add(segment)
            group.siblings = self._siblings(place)

    def _container(self, entry: Entry) -> Segments:
        """The parent; of an element of a list, the list, so that its elements stand together."""
        parent = entry.place[:-1]
        known = self._places.get(parent)
        if known is None:
            above = names.at(self._side(entry).state, parent[:-1]) if parent else None
            known = self._places[parent] = parent[:-1] if isinstance(above, list) else parent
        return known

    def _side(self, entry: Entry) -> names.Names:
        return self._before if entry.kind == "removed" else self._after

    def _siblings(self, place: Segments) -> list[str]:
        container = names.at(self.after, place)
        if not isinstance(container, dict):
            return []
        touched = self._touched.get(place, set())
        return [name for name in container if name not in touched]

    def counts(self) -> Counts:
        """How many entries were added, changed and removed."""
        kinds = [entry.kind for entry in self.entries]
        changed = kinds.count("changed") + kinds.count("moved")
        return Counts(kinds.count("added"), changed, kinds.count("removed"))

    def unchanged(self) -> int:
        """How many names beside the changed ones stayed as they were, from the root down."""
        total = 0
        for place, touched in self._touched.items():
            container = names.at(self.after, place)
            if isinstance(container, dict):
                total += len(container) - sum(1 for name in touched if name in container)
        return total

    def loudest(self, watched: Sequence[str]) -> Entry | None:
        """The entry that wrote a watched path, or what is around it; earlier paths are stronger."""
        if not watched:
            return None
        found = {entry.place: entry for entry in self.entries if entry.kind != "equal"}
        for pointer in watched:
            place = paths.split_pointer(pointer)
            for depth in range(len(place), 0, -1):
                if place[:depth] in found:
                    return found[place[:depth]]
        return None

    def ordered(self, chosen: Entry | None) -> list[Group]:
        """Groups to show: the chosen entry's first, those that only touched values last."""
        return sorted(
            self._groups.values(),
            key=lambda group: (
                chosen is not None and not any(entry is chosen for entry in group.entries),
                all(entry.kind == "equal" for entry in group.entries),
            ),
        )

    def title(self, group: Group) -> Safe:
        """The container's readable path."""
        gone = names.at(self.after, group.place) is MISSING
        return (self._before if gone else self._after).dotted(group.place)

    def lengths(self, group: Group) -> tuple[int, int] | None:
        """How many elements a list had and has; None for other containers."""
        new, old = names.at(self.after, group.place), names.at(self.before, group.place)
        if not isinstance(new, list):
            return None
        return (len(old) if isinstance(old, list) else 0, len(new))

    def key(self, group: Group, entry: Entry) -> Safe:
        """The entry's name inside its group."""
        side = self._side(entry)
        return side.below(names.at(side.state, group.place), entry.place[len(group.place) :])

    def path(self, entry: Entry) -> Safe:
        """The entry's whole readable path."""
        return self._side(entry).dotted(entry.place)

    def sibling(self, group: Group, name: str) -> Value:
        """The value of an unchanged name."""
        return names.child(names.at(self.after, group.place), name)
