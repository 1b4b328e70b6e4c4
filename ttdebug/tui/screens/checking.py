"""Checks a condition while it is typed, and counts its hits in a worker; the last one wins."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from ttdebug.errors import Cancelled, ConditionError, TtdebugError
from ttdebug.replay.breakpoints import BreakpointSet
from ttdebug.replay.completion import Unwritten, unwritten
from ttdebug.replay.points import to_json
from ttdebug.view import line
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import Line, span

if TYPE_CHECKING:
    from ttdebug.replay.hits import Hit
    from ttdebug.replay.points import AnyPoint
    from ttdebug.tui.desk import Desk

_INDENT = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a condition: a fault, or how it is meant, and later its hits."""

    error: str = ""
    refused: bool = False
    column: int | None = None
    suggestion: str | None = None
    meaning: str = ""
    unwritten: Sequence[Unwritten] = ()
    hits: Sequence[Hit] | None = None
    took: float = 0.0
    timeline: int = 0

    @classmethod
    def fault(cls, error: TtdebugError, *, refused: bool = False) -> Checked:
        """A condition that cannot be used, and where; `refused` if it should have been set."""
        if isinstance(error, ConditionError):
            column, suggestion = error.column, error.suggestion
            return cls(error=str(error), refused=refused, column=column, suggestion=suggestion)
        return cls(error=str(error), refused=refused)

    @classmethod
    def reading(cls, point: AnyPoint) -> Checked:
        """A condition that can be used, not counted yet."""
        condition = point.condition
        return cls(meaning=condition.explain()[0] if condition is not None else "")

    def verdict(self, width: int) -> list[Line]:
        """The line under the condition; a caret stands under the column that is meant."""
        if self.error:
            told = [span("✕ ", "error"), span(safe(self.error), "error" if self.refused else "fg")]
            if self.refused:
                told.insert(1, span("Not set. ", "error bold"))
            if self.suggestion:
                told += [span("  did you mean ", "dim"), span(safe(self.suggestion), "fg bold")]
            return self._pointed(told, self.column, "error", width)
        for path in self.unwritten:
            told = [span("▲ ", "change"), span("nothing ever wrote ", "dim"), span(safe(path.path))]
            if path.suggestion:
                told += [span("  did you mean ", "dim"), span(safe(path.suggestion), "fg bold")]
            return self._pointed(told, path.column, "change", width)
        good = [span("  "), span("✓ ", "added"), span(safe(self.meaning), "dim")]
        return [line.fit(good, width), ()]

    def _pointed(
        self, told: Sequence[line.Span], column: int | None, style: str, width: int
    ) -> list[Line]:
        if column is None:
            return [(), line.fit([span("  "), *told], width)]
        caret = (span(" " * min(_INDENT + column, width - 1)), span(lit("╵"), style))
        return [caret, line.fit([span("  "), *told], width)]


class Checking:
    """One count at a time."""

    class Done(Message):
        """A count is finished."""

        def __init__(self, ticket: int, checked: Checked) -> None:
            super().__init__()
            self.ticket = ticket
            self.checked = checked

    def __init__(self, owner: Widget, desk: Desk) -> None:
        self._owner = owner
        self._desk = desk
        self._ticket = 0

    def forget(self) -> None:
        """Whatever is counted now will not be shown."""
        self._ticket += 1

    def wanted(self, message: Done) -> bool:
        """Whether a result is that of the last request."""
        return message.ticket == self._ticket

    def start(self, point: AnyPoint) -> None:
        """Count the hits of a point that is not set yet."""
        self._ticket += 1
        ticket, timeline = self._ticket, self._desk.position.timeline
        self._owner.run_worker(
            lambda: self._count(point, timeline, ticket), group="check", exclusive=True, thread=True
        )

    def _count(self, point: AnyPoint, timeline: int, ticket: int) -> None:
        worker, trace = get_current_worker(), self._desk.trace
        began = time.perf_counter()
        known = Checked.reading(point)
        try:
            slips = () if point.condition is None else unwritten(trace, point.condition)
            draft = BreakpointSet.from_json(trace, [to_json(point)])
            hits = draft.hits(point.number, timeline).all(lambda: worker.is_cancelled)
        except Cancelled:
            return
        except TtdebugError as error:
            self._owner.post_message(self.Done(ticket, Checked.fault(error)))
            return
        if point.when is not None:
            hits = [hit for hit in hits if point.when.admits(hit.hits)]
        took = time.perf_counter() - began
        done = Checked(
            meaning=known.meaning, unwritten=slips, hits=hits, took=took, timeline=timeline
        )
        self._owner.post_message(self.Done(ticket, done))
