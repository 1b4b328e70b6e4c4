"""What a model was told in a call, beside what it was told in another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from ttdebug.analyze import prompts
from ttdebug.analyze.context import ContextDiff, context_diff
from ttdebug.analyze.prompts import Call
from ttdebug.model import Position
from ttdebug.tui.background import Show
from ttdebug.tui.screens.page import Page, PageKey
from ttdebug.tui.widgets.lines import VirtualLines
from ttdebug.view import numbers
from ttdebug.view.context import context_rows
from ttdebug.view.line import NOWHERE, FixedRows, Span, span

if TYPE_CHECKING:
    from ttdebug.replay.work import Work
    from ttdebug.store.trace import Trace


class ContextScreen(Page[Position]):
    """Dismisses with a position to go to. `other` is where the other call is looked for."""

    KEYS: ClassVar[tuple[PageKey, ...]] = (
        PageKey("j k down up", "row", "a line down / up", "line"),
        PageKey("pagedown pageup ctrl+d ctrl+u", "page", "a page down / up"),
        PageKey("n N", "call", "the next / previous call of this agent", "next / previous call"),
        PageKey("o", "unfold", "kept messages and whole texts, or folded", "unfold"),
        PageKey("enter", "go", "go to this call", "go there"),
    )

    MAIN = "messages"

    def __init__(self, trace: Trace, position: Position, other: Position | None = None) -> None:
        super().__init__()
        self._trace = trace
        self._position = position
        self._other = other
        self._found: ContextDiff | None = None
        self._unfolded = False

    def parts(self) -> Sequence[Widget]:
        """The messages."""
        return [VirtualLines("messages")]

    def on_mount(self) -> None:
        """Compare the call here with the other, or with the one before."""
        self.main.light(lit=True)
        other = None if self._other is None else (self._trace, self._other)
        self._load(lambda: prompts.pair(self._trace, self._position, other))

    def _load(self, calls: Callable[[], tuple[Call, Call]]) -> None:
        def work(work: Work) -> Show:
            found = context_diff(*calls())
            return lambda: self._show(found)

        self.load("Reading prompts", work)

    def _show(self, found: ContextDiff) -> None:
        self._found = found
        self.main.show(FixedRows((), 0), top=0)
        self.redraw()
        rows = self.main.rows
        first = (at for at in range(len(rows)) if rows.target(at) != NOWHERE)
        self.main.move_to(next(first, 0))

    def heading(self) -> Sequence[Span]:
        """Which call."""
        if self._found is None:
            return [span("context", "dim")]
        new = self._found.new.event
        return [span("context of the model call ", "dim"), span(numbers.seq(new.seq), "fg bold")]

    def redraw(self) -> None:
        """Lay the messages out at this width."""
        lines = self.main
        width = lines.size.width
        if self._found is not None and width:
            rows = context_rows(self._found, width, unfolded=self._unfolded)
            lines.show(rows, max(lines.cursor, 0))

    @on(VirtualLines.Pointed)
    def _pointed(self, event: VirtualLines.Pointed) -> None:
        event.lines.move_to(event.index)

    def do_unfold(self, at: int) -> None:
        """All there is, or what matters."""
        self._unfolded = not self._unfolded
        self.redraw()

    def do_call(self, at: int) -> None:
        """The pair of calls after or before this one."""
        found, trace, timeline = self._found, self._trace, self._position.timeline
        if found is None:
            return
        if at:
            self._load(lambda: (prompts.call_before(trace, found.old, timeline), found.old))
        else:
            self._load(lambda: (found.new, prompts.call_after(trace, found.new, timeline)))

    def do_go(self, at: int) -> None:
        """Leave for the call."""
        if self._found is not None:
            self.leave(Position(self._position.timeline, self._found.new.event.seq))
