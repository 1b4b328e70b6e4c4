"""One path on one timeline, as the rules about single paths see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ttdebug.analyze.drift.finding import Evidence, Finding, Kind
from ttdebug.model import Value
from ttdebug.paths import Path, dotted, resolve
from ttdebug.replay.writes import Write, writes
from ttdebug.store.questions.outlines import Spot
from ttdebug.store.trace import Trace


@dataclass(frozen=True, slots=True)
class Place:
    """A path in the state of an agent on a timeline (its id)."""

    trace: Trace
    timeline: int
    agent: str
    path: Path

    @classmethod
    def of(cls, trace: Trace, spot: Spot) -> Place:
        """The one that was written at a spot."""
        return cls(trace, spot.timeline, spot.agent, spot.path)

    @property
    def name(self) -> str:
        """The path as it is typed."""
        return dotted(self.path)

    def writes(self, first: int = 1) -> Iterator[Write]:
        """Its writes from an event on."""
        return writes(self.trace, self.timeline, self.agent, self.path, first=first)

    def back(self, last: int | None = None) -> Iterator[Write]:
        """Its writes from an event back, the newest first; by default from the end."""
        return writes(self.trace, self.timeline, self.agent, self.path, last=last, reverse=True)

    def share(self, first: int, last: int | None = None) -> float:
        """The part of the timeline's events from one to another, or to the end, the first aside."""
        lineage = self.trace.lineage(self.timeline)
        end = len(lineage) - 1 if last is None else lineage.index_of(last)
        return (end - lineage.index_of(first)) / len(lineage)

    def at_end(self, path: Path) -> Value:
        """What a path in the same state, such as one above, holds at the end of the timeline."""
        last = self.trace.lineage(self.timeline).last
        return resolve(self.trace.state(last, self.agent, self.timeline), path)

    def finding(
        self,
        kind: Kind,
        rule: str,
        history: Sequence[Write],
        *,
        weight: float,
        last: int | None = None,
    ) -> Finding:
        """What is odd about it, from the newest write of `history` up to `last`, or to the end.

        `history` are the writes that speak for it, the newest first.
        """
        return Finding(
            kind=kind,
            rule=rule,
            run=self.trace.timelines[self.timeline].run,
            timeline=self.timeline,
            agent=self.agent,
            first=history[0].seq,
            last=self.trace.lineage(self.timeline).last if last is None else last,
            weight=weight,
            evidence=tuple(Evidence(write.seq, self.name, write.new) for write in history[::-1]),
            path=self.name,
        )
