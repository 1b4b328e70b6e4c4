"""Rows of a table of checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ttdebug.analyze.checkpoints import Checkpoint, state_bytes
from ttdebug.store.trace import Trace
from ttdebug.view import numbers
from ttdebug.view.places import Places


def head(places: Places) -> Sequence[str]:
    """The names of the columns; `places` names timelines where there are several."""
    where = (places.title,) if places else ()
    return ("seq", "elapsed", *where, "name", "kind", "tags", "agent", "state", "description")


def row(trace: Trace, one: Checkpoint, places: Mapping[int, str]) -> Sequence[str]:
    """One checkpoint, with how large the state there is."""
    size = state_bytes(trace, one)
    return (
        numbers.seq(one.seq),
        numbers.elapsed(one.event.elapsed),
        *((places.get(one.timeline, ""),) if places else ()),
        one.event.name or "",
        one.kind or numbers.UNKNOWN,
        ", ".join(one.tags),
        one.event.agent or "",
        numbers.UNKNOWN if size is None else numbers.size(size),
        one.description or "",
    )
