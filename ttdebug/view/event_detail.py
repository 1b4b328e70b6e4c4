"""The Event tab: every field of one event, its data and its source as a foldable tree."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice

from ttdebug.model import JSON, Edge, Event, Object, iso
from ttdebug.view import numbers
from ttdebug.view.line import Target
from ttdebug.view.matches import Matches
from ttdebug.view.state_tree import StateTree
from ttdebug.view.tree_walk import foldable, walk

_FEW = 12
"""Fields of an object that is unfolded unasked."""

_TEXT = 4_000
_LOOKED_AT = 60


class EventTree(StateTree):
    """The event as a tree; rows that name another event go there."""

    def __init__(
        self,
        event: Event,
        causes: Sequence[Edge],
        width: int,
        unfolded: Collection[str],
        matches: Matches | None = None,
    ) -> None:
        self._seqs = _seqs(event, causes)
        opened = {*_opened(event), *unfolded}
        super().__init__(_document(event, causes), width, unfolded=opened, matches=matches)

    def is_bare(self, pointer: str) -> bool:
        """The event's own fields are words of ours, not values that somebody recorded."""
        return not pointer.startswith(("/data", "/source"))

    def target(self, index: int) -> Target:
        """The path of a row within the event, and the event it names."""
        pointer = self.node(index).pointer
        return Target(path=pointer, seq=self._seqs.get(pointer))


def event_tree(
    event: Event,
    causes: Sequence[Edge],
    width: int,
    unfolded: Collection[str] = (),
    matches: Matches | None = None,
) -> StateTree:
    """The event as a tree of its fields, ready to draw; parents and causes have a seq as target."""
    return EventTree(event, causes, width, unfolded, matches)


def _opened(event: Event) -> list[str]:
    """What is unfolded unasked: small objects, and texts that are the event's own words."""
    opened = ["/data", "/causes"]
    if len(event.source) <= _FEW:
        opened.append("/source")
    for pointer, _, value in islice(walk(event.data), _LOOKED_AT):
        depth = pointer.count("/")
        small = isinstance(value, dict) and len(value) <= _FEW and depth <= 2
        told = isinstance(value, str) and len(value) <= _TEXT and depth <= 3
        if (small or told) and foldable(value):
            opened.append(f"/data{pointer}")
    return opened


def _document(event: Event, causes: Sequence[Edge]) -> Object:
    """The fields in the order one asks for them; unknown ones are left out."""
    fields: dict[str, JSON | None] = {
        "type": event.type,
        "name": event.name,
        "agent": event.agent,
        "status": event.status,
        "time": iso(event.time),
        "elapsed": None if event.elapsed is None else str(numbers.elapsed(event.elapsed)),
        "took": str(numbers.took(event.duration)) or None,
        "run": event.run,
        "timeline": event.timeline,
        "parent": event.parent,
        "opened at": event.opening if event.opening != event.parent else None,
        "closed at": event.closing,
        "changes": _changes(event),
        "causes": [_cause(edge) for edge in causes] or None,
    }
    known: Object = {name: value for name, value in fields.items() if value is not None}
    if event.source:
        return {**known, "data": event.data, "source": event.source}
    return {**known, "data": event.data}


def _changes(event: Event) -> str | None:
    counts = event.changes
    if not counts:
        return "none" if event.has_state else None
    return f"+{counts.added:,} ~{counts.changed:,} −{counts.removed:,}"


def _cause(edge: Edge) -> str:
    rule = f", {edge.rule}" if edge.rule else ""
    return f"{edge.seq:,} {edge.kind}{rule}"


def _seqs(event: Event, causes: Sequence[Edge]) -> dict[str, int]:
    fields = {"/parent": event.parent, "/opened at": event.opening, "/closed at": event.closing}
    found = {f"/causes/{index}": edge.seq for index, edge in enumerate(causes)}
    return found | {pointer: seq for pointer, seq in fields.items() if seq is not None}
