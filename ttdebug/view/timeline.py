"""Rows of the timeline: columns for a width, agent lanes, and one event per line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ttdebug.model import MISSING, Event, Value
from ttdebug.view.line import Cursor, Line


class Gutter(NamedTuple):
    """The marks left of a row; `bookmark` is its letter."""

    breakpoint: Literal["on", "off", "log"] | None = None
    bookmark: str | None = None
    checkpoint: bool = False


class Written(NamedTuple):
    """A watched path that the row's event wrote; `path` is dotted."""

    path: str
    old: Value = MISSING
    new: Value = MISSING


NO_MARKS = Gutter()


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns a timeline of `width` cells has, and how wide they are (0: not shown)."""

    width: int
    agents: tuple[str, ...]
    seq: int
    elapsed: int
    lane: int  # cells per agent: 2, 1, or 0 for a single glyph
    agent: int  # width of the two-letter agent column
    type: int
    changes: Literal["all", "strongest"]
    took: int


def columns(width: int, screen: int, agents: Sequence[str], last_seq: int) -> Columns:
    """The columns for a pane of `width` cells on a screen of `screen` cells."""
    raise NotImplementedError


def header(layout: Columns) -> Line:
    """The column heads; shown where the pane has elapsed times, else superfluous."""
    raise NotImplementedError


def row(
    layout: Columns,
    event: Event,
    *,
    open_agents: Collection[str] = (),
    gutter: Gutter = NO_MARKS,
    written: Written | None = None,
    cursor: Cursor = "none",
) -> Line:
    """One event. `open_agents` have an open span at this row (see `lanes.open_agents`)."""
    raise NotImplementedError
