"""Points in recorded time as people write them, and the position each of them means."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from ttdebug.errors import NotFoundError
from ttdebug.model import EPOCH, Position
from ttdebug.store.trace import Trace

_ELAPSED = re.compile(r"\+?([0-9]{1,12}(?:\.[0-9]{1,12})?)(ms|s|m|h)\Z")
_CLOCK = re.compile(r"\+(?:([0-9]{1,6}):)?([0-9]{1,6}):([0-9]{2}(?:\.[0-9]{1,12})?)\Z")
_NANOSECONDS = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}")


def parse_elapsed(text: str) -> int | None:
    """`+12.5s`, `250ms`, `+2m`, `+1h`, `+02:10.5` as nanoseconds since a run began, else None."""
    if match := _ELAPSED.match(text):
        return int(Decimal(match[1]) * _NANOSECONDS[match[2]])
    if match := _CLOCK.match(text):
        minutes = int(match[1] or 0) * 60 + int(match[2])
        return int((minutes * 60 + Decimal(match[3])) * 10**9)
    return None


def parse_time(text: str) -> int | None:
    """An ISO 8601 date or time as nanoseconds since the epoch, UTC where no zone is given.

    None if it is not one.
    """
    if not _DATE.match(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - EPOCH
    return ((since.days * 86_400 + since.seconds) * 10**6 + since.microseconds) * 1000


def at_elapsed(trace: Trace, timeline: int, elapsed: int) -> Position:
    """The last position before the first event later than this long after the run's start."""
    return at_time(trace, timeline, _run_start(trace, timeline) + elapsed)


def at_time(trace: Trace, timeline: int, time: int) -> Position:
    """The last position before the first event that is later than `time`, in nanoseconds.

    Shown times end at microseconds, so an event within the same microsecond is not later.
    """
    _run_start(trace, timeline)
    lineage = trace.lineage(timeline)
    later = trace.first_later(lineage, (time // 1000 + 1) * 1000 - 1)
    index = len(lineage) if later is None else lineage.index_of(later)
    return Position(timeline, lineage.seq_at(index - 1) if index else 0)


def _run_start(trace: Trace, timeline: int) -> int:
    run_id = trace.timelines[timeline].run
    start = next(run.start for run in trace.runs if run.id == run_id)
    if start is None:
        raise NotFoundError(f"Run {run_id} recorded no times. Positions by number or percent work")
    return start
