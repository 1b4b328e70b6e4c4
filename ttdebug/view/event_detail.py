"""The Event tab: every field of one event, its data and its source as a foldable tree."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ttdebug.model import Edge, Event
from ttdebug.view.state_tree import StateTree


def event_tree(
    event: Event, causes: Sequence[Edge], width: int, unfolded: Collection[str] = ()
) -> StateTree:
    """The event as a tree. `/parent`, `/cause/0` and the like carry a seq as target."""
    raise NotImplementedError
