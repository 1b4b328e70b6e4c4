"""The static report: timeline, diff and causality around a position as plain lines."""

from __future__ import annotations

from ttdebug.model import Position
from ttdebug.store.trace import Trace
from ttdebug.view.line import Line


def report(trace: Trace, position: Position, width: int = 100) -> list[Line]:
    """What the debugger would show at a position, for a pipe or a file."""
    raise NotImplementedError
