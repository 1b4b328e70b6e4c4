"""Rows of a table of checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ttdebug.analyze.checkpoints import Checkpoint, state_bytes
from ttdebug.model import iso
from ttdebug.store.trace import Trace
from ttdebug.view import numbers
from ttdebug.view.places import Places

HEAD_OF_FILES: Final = ("time", "seq", "name", "kind", "tags", "agent", "state", "file")
"""All columns of a table of several recordings; `shown` chooses among them."""

_ROOMY: Final = 110
_LEFT_OUT: Final = frozenset({"kind", "tags", "agent", "state"})


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


def shown(width: int) -> list[int]:
    """The columns of `row_of_file`, without those that would push out the name of the file."""
    names = enumerate(HEAD_OF_FILES)
    return [at for at, name in names if width >= _ROOMY or name not in _LEFT_OUT]


def row_of_file(trace: Trace, one: Checkpoint, file: str) -> Sequence[str]:
    """One checkpoint of several recordings, with all columns; times are UTC."""
    time = iso(one.event.time)
    seq, _, name, kind, tags, agent, state, _ = row(trace, one, {})
    when = time[:16].replace("T", " ") if time else numbers.UNKNOWN
    return (when, seq, name, kind, tags, agent, state, file)
