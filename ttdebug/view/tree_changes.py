"""What a delta did to each place of a state tree, and how much below each container."""

from __future__ import annotations

from typing import NamedTuple

from ttdebug import paths
from ttdebug.delta import Delta
from ttdebug.model import MISSING, Value
from ttdebug.view import entries


class Change(NamedTuple):
    """How one row changed: itself (`kind`), or `counts` of added, changed, removed below it."""

    kind: entries.EntryKind | None = None
    old: Value = MISSING
    added: int = 0
    changed: int = 0
    removed: int = 0


UNCHANGED = Change()


class TreeChanges:
    """Changes by JSON Pointer; `places` are those that changed and exist."""

    def __init__(self, before: Value, after: Value, delta: Delta | None) -> None:
        self.places: list[entries.Segments] = []
        self._kinds: dict[str, Change] = {}
        self._below: dict[str, list[int]] = {}
        if not delta or before is MISSING:
            return
        for entry in entries.of_delta(before, after, delta):
            self._note(entry)

    def _note(self, entry: entries.Entry) -> None:
        if entry.kind != "removed" and entry.place:
            self._kinds[entry.pointer] = Change(entry.kind, entry.old)
            if entry.kind != "equal":
                self.places.append(entry.place)
        which = {"added": 0, "changed": 1, "removed": 2}.get(entry.kind)
        if which is None:
            return
        for depth in range(1, len(entry.place)):
            pointer = paths.pointer(entry.place[:depth])
            self._below.setdefault(pointer, [0, 0, 0])[which] += 1

    def at(self, pointer: str) -> Change:
        """What happened at a place: to itself, in it, or with something around it that is new."""
        found = self._kinds.get(pointer)
        if found is not None:
            return found
        below = self._below.get(pointer)
        if below is not None:
            return Change(None, MISSING, *below)
        above = pointer.rpartition("/")[0] if self._kinds else ""
        while above:
            found = self._kinds.get(above)
            if found is not None:
                return Change("added") if found.kind in ("added", "changed") else UNCHANGED
            above = above.rpartition("/")[0]
        return UNCHANGED
