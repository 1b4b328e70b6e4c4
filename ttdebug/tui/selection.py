"""The path that keys are about: chosen by the person, or else what the event shown changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from ttdebug import paths
from ttdebug.model import MISSING
from ttdebug.tui.naming import as_pointer, looked_at, named
from ttdebug.view.gate import safe

if TYPE_CHECKING:
    from ttdebug.paths import Path as StatePath
    from ttdebug.replay.points import AnyPoint
    from ttdebug.tui.panes import Seen
    from ttdebug.view.gate import Safe
    from ttdebug.view.line import Rows

_CHANGES_LOOKED_AT: Final = 200


class Selection:
    """One path of the state that the panes show, as a JSON Pointer."""

    def __init__(self) -> None:
        self.seen: Seen | None = None
        """The event and states the panes show; may lag behind the position."""
        self.pinned: str | None = None
        """The path the person chose; None follows what changes."""
        self.following: str | None = None
        """The path that changed here, used while none is pinned."""

    @property
    def path(self) -> str | None:
        """The path that w, W, H and [ ] are about."""
        return self.pinned if self.pinned is not None else self.following

    @property
    def name(self) -> Safe | None:
        """The selected path as people read it."""
        if self.path is None:
            return None
        return safe(paths.dotted(self.named(self.path)) or "the state")

    def named(self, pointer: str) -> StatePath:
        """A pointer as a path that names list elements by their identity, where they have one."""
        return named(self.seen.after if self.seen else MISSING, pointer)

    def standing(self, path: StatePath) -> str | None:
        """Where a path leads in the state shown; None for an element that no list has."""
        found = paths.concrete(self.seen.after, path) if self.seen is not None else None
        return as_pointer(path) if found is None else paths.pointer(found)

    def pin(self) -> str | None:
        """Keep the selected path whatever changes next."""
        self.pinned = self.path
        return self.pinned

    def pin_to(self, point: AnyPoint) -> None:
        """Select the path a breakpoint is about, if it is about one."""
        for path in looked_at(point):
            self.pinned = as_pointer(path) or self.pinned
            return

    def pin_path(self, text: str) -> None:
        """Select a path, a JSON Pointer or a dotted one, unless it means nothing here."""
        self.pinned = self.standing(paths.parse(text))

    def follow(self, rows: Rows | None, watched: Collection[str]) -> None:
        """Take the first path the diff shows, a watched one before others."""
        if rows is None:
            return
        found = [
            target.path
            for index in range(min(len(rows), _CHANGES_LOOKED_AT))
            if (target := rows.target(index)).path and target.seq is None
        ]
        first = [path for path in found if path in watched]
        self.following = next(iter([*first, *found]), None)
