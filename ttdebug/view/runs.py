"""Rows of a table of runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ttdebug.analyze.runs import Told
from ttdebug.model import iso, seconds
from ttdebug.view import numbers

HEAD: Final = (
    "run", "name", "start", "took", "events", "agents", "timelines", "errors", "outcome", "size",
    "file",
)  # fmt: skip
"""All columns; `shown` chooses among them."""

_ROOMY: Final = 110
_LEFT_OUT: Final = frozenset({"agents", "timelines", "size"})

_ID: Final = 8
_NAME: Final = 24


class Listed(NamedTuple):
    """A run, the file it is in, and the file's name in the folder that was asked about."""

    file: str
    shown: str
    told: Told


def shown(width: int, *, files: bool) -> list[int]:
    """The columns of a table: without figures where they would push out the name of the file."""
    narrow = files and width < _ROOMY
    return [
        at
        for at, name in enumerate(HEAD)
        if not (narrow and name in _LEFT_OUT) and (files or name != "file")
    ]


def row(listed: Listed) -> Sequence[str]:
    """One run, with all columns; times are UTC."""
    told, run = listed.told, listed.told.run
    start = iso(run.start)
    return (
        run.id[:_ID] if len(run.id) > _NAME else run.id,
        run.name if len(run.name) <= _NAME else run.name[: _NAME - 1] + "…",
        start[:16].replace("T", " ") if start else numbers.UNKNOWN,
        numbers.clock(seconds(told.duration)),
        numbers.seq(told.events),
        numbers.seq(len(run.agents)),
        numbers.seq(len(run.timelines)),
        numbers.seq(told.errors),
        told.outcome or numbers.UNKNOWN,
        numbers.size(told.size),
        listed.shown,
    )
