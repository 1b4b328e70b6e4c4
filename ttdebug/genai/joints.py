"""What one event has to do with others: its causes far away, and the span it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from ttdebug.genai.records import EventSpec
from ttdebug.model import Edge

K = TypeVar("K")
V = TypeVar("V")

MOST_CAUSES = 32
"""Events that may be said to have led to one; the latest are kept."""

MAX_REMEMBERED = 200_000
WORKERS = ("tool.call", "agent")
"""Spans that call models of their own, even inside a model call."""

Link: TypeAlias = tuple[str, str]
"""Trace and id of a span."""


@dataclass(slots=True)
class Joints:
    """How events far apart are joined: spans that others link to, and keys given and taken."""

    wanted: set[Link] = field(default_factory=set)
    """Spans that some link names; only these are remembered, unless `remembers_all`."""
    remembers_all: bool = False
    most: int = MAX_REMEMBERED
    """Links and keys that are remembered; the latest are kept."""
    linked: dict[Link, int] = field(default_factory=dict)
    given: dict[str, list[int]] = field(default_factory=dict)

    def causes(self, event: EventSpec, links: Sequence[Link] = ()) -> list[Edge]:
        """Why this event happened, as far as it is known by now."""
        found: list[Edge] = []
        if links:
            found += [
                Edge(self.linked[link], "recorded", "linked span")
                for link in links
                if link in self.linked
            ]
        for take in event.takes:
            seqs = self.given.get(take.key, [])
            if not take.each:
                seqs = seqs[-1:]
            if take.each or take.once:
                self.given.pop(take.key, None)
            found += [Edge(seq, take.kind, take.rule) for seq in seqs]
        return found

    def forget(self) -> None:
        """No later event takes what was given so far: a run ended."""
        self.given.clear()

    def learn(self, event: EventSpec, seq: int, span: Link | None = None) -> None:
        """Let later events find this one, which is of `span`."""
        if span is not None and (self.remembers_all or span in self.wanted):
            self._remember(self.linked, span, seq)
        for key in event.gives:
            self._remember(self.given, key, [*self.given.get(key, ())[1 - MOST_CAUSES :], seq])

    def _remember(self, store: dict[K, V], key: K, value: V) -> None:
        store.pop(key, None)
        store[key] = value
        if len(store) > self.most:
            del store[next(iter(store))]


@dataclass(slots=True)
class Opened:
    """A span whose opening event is written as `seq`.

    In one `at_model` a model is at work, and model calls nested in it are the same call seen from
    deeper down: each `echo` of it says nothing new of the state.
    """

    seq: int
    agent: str | None
    at_model: bool = False
    echo: bool = False


def entered(event: EventSpec, around: Opened | None, inherited: str | None) -> Opened:
    """A span that is about to open, inside another or not."""
    at_model = around is not None and around.at_model
    is_model = event.type == "llm.call"
    return Opened(
        0,
        event.agent or inherited,
        is_model or (at_model and event.type not in WORKERS),
        echo=is_model and at_model,
    )
