"""The causality pane: what led to an event and what it led to, and the timelines as branches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ttdebug.model import EdgeKind, Event
from ttdebug.view.line import Rows


class Link(NamedTuple):
    """An event in the pane and how it hangs on the one above it; depth 0 is nearest the cursor."""

    event: Event
    depth: int = 0
    kind: EdgeKind = "recorded"
    rule: str | None = None
    hidden: int = 0  # descendants that are folded away below it


class Branch(NamedTuple):
    """A timeline: from where it forks, to its last event, both as seqs; `at` the cursor if here."""

    name: str
    first: int
    last: int
    depth: int = 0
    at: int | None = None


def causality_rows(
    event: Event,
    causes: Sequence[Link],
    effects: Sequence[Link],
    branches: Sequence[Branch],
    width: int,
    *,
    height: int = 0,
    effects_total: int | None = None,
) -> Rows:
    """Causes root first, the event, its effects; branches at the bottom of `height` lines."""
    raise NotImplementedError
