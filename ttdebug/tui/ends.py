"""The ends of a comparison as one types them: positions here, timelines, and other recordings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ttdebug.analyze.sides import Side
from ttdebug.errors import TtdebugError, UsageError
from ttdebug.replay import positions
from ttdebug.replay.names import named_timelines
from ttdebug.replay.work import Work

if TYPE_CHECKING:
    from ttdebug.model import Position
    from ttdebug.store.trace import Trace
    from ttdebug.tui.desk import Desk


Find: TypeAlias = Callable[[Work], Side]


class Ends:
    """Finds ends, and keeps the recordings it had to open until it is closed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._opened: dict[str, Trace] = {}

    def here(self, position: Position | None = None) -> Side:
        """A place in the recording on the desk: by default where we stand."""
        desk = self._desk
        return Side(desk.trace, position or desk.position, str(desk.trace.source_path))

    def find(self, text: str) -> Find:
        """What finds `123`, `fork-1:50%`, `fork-1` (its end), `other.ttd` (its end) or `FILE@123`.

        Only other recordings take time to find. Raises UsageError and NotFoundError at once.
        """
        name, at, place = text.rpartition("@")
        if at and Path(name).exists():
            return lambda work: self._elsewhere(name, place, work)
        desk = self._desk
        try:
            if named_timelines(desk.trace, text) and text not in ("start", "end"):
                text = f"{text}:end"
            here, marks = desk.position, desk.navigator.bookmarks
            side = self.here(positions.parse(desk.trace, text, at=here, bookmarks=marks))
        except UsageError:
            if Path(text).exists():
                return lambda work: self._elsewhere(text, "end", work)
            if at:
                raise UsageError(f"There is no file {name}") from None
            raise
        return lambda work: side

    def own(self, side: Side) -> bool:
        """Whether one can go to a side's events from here."""
        return side.trace is self._desk.trace

    def close(self) -> None:
        """Close what was opened."""
        for trace in self._opened.values():
            trace.close()
        self._opened.clear()

    def _elsewhere(self, name: str, place: str, work: Work) -> Side:
        from ttdebug import formats

        def progress(done: int, total: int) -> None:
            work.done, work.total = done, total
            work.look()

        if name not in self._opened:
            self._opened[name] = formats.open(name, progress=progress)
            work.done = work.total = 0
        trace = self._opened[name]
        try:
            return Side(trace, positions.parse(trace, place), name)
        except TtdebugError as error:
            raise type(error)(f"{name}: {error}") from None
