"""The timeline as rows: blocks of events around what is in sight, read once and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ttdebug.errors import TtdebugError
from ttdebug.view import lanes, timeline
from ttdebug.view.gate import safe
from ttdebug.view.line import Cursor, Line, Target, mark, span

if TYPE_CHECKING:
    from ttdebug.model import Event
    from ttdebug.store.trace import Lineage, Trace

_BLOCK: Final = 64
_BLOCKS: Final = 64
"""Blocks of rows kept: some 4,000 events, and never more than one block read per paint."""

Written = Mapping[int, timeline.Written]


class _Block(NamedTuple):
    events: Sequence[Event]
    open: Sequence[frozenset[str]]
    written: Written
    fault: str = ""


class TimelineRows:
    """Rows of one timeline at one width; `gutter` and `written` answer for what was added to it."""

    def __init__(
        self,
        trace: Trace,
        lineage: Lineage,
        layout: timeline.Columns,
        gutter: Callable[[Event], timeline.Gutter],
        written: Callable[[Sequence[Event]], Written],
    ) -> None:
        self._trace = trace
        self._lineage = lineage
        self._layout = layout
        self._gutter = gutter
        self._written = written
        self._blocks: OrderedDict[int, _Block] = OrderedDict()

    def __len__(self) -> int:
        return len(self._lineage)

    def event(self, index: int) -> Event:
        """The event in a row."""
        block, offset = self._block(index)
        return block.events[offset]

    def line(self, index: int, cursor: Cursor = "none") -> Line:
        """One event."""
        block, offset = self._block(index)
        if block.fault:
            told = (span("    "), span(safe(block.fault), "error"))
            return mark(told, self._layout.width, cursor)
        event = block.events[offset]
        return timeline.row(
            self._layout,
            event,
            open_agents=block.open[offset],
            gutter=self._gutter(event),
            written=block.written.get(event.seq),
            cursor=cursor,
        )

    def target(self, index: int) -> Target:
        """The event of a row."""
        return Target(None, self._lineage.seq_at(index))

    def _block(self, index: int) -> tuple[_Block, int]:
        number, offset = divmod(index, _BLOCK)
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._read(number)
            if len(self._blocks) > _BLOCKS:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end(number)
        return block, offset

    def _read(self, number: int) -> _Block:
        """A block of rows; what is damaged shows its fault in place of its events."""
        try:
            return self._read_whole(number)
        except TtdebugError as error:
            return _Block((), (), {}, str(error))

    def _read_whole(self, number: int) -> _Block:
        start = number * _BLOCK
        events = self._trace.window(self._lineage, start, min(start + _BLOCK, len(self)))
        open_agents = lanes.open_agents(self._trace, self._lineage, events, self._layout.agents)
        return _Block(events, open_agents, self._written(events))
