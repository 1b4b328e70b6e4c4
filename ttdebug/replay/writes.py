"""Every write of a state path on a timeline, in either direction, with exact old and new values.

The index names the events that may have written a path. What they wrote is taken from the index
where it holds the value, else from the event's own delta, and from a whole state only where
neither tells (one element of a list, and the value before the first event looked at).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, TypeAlias

from ttdebug import delta as deltas
from ttdebug.model import MISSING, Position, Value
from ttdebug.paths import Ident, Key, Path, concrete, dotted, pointer, resolve
from ttdebug.replay.outcome import Moved, Outcome, Stayed, spoken
from ttdebug.replay.work import Work
from ttdebug.replay.written import Segments, fixed_steps, fold, single, written
from ttdebug.store.touch import UNKNOWN, Inline, Touch, Unknown
from ttdebug.store.trace import Trace

WriteOp: TypeAlias = Literal["add", "replace", "remove"]

_FIRST_CHUNK: Final = 2
_CHUNK: Final = 256


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a path, or of something below it, at event `seq`.

    `path` is the JSON Pointer at which the path stood then; MISSING is the value of a path that
    did not exist. `equal` tells a write that left the value as it was.
    """

    seq: int
    path: str
    op: WriteOp
    old: Value
    new: Value
    equal: bool = False


def writes(
    trace: Trace,
    timeline: int,
    agent: str,
    path: Path,
    *,
    first: int = 1,
    last: int | None = None,
    reverse: bool = False,
    work: Work | None = None,
) -> Iterator[Write]:
    """Writes of `path` in `agent`'s state at events first <= seq <= last of the timeline.

    A first snapshot writes all it holds. An event that neither wrote the value nor changed it is
    none, such as a change elsewhere in a list that the path leads through.
    """
    reader = _Reader(trace, timeline, agent, path)
    work = work or Work()
    candidates = reader.candidates(first, last, reverse)
    if not reverse:
        yield from reader.forward(candidates, work)
        return
    size = _FIRST_CHUNK
    chunk = list(islice(candidates, size))
    while chunk:
        older = list(islice(candidates, 1))
        base = reader.inline(older[0]) if older else UNKNOWN
        found = list(reader.forward(reversed(chunk), work, base))
        yield from reversed(found)
        size = min(size * 2, _CHUNK)
        chunk = older + list(islice(candidates, size))


def ever_written(trace: Trace, path: Path, agent: str | None = None) -> bool:
    """Whether `path` ever had a value in the state of an agent, or of any."""
    return any(
        next(writes(trace, timeline, owner, path), None) is not None
        for timeline in trace.timelines
        for owner in trace.agents_with_state(timeline)
        if agent in (None, owner)
    )


def write_motion(
    trace: Trace, at: Position, *, path: Path, agent: str, direction: int, work: Work
) -> Outcome:
    """To the nearest write of a path on the position's timeline."""
    if direction > 0:
        found = writes(trace, at.timeline, agent, path, first=at.seq + 1, work=work)
    else:
        found = writes(trace, at.timeline, agent, path, last=at.seq - 1, reverse=True, work=work)
    for write in found:
        note = f"{dotted(path)} was written and stayed equal" if write.equal else ""
        return Moved(Position(at.timeline, write.seq), note=note)
    fact = f"No write of {dotted(path) or 'the state'}"
    if direction > 0:
        return Stayed(at, f"{fact} after {spoken(at.seq)}", "previous-write", "searches back")
    return Stayed(at, f"{fact} before {spoken(at.seq)}", "next-write", "searches forward")


class _Reader:
    """Values of one path along its candidate events.

    Up to the first step into a list a path means one place, whose value can be carried along from
    delta to delta. An element looked for by identity has far fewer candidates than its list; for
    those the state is asked where index and delta do not tell.
    """

    def __init__(self, trace: Trace, timeline: int, agent: str, path: Path) -> None:
        self._trace = trace
        self._timeline = timeline
        self._agent = agent
        fixed = fixed_steps(path)
        self._place = tuple(step.text for step in path[:fixed] if isinstance(step, Key))
        self._rest = path[fixed:]
        self._path = path
        self._by_identity = any(isinstance(step, Ident) for step in self._rest)
        self._carried = path if self._by_identity else path[:fixed]

    def candidates(self, first: int, last: int | None, reverse: bool) -> Iterator[Touch]:
        """The events that may have changed what is carried along."""
        return self._trace.touches(
            self._timeline, self._agent, self._carried, first=first, last=last, reverse=reverse
        )

    def forward(
        self, touches: Iterable[Touch], work: Work, base: Inline = UNKNOWN
    ) -> Iterator[Write]:
        """The writes among ascending candidates; `base` is what was carried before the first."""
        old = base
        for touch in touches:
            work.tick()
            if isinstance(old, Unknown):
                old = self._state_before(touch.seq, self._carried)
            new, segments = self._after(touch, old)
            write = self._write(touch, old, new, segments)
            if write is not None:
                yield write
            old = new

    def inline(self, touch: Touch) -> Inline:
        """The value after a candidate as far as the index itself knows it."""
        return touch.value if touch.exact else UNKNOWN

    def _after(self, touch: Touch, old: Value) -> tuple[Value, Segments | None]:
        """What is carried after a candidate, and where the path stood if that came with it."""
        known = self.inline(touch)
        if not self._by_identity:
            if not isinstance(known, Unknown):
                return known, None
            folded = fold(old, self._delta(touch.seq), self._place)
            if not isinstance(folded, Unknown):
                return folded, None
        elif touch.exact:
            found = single(self._delta(touch.seq), self._place, self._rest)
            if found is not None:
                return found
        if not isinstance(known, Unknown):
            return known, None
        return resolve(self._state(touch.seq), self._carried), None

    def _write(
        self, touch: Touch, old: Value, new: Value, segments: Segments | None
    ) -> Write | None:
        if not self._by_identity:
            before, after = resolve(old, self._rest), resolve(new, self._rest)
        else:
            before, after = old, new
        equal = deltas.equal(before, after)
        if equal and (after is MISSING or not self._written(touch.seq, old)):
            return None
        if segments is None:
            segments = self._where(touch.seq, old if after is MISSING else new, after is MISSING)
        op: WriteOp = "remove" if after is MISSING else "add" if before is MISSING else "replace"
        return Write(touch.seq, pointer(segments), op, before, after, equal)

    def _written(self, seq: int, old: Value) -> bool:
        """Whether the event's delta names the path although it left the value equal."""
        if self._by_identity:
            place = self._path[: len(self._place)]
            old = self._state_before(seq, place)
        return written(old, self._delta(seq), self._place, self._rest)

    def _where(self, seq: int, carried: Value, removed: bool) -> Segments:
        """The place of the path in the state after the event, or before it if it is gone after."""
        if not self._rest:
            return self._place
        if not self._by_identity:
            return self._place + (concrete(carried, self._rest) or ())
        state = self._before(seq) if removed else self._state(seq)
        return concrete(state, self._path) or self._place

    def _delta(self, seq: int) -> deltas.Delta:
        return self._trace.delta(seq) or []

    def _state(self, seq: int) -> Value:
        return self._trace.state(seq, self._agent, self._timeline)

    def _before(self, seq: int) -> Value:
        return self._trace.before(seq, self._agent, self._timeline)

    def _state_before(self, seq: int, path: Path) -> Value:
        return resolve(self._before(seq), path)
