"""Human output of the command line: events, history, diff and tree as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ttdebug.model import Change, Event, Value
from ttdebug.view.causality import Link
from ttdebug.view.diff import Write
from ttdebug.view.line import Line


def event_lines(events: Iterable[Event], width: int, agents: Sequence[str]) -> Iterator[Line]:
    """A head line and one line per event, as they come."""
    raise NotImplementedError


def history_lines(writes: Iterable[Write], width: int) -> Iterator[Line]:
    """A head line and one line per write."""
    raise NotImplementedError


def change_lines(
    changes: Sequence[Change], before: Value, after: Value, width: int
) -> Iterator[Line]:
    """Changes grouped by path, old → new."""
    raise NotImplementedError


def tree_lines(
    causes: Sequence[Link], event: Event, effects: Sequence[Link], width: int
) -> Iterator[Line]:
    """Causes, the event, effects."""
    raise NotImplementedError


def columns(rows: Iterable[Sequence[str]], head: Sequence[str], width: int) -> Iterator[Line]:
    """A plain table of gated cells; columns as wide as their first 200 rows need."""
    raise NotImplementedError
