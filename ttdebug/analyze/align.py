"""Two timelines, of one run, of two runs or files, laid side by side by what was done on them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple, TypeAlias

from ttdebug.analyze import sequences
from ttdebug.analyze.signatures import NOTHING, Reader, change
from ttdebug.model import Event, Position
from ttdebug.replay.work import Work
from ttdebug.store.trace import Lineage, Trace

StretchKind: TypeAlias = Literal["same", "outcome", "changed", "removed", "added"]
Difference: TypeAlias = Literal["arguments", "result", "state"]


class Line(NamedTuple):
    """One side of an alignment: a timeline of an open recording, up to and including `seq`."""

    trace: Trace
    timeline: int
    seq: int

    @property
    def lineage(self) -> Lineage:
        """The rows of the timeline."""
        return self.trace.lineage(self.timeline)

    def __len__(self) -> int:
        return self.lineage.index_of(self.seq) + 1

    def position(self, row: int) -> Position:
        """Just after the event in a row; row -1 is the start."""
        return Position(self.timeline, self.lineage.seq_at(row) if row >= 0 else 0)

    def events(self, rows: range) -> list[Event]:
        """The events in some rows."""
        return self.trace.window(self.lineage, rows.start, rows.stop)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring rows of which the same can be said; `a` and `b` are row numbers from 0.

    `same`: what was done, what came of it and what it changed are the same. `outcome`: the same was
    done with another result or state change. `changed`: the same kind of thing was done with other
    arguments. `removed` is only in A, where `b` is empty, `added` only in B.
    """

    kind: StretchKind
    a: range
    b: range
    differs: tuple[Difference, ...] = ()

    def __len__(self) -> int:
        return max(len(self.a), len(self.b))


class Divergence(NamedTuple):
    """Where two timelines part: the last positions they share, and the first that differ.

    A side that has no event of its own there stays at the shared position.
    """

    stretch: Stretch
    shared_a: Position
    shared_b: Position
    a: Position
    b: Position


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two lines with all their rows in stretches, in order; the first `shared` rows are one."""

    a: Line
    b: Line
    stretches: Sequence[Stretch]
    shared: int

    def counts(self) -> dict[StretchKind, int]:
        """How many rows there are of each kind."""
        found: Counter[StretchKind] = Counter()
        for stretch in self.stretches:
            found[stretch.kind] += len(stretch)
        return dict(found)

    @property
    def aligned(self) -> int:
        """How many events have a partner on the other side."""
        return sum(len(one) for one in self.stretches if one.a and one.b)

    @property
    def first(self) -> Divergence | None:
        """The first divergence; None where both did the same to the end."""
        at = next((one for one in self.stretches if one.kind != "same"), None)
        return None if at is None else self.divergence(at)

    def at(self, stretch: Stretch, offset: int) -> tuple[Position, Position]:
        """Where both sides stand in a row of a stretch; one without an event stays before it."""
        return (
            self.a.position(min(stretch.a.start + offset, stretch.a.stop - 1)),
            self.b.position(min(stretch.b.start + offset, stretch.b.stop - 1)),
        )

    def divergence(self, stretch: Stretch) -> Divergence:
        """Where a stretch begins."""
        before = self.a.position(stretch.a.start - 1), self.b.position(stretch.b.start - 1)
        return Divergence(stretch, *before, *self.at(stretch, 0))


def align(a: Line, b: Line, work: Work | None = None) -> Alignment:
    """Align by what the events did; see `signatures` for what counts and `sequences` for how.

    Events before the fork of two timelines of one recording are not read. Raises Cancelled.
    """
    shared = _shared(a, b)
    work = work or Work()
    work.total = len(a) + len(b) - 2 * shared
    left, right = _read(a, shared, work), _read(b, shared, work)
    pairs = sequences.align(left.tokens, right.tokens, work)
    stretches = list(_stretches(left, right, pairs, shared))
    return Alignment(a, b, stretches, shared)


class _Track(NamedTuple):
    """What was read of one side; `written` is what each event changed in a state."""

    tokens: sequences.Tokens
    written: Sequence[int]


def _shared(a: Line, b: Line) -> int:
    """How many rows both sides have from one history."""
    if a.trace is not b.trace:
        return 0
    reaches = {reach.timeline: reach.last for reach in a.lineage.reaches}
    for timeline, last in b.lineage.reaches:
        if timeline in reaches:
            seq = min(last, reaches[timeline], a.seq, b.seq)
            return a.lineage.index_of(seq) + 1
    return 0


def _read(line: Line, start: int, work: Work) -> _Track:
    kinds, actions, wholes, written = (array("Q") for _ in range(4))
    words: list[int] = []
    if start < len(line):
        first = line.lineage.seq_at(start)
        reader = Reader({agent for run in line.trace.runs for agent in run.agents})
        changes = _changes(line, first)
        at, changed = next(changes, (0, NOTHING))
        for event in line.trace.events(first, line.seq, timeline=line.timeline):
            work.tick()
            deed = reader.deed(event)
            kinds.append(deed.kind)
            actions.append(deed.action)
            wholes.append(deed.whole)
            words.append(deed.words)
            written.append(changed if at == event.seq else NOTHING)
            while at and at <= event.seq:
                at, changed = next(changes, (0, NOTHING))
    return _Track(sequences.Tokens(kinds, actions, wholes, words), written)


def _changes(line: Line, first: int) -> Iterator[tuple[int, int]]:
    for written in line.trace.deltas(first, line.seq, timeline=line.timeline):
        yield written.seq, change(written.ops)


def _stretches(
    left: _Track, right: _Track, pairs: sequences.Pairs, shared: int
) -> Iterator[Stretch]:
    """Pairs and what is between them as stretches, the shared rows before them."""
    if shared:
        pairs = [(here + shared, there + shared) for here, there in pairs]
    parts = groupby(_parts(left, right, pairs, shared), key=lambda part: (part.kind, part.differs))
    for (kind, differs), several in parts:
        some = list(several)
        a = range(some[0].a.start, some[-1].a.stop)
        b = range(some[0].b.start, some[-1].b.stop)
        yield Stretch(kind, a, b, differs)


def _parts(left: _Track, right: _Track, pairs: sequences.Pairs, shared: int) -> Iterator[Stretch]:
    """Every pair by itself, and the gaps between them."""
    a = b = shared
    if shared:
        yield Stretch("same", range(shared), range(shared))
    ends = (len(left.written) + shared, len(right.written) + shared)
    for here, there in [*pairs, ends]:
        if here > a:
            yield Stretch("removed", range(a, here), range(b, b))
        if there > b:
            yield Stretch("added", range(here, here), range(b, there))
        if (here, there) != ends:
            yield _pair(left, right, here, there, shared)
        a, b = here + 1, there + 1


def _pair(left: _Track, right: _Track, a: int, b: int, shared: int) -> Stretch:
    here, there = a - shared, b - shared
    mine, other = left.tokens, right.tokens
    differs: list[Difference] = []
    if mine.action[here] != other.action[there]:
        differs.append("arguments")
    elif mine.whole[here] != other.whole[there]:
        differs.append("result")
    if left.written[here] != right.written[there]:
        differs.append("state")
    kind: StretchKind = "changed" if "arguments" in differs else "outcome" if differs else "same"
    return Stretch(kind, range(a, a + 1), range(b, b + 1), tuple(differs))
