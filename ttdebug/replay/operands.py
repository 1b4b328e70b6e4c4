"""The values of what a condition reads, along the writes of one timeline."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from ttdebug.delta import apply
from ttdebug.model import JSON, Value
from ttdebug.replay.conditions import Operand
from ttdebug.replay.folding import Projection
from ttdebug.replay.writes import writes
from ttdebug.store.crossings import Range
from ttdebug.store.stream import Written
from ttdebug.store.touch import Unknown
from ttdebug.store.trace import Trace

_WINDOW: Final = 1 << 14
_LOOKUPS: Final = 256  # values that the index does not hold and that are read from states
_CROWDED: Final = 64  # events per write from which folding every change costs less

Look = Callable[[int], None]


def changes(
    trace: Trace,
    operands: Iterable[Operand],
    look: Look,
    *,
    timeline: int | None,
    first: int = 1,
    last: int,
    agents: Collection[str] | None = None,
) -> Iterator[Written]:
    """The changes that may reach an operand; with `agents`, only those of their states.

    `look` is told from time to time where the reading stands.
    """
    named = [operand.agent for operand in operands]
    if agents is None and None not in named:
        agents = {name for name in named if name is not None}
    prefixes = [operand.prefix for operand in operands]
    keys = {prefix[0] for prefix in prefixes if prefix} if all(prefixes) else None
    for low in range(first, last + 1, _WINDOW):
        look(low)
        yield from trace.deltas(
            low,
            min(low + _WINDOW - 1, last),
            timeline=timeline,
            agents=agents,
            keys=keys,
        )


class OperandValues:
    """One operand in one agent's state on one timeline, from `first` up to `last`."""

    def __init__(
        self,
        trace: Trace,
        timeline: int,
        agent: str,
        operand: Operand,
        last: int,
        look: Look,
        first: int = 1,
    ) -> None:
        self._trace = trace
        self._timeline = timeline
        self._agent = agent
        self._operand = operand
        self._first = first
        self._last = last
        self._look = look

    def crossing(self, test: tuple[str, JSON] | None) -> Iterator[tuple[int, Value]]:
        """(seq, value) of each write; with `test`, of those at which its answer may differ."""
        within = None if test is None else Range.of(*test)
        crossings = within and self._trace.crossings(
            self._timeline,
            self._agent,
            self._operand.path,
            within,
            first=self._first,
            last=self._last,
        )
        if crossings is None:
            yield from self._written()
            return
        for seq, value in crossings:
            yield seq, self._at(seq) if isinstance(value, Unknown) else value

    def _written(self) -> Iterator[tuple[int, Value]]:
        """(seq, value) wherever the operand was written."""
        lookups = 0
        for touch in self._trace.touches(
            self._timeline,
            self._agent,
            self._operand.path,
            first=self._first,
            last=self._last,
        ):
            if not isinstance(touch.value, Unknown):
                yield touch.seq, touch.value
                continue
            lookups += 1
            if lookups > _LOOKUPS:
                crowded = touch.seq - self._first < lookups * _CROWDED
                yield from self._folded(touch.seq) if crowded else self._read(touch.seq)
                return
            yield touch.seq, self._at(touch.seq)

    def _at(self, seq: int) -> Value:
        return self._operand.value_in(self._trace.state(seq, self._agent, self._timeline))

    def _read(self, first: int) -> Iterator[tuple[int, Value]]:
        """From `first` on, by the changes at the events that the index names."""
        path = self._operand.path
        found = writes(self._trace, self._timeline, self._agent, path, first=first, last=self._last)
        for write in found:
            yield write.seq, write.new

    def _folded(self, first: int) -> Iterator[tuple[int, Value]]:
        """From `first` on, along all changes."""
        projection = Projection([self._operand])
        state = self._trace.before(first, self._agent, self._timeline)
        for written in changes(
            self._trace,
            [self._operand],
            self._look,
            timeline=self._timeline,
            first=first,
            last=self._last,
            agents={self._agent},
        ):
            if ops := projection.part(written.ops):
                state = apply(state, ops)
                yield written.seq, self._operand.value_in(state)
