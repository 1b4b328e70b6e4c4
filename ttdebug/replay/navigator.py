"""The cursor of a session: every motion there is, the history of jumps, and bookmarks.

No threads and no screen: a front end that wants a long motion off its own thread calls the same
function of `motions` there and hands the outcome to `follow`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ttdebug.model import Position
from ttdebug.paths import Path
from ttdebug.replay import clock, motions, positions
from ttdebug.replay.outcome import Moved, Outcome, Stayed, spoken
from ttdebug.replay.trail import Trail
from ttdebug.replay.work import Work
from ttdebug.replay.writes import write_motion
from ttdebug.store.trace import Trace

Motion = Callable[[Position], Outcome]


class Navigator:
    """A position in a recording and the ways to move it.

    Every motion returns Moved and goes there, or Stayed with the reason. `direction` is 1 or -1.
    With a `count` a motion is repeated, as far as it gets, and counts as one jump. Long scans ask
    `cancelled`, tell `progress(done, total)`, and raise Cancelled without having moved.
    """

    def __init__(
        self, trace: Trace, position: Position, bookmarks: Mapping[str, Position] | None = None
    ) -> None:
        self.trace = trace
        self.position = position
        self.bookmarks: dict[str, Position] = dict(bookmarks or {})
        self._trail = Trail()

    def follow(self, outcome: Outcome, *, jump: bool = True) -> Outcome:
        """Go where a motion leads, and remember the place left if both say that it was a jump."""
        if isinstance(outcome, Moved) and outcome.position != self.position:
            if jump and outcome.jump:
                self._trail.jumped(self.position)
            self.position = outcome.position
        return outcome

    def step(self, direction: int = 1, count: int = 1) -> Outcome:
        """So many events on or back, at most to the ends."""
        return self._stepped(partial(motions.step, self.trace, direction=direction, count=count), 1)

    def over(self, direction: int = 1, count: int = 1, work: Work | None = None) -> Outcome:
        """Over what lies deeper: from a span's end to its other end, else on at this level."""
        move = partial(motions.over, self.trace, direction=direction, work=work or Work())
        return self._stepped(move, count)

    def into(self, direction: int = 1, count: int = 1, work: Work | None = None) -> Outcome:
        """Into a span: from an end of it to the nearest event inside, else one event on."""
        move = partial(motions.into, self.trace, direction=direction, work=work or Work())
        return self._stepped(move, count)

    def out(self, direction: int = 1, count: int = 1) -> Outcome:
        """To the end, or back to the opening, of the enclosing span."""
        return self._stepped(partial(motions.out, self.trace, direction=direction), count)

    def parent(self, count: int = 1) -> Outcome:
        """To the opening of the span this event lies in or closes."""
        return self._jumped(partial(motions.parent, self.trace), count)

    def next_change(
        self,
        direction: int = 1,
        count: int = 1,
        *,
        agent: str | None = None,
        work: Work | None = None,
    ) -> Outcome:
        """To the nearest event that changed a state."""
        move = partial(
            motions.change, self.trace, direction=direction, agent=agent, work=work or Work()
        )
        return self._jumped(move, count)

    def next_of_agent(
        self, direction: int = 1, count: int = 1, *, agent: str | None = None
    ) -> Outcome:
        """To the nearest event of an agent, by default of the one acting here."""
        return self._jumped(
            partial(motions.of_agent, self.trace, direction=direction, agent=agent), count
        )

    def next_error(self, direction: int = 1, count: int = 1, work: Work | None = None) -> Outcome:
        """To the nearest error."""
        move = partial(motions.error, self.trace, direction=direction, work=work or Work())
        return self._jumped(move, count)

    def cause(self, count: int = 1, *, choice: int = 0) -> Outcome:
        """To what caused this event; Moved.choices are all its causes, `choice` takes another."""
        return self._jumped(partial(motions.cause, self.trace, choice=choice), count)

    def effect(self, count: int = 1, *, choice: int = 0) -> Outcome:
        """To what this event caused; Moved.choices are all its effects."""
        return self._jumped(partial(motions.effect, self.trace, choice=choice), count)

    def write(
        self,
        path: Path,
        direction: int = 1,
        count: int = 1,
        *,
        agent: str | None = None,
        work: Work | None = None,
    ) -> Outcome:
        """To the nearest write of a path in the state this event sees, or in that of `agent`.

        Moved.note says so where the write left the value equal.
        """
        agent = agent or self.trace.owner(self.position.seq, self.position.timeline)
        if agent is None:
            return Stayed(self.position, f"No state was recorded at {spoken(self.position.seq)}")
        move = partial(
            write_motion,
            self.trace,
            path=path,
            agent=agent,
            direction=direction,
            work=work or Work(),
        )
        return self._jumped(move, count)

    def hit(self, seqs: Sequence[int], direction: int = 1, count: int = 1) -> Outcome:
        """To the nearest of a list of events (ascending seqs) that lies on this timeline."""
        return self._jumped(partial(_hit, self.trace, seqs=seqs, direction=direction), count)

    def to(self, position: Position) -> Outcome:
        """Jump to a position."""
        return self.follow(Moved(position))

    def seek(self, text: str) -> Outcome:
        """Jump to a position as people write it. Raises UsageError and NotFoundError."""
        return self.to(
            positions.parse(self.trace, text, at=self.position, bookmarks=self.bookmarks)
        )

    def start(self) -> Outcome:
        """To the start of this timeline."""
        return self.to(Position(self.position.timeline, 0))

    def end(self) -> Outcome:
        """To the last event of this timeline."""
        timeline = self.position.timeline
        return self.to(positions.at_count(self.trace, timeline, len(self.trace.lineage(timeline))))

    def percent(self, percent: float) -> Outcome:
        """To a share of this timeline's events, 0 to 100."""
        return self.to(positions.at_percent(self.trace, self.position.timeline, percent))

    def row(self, index: int) -> Outcome:
        """To a row of this timeline, counted from 0, nearest where there is no such row."""
        return self.to(positions.at_count(self.trace, self.position.timeline, index + 1))

    def time(self, time: int) -> Outcome:
        """To the last position not after a time, in nanoseconds since the epoch."""
        return self.to(clock.at_time(self.trace, self.position.timeline, time))

    def switch(self, timeline: int) -> Outcome:
        """To another timeline, at the nearest position both have."""
        return self.follow(motions.switch(self.trace, self.position, timeline))

    def mark(self, name: str) -> None:
        """Bookmark this position; an older bookmark of that name is replaced."""
        self.bookmarks[name] = self.position

    def to_mark(self, name: str) -> Outcome:
        """Jump to a bookmark."""
        found = self.bookmarks.get(name)
        if found is None:
            return Stayed(self.position, f"No bookmark {name}", "mark", "and a letter sets one")
        return self.to(found)

    def back(self, count: int = 1) -> Outcome:
        """To where the last jump began."""
        return self._retraced(self._trail.back, count, "No jump to go back from")

    def forward(self, count: int = 1) -> Outcome:
        """To where the last `back` left."""
        return self._retraced(self._trail.forward, count, "No jump lies ahead")

    def _retraced(
        self, swap: Callable[[Position], Position | None], count: int, fact: str
    ) -> Outcome:
        origin = self.position
        for _ in range(count):
            found = swap(self.position)
            if found is None:
                break
            self.position = found
        return Moved(self.position) if self.position != origin else Stayed(origin, fact)

    def _stepped(self, motion: Motion, count: int) -> Outcome:
        """Repeat a motion; a single one to a neighbouring event is a step and not a jump."""
        outcome = self._repeated(motion, count)
        if isinstance(outcome, Moved):
            lineage = self.trace.lineage(self.position.timeline)
            here, there = (
                lineage.index_of(position.seq) if position.seq else -1
                for position in (self.position, outcome.position)
            )
            outcome = replace(outcome, jump=abs(here - there) > 1)
        return self.follow(outcome)

    def _jumped(self, motion: Motion, count: int) -> Outcome:
        return self.follow(self._repeated(motion, count))

    def _repeated(self, motion: Motion, count: int) -> Outcome:
        outcome = motion(self.position)
        for _ in range(count - 1):
            if isinstance(outcome, Stayed):
                break
            further = motion(outcome.position)
            if isinstance(further, Stayed):
                break
            outcome = further
        return outcome


def _hit(trace: Trace, at: Position, *, seqs: Sequence[int], direction: int) -> Outcome:
    lineage = trace.lineage(at.timeline)
    if direction > 0:
        found = (seqs[index] for index in range(bisect_right(seqs, at.seq), len(seqs)))
    else:
        found = (seqs[index] for index in range(bisect_left(seqs, at.seq) - 1, -1, -1))
    for seq in found:
        if lineage.contains(seq):
            return Moved(Position(at.timeline, seq))
    if not seqs:
        return Stayed(at, "There are no hits", "search", "searches")
    where, action, does = (
        ("after", "previous-hit", "goes back")
        if direction > 0
        else ("before", "next-hit", "goes on")
    )
    return Stayed(at, f"No hit {where} {spoken(at.seq)}", action, does)
