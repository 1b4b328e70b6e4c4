"""Rows of the drawer: breakpoints, hits, log, watches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ttdebug.model import MISSING, Event, Value
from ttdebug.view.line import Cursor, Line


class Breakpoint(NamedTuple):
    """A breakpoint as shown; `strip` has hits per cell over the run, None while not known."""

    number: int
    text: str
    state: Literal["on", "off", "log"] = "on"
    hits: int | None = None
    strip: Sequence[int] | None = None
    stopped_here: bool = False


class Watch(NamedTuple):
    """A watched path (dotted) and its value now; `values` are samples over the run."""

    path: str
    value: Value = MISSING
    at: int | None = None
    values: Sequence[float | None] = ()
    now: int | None = None  # the sample the cursor is at
    changed_here: bool = False


def breakpoint_row(item: Breakpoint, width: int, cursor: Cursor = "none") -> Line:
    """Mark, number, condition, hit strip, hits."""
    raise NotImplementedError


def watch_row(item: Watch, width: int, cursor: Cursor = "none") -> Line:
    """Name, sparkline, value, where it was last written."""
    raise NotImplementedError


def hit_row(event: Event, ordinal: int, reason: str, width: int, cursor: Cursor = "none") -> Line:
    """One hit: ordinal, seq, event, reason."""
    raise NotImplementedError


def log_row(seq: int, text: str, width: int, cursor: Cursor = "none") -> Line:
    """One line of a logpoint or of the session."""
    raise NotImplementedError
