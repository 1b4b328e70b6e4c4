"""The event that wrote each row of the state tree last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug import paths
from ttdebug.analyze.history import last_write
from ttdebug.errors import Cancelled
from ttdebug.replay.work import Work
from ttdebug.tui.naming import Elements

if TYPE_CHECKING:
    from ttdebug.model import Position, Value
    from ttdebug.store.trace import Trace


class LastWrites:
    """Answers for pointers into the state that `owner` has at a position, each asked once.

    An element of a list is looked for by what identifies it: the list is written as often as any
    of its elements. None where nothing wrote the path, or where too many events may have.
    """

    def __init__(self, trace: Trace, position: Position, owner: str, state: Value) -> None:
        self._trace = trace
        self._position = position
        self._owner = owner
        self._state = state
        self._elements = Elements()
        self._known: dict[str, int | None] = {}

    def __call__(self, pointer: str) -> int | None:
        """The last event at or before the position that wrote a path."""
        if pointer not in self._known:
            self._known[pointer] = self._find(self._elements.named(self._state, pointer))
        return self._known[pointer]

    def _find(self, path: paths.Path) -> int | None:
        if any(not isinstance(step, paths.Key) for step in path):
            return self._of_element(path)
        touches = self._trace.touches(
            self._position.timeline, self._owner, path, last=self._position.seq, reverse=True
        )
        return next((touch.seq for touch in touches), None)

    def _of_element(self, path: paths.Path) -> int | None:
        few = Work(cancelled=lambda: True)
        try:
            write = last_write(self._trace, path, self._position, self._owner, work=few)
        except Cancelled:
            return None
        return None if write is None else write.seq
