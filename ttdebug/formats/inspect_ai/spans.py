"""The spans of a sample, and the tool and subtask events that tell what was done in them."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

from ttdebug.foreign.shapes import text_of
from ttdebug.formats.inspect_ai.states import Owner
from ttdebug.model import JSON, Object

WORK: Final = ("tool", "subtask")
"""Kinds of span that have an event of their own, with arguments and result."""


@dataclass(slots=True)
class Span:
    """A span by its opening event; `agent` acts in it, `work` is what its own event says."""

    id: str
    seq: int
    type: str
    name: str | None
    agent: str
    owner: Owner
    time: int | None
    work: Object = field(default_factory=dict)
    open: bool = True


@dataclass(slots=True)
class Claims:
    """Tool and subtask events joined to the spans they ran in."""

    of_span: dict[str, tuple[Object, int]] = field(default_factory=dict)
    """By span id, the event and its place in the transcript."""
    places: set[int] = field(default_factory=set)

    def work(self, span: str) -> Object:
        """The event of a span, empty if it has none."""
        return self.of_span.get(span, ({}, 0))[0]


def join(events: list[JSON]) -> Claims:
    """A tool's event names the span around its own, a subtask's event its own span."""
    found = Claims()
    waiting: defaultdict[tuple[str | None, str | None], deque[str]] = defaultdict(deque)
    unclaimed: dict[str, str | None] = {}
    for place, event in enumerate(events):
        if not isinstance(event, dict):
            continue
        kind = event.get("event")
        if kind == "span_begin" and event.get("type") in WORK:
            if (identity := text_of(event, "id")) is not None:
                name = text_of(event, "name")
                unclaimed[identity] = name
                waiting[text_of(event, "parent_id"), name].append(identity)
        elif kind in WORK:
            name = text_of(event, "function") or text_of(event, "name")
            around = text_of(event, "span_id")
            queue = waiting[around, name]
            if around in unclaimed and unclaimed[around] == name:
                queue = deque([around])
            while queue:
                if (own := queue.popleft()) in unclaimed:
                    del unclaimed[own]
                    found.of_span[own] = (event, place)
                    found.places.add(place)
                    break
    return found
