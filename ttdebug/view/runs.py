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
"""The file comes last, so that it can be left out."""

_ID: Final = 8
_NAME: Final = 24


class Listed(NamedTuple):
    """A run, the file it is in, and the file's name in the folder that was asked about."""

    file: str
    shown: str
    told: Told


def row(listed: Listed) -> Sequence[str]:
    """One run; times are UTC."""
    told, run = listed.told, listed.told.run
    start = iso(run.start)
    return (
        run.id[:_ID] if len(run.id) > _NAME else run.id,
        run.name if len(run.name) <= _NAME else run.name[: _NAME - 1] + "…",
        start[:19].replace("T", " ") if start else numbers.UNKNOWN,
        numbers.clock(seconds(told.duration)),
        numbers.seq(told.events),
        numbers.seq(len(run.agents)),
        numbers.seq(len(run.timelines)),
        numbers.seq(told.errors),
        told.outcome or numbers.UNKNOWN,
        numbers.size(told.size),
        listed.shown,
    )
