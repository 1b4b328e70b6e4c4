"""Where one can stand in a recording, and which part of it a question is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, TypeAlias

from ttdebug.analyze.listing import Wanted
from ttdebug.api.moment import Moment
from ttdebug.errors import UsageError
from ttdebug.model import Position
from ttdebug.replay import names, positions
from ttdebug.store.trace import Trace

Place: TypeAlias = int | str | datetime | Moment
"""Where one can stand: an event's number, a position as text (`50%`, `+12.5s`, `fork-1:end`), a
time, or a moment."""

_END: Final = 2**62  # wherever the recording ends when the answer is read


def position_at(trace: Trace, place: Place, run: str | None = None) -> Position:
    """The position that is meant; raises UsageError or NotFoundError (see `Recording.at`)."""
    if isinstance(place, Moment):
        return place.position
    if isinstance(place, datetime):
        known = place if place.tzinfo else place.replace(tzinfo=UTC)
        place = known.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(place, int) and place < 0:
        raise UsageError(f"No event {place}. Events go from 1 to {trace.last_seq:,}")
    return positions.parse(trace, str(place), run=run)


def part_of(
    trace: Trace,
    agent: str | None = None,
    run: str | None = None,
    timeline: str | None = None,
    since: Place | None = None,
    until: Place | None = None,
    *,
    reverse: bool = False,
) -> Wanted:
    """What a question is about; raises UsageError for what is not in the recording."""
    chosen = None if run is None else names.find_run(trace, run)
    line = None if timeline is None else names.find_timeline(trace, timeline, chosen).id
    if agent is not None:
        names.check_agent(trace, agent)
    first = 1 if since is None else _bound(trace, since, run)
    last = _END if until is None else _bound(trace, until, run)
    return Wanted(first, last, chosen, line, agent, reverse)


def _bound(trace: Trace, place: Place, run: str | None) -> int:
    """An event number that bounds a list; one beyond the end is one."""
    return min(place, _END) if type(place) is int else position_at(trace, place, run).seq
