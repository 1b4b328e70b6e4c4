"""Positions as people write them: `123`, `50%`, `+12.5s`, times, `start`, `'mark`, `fork-1:POS`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches

from ttdebug.errors import NotFoundError, UsageError
from ttdebug.model import Position
from ttdebug.replay import clock
from ttdebug.replay.names import (
    choose_timeline,
    find_run,
    named_timelines,
    newest_timeline,
    no_timeline,
    timeline_name,
)
from ttdebug.store.trace import Trace

FORMS = "123, 50%, +12.5s, 2026-01-31T10:00:00Z, start, end, 'mark, timeline:POS"

_NUMBER = re.compile(r"[0-9]+\Z|[0-9]{1,3}(?:,[0-9]{3})+\Z")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%\Z")
_RELATIVE = re.compile(r"([+-])([0-9]{1,18})\Z")
_LONGEST = 1000


def parse(
    trace: Trace,
    text: str,
    *,
    at: Position | None = None,
    timeline: int | None = None,
    run: str | None = None,
    bookmarks: Mapping[str, Position] | None = None,
) -> Position:
    """The position that `text` means.

    A bare number is that event on the timeline that recorded it; everything else is on
    `timeline`, or that of `at` (where the person stands), or that of the newest event (of `run`).
    Raises UsageError for text that is no position, NotFoundError for an event that does not exist.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise UsageError(f"A position of {len(text):,} characters. Write one of {FORMS}")
    chosen = find_run(trace, run) if run is not None else None
    about = chosen.id if chosen else _run_about(trace, at, timeline)
    split = _split_timeline(trace, text, about)
    if split is not None:
        line, rest = split
        return _on_timeline(trace, line, rest, bookmarks or {})
    if _NUMBER.match(text) and _number(text):
        return _recorded(trace, text, chosen.id if chosen else None)
    if text.startswith("'"):
        return _bookmark(trace, text[1:], bookmarks or {}, chosen.id if chosen else None)
    if match := _RELATIVE.match(text):
        if at is None:
            raise UsageError(f"{text} counts from a current position, and there is none here")
        return step(trace, at, int(match[1] + match[2]))
    if timeline is None:
        timeline = at.timeline if at and not chosen else newest_timeline(trace, chosen).id
    found = _plain(trace, timeline, text)
    if found is None:
        raise _malformed(trace, text, about)
    return found


def format_position(trace: Trace, position: Position) -> str:
    """The shortest text that `parse` reads as this very position."""
    if not position.seq:
        if trace.last_seq and newest_timeline(trace).id == position.timeline:
            return "start"
        return f"{timeline_name(trace, position.timeline)}:start"
    if trace.event(position.seq).timeline_id == position.timeline:
        return str(position.seq)
    return f"{timeline_name(trace, position.timeline)}:{position.seq}"


def at_percent(trace: Trace, timeline: int, percent: float | Decimal) -> Position:
    """After that share of the timeline's events, 0 to 100; 0 is the start."""
    return at_count(trace, timeline, int(len(trace.lineage(timeline)) * Decimal(percent) / 100))


def at_count(trace: Trace, timeline: int, count: int) -> Position:
    """After the first `count` events of the timeline; beyond the last is the last."""
    lineage = trace.lineage(timeline)
    count = min(max(count, 0), len(lineage))
    return Position(timeline, lineage.seq_at(count - 1) if count else 0)


def step(trace: Trace, position: Position, events: int) -> Position:
    """So many events on or (negative) back along the position's timeline, at most to its ends."""
    index = trace.lineage(position.timeline).index_of(position.seq)
    return at_count(trace, position.timeline, index + 1 + events)


def on_timeline(trace: Trace, timeline: int, seq: int) -> Position:
    """The last event of the timeline that is not after `seq`."""
    lineage = trace.lineage(timeline)
    index = lineage.index_of(seq) if seq > 0 else -1
    return Position(timeline, lineage.seq_at(index) if index >= 0 else 0)


def percent(trace: Trace, position: Position) -> float:
    """How much of its timeline lies before and at a position, 0 to 100."""
    lineage = trace.lineage(position.timeline)
    return 100 * (lineage.index_of(position.seq) + 1) / len(lineage) if len(lineage) else 0.0


def _split_timeline(trace: Trace, text: str, run: str | None) -> tuple[int, str] | None:
    """The timeline named before a colon, longest name first, and what follows it."""
    at = text.rfind(":")
    while at > 0:
        name, rest = text[:at], text[at + 1 :].strip()
        candidates = named_timelines(trace, name)
        if candidates:
            seq = _number(rest) if _NUMBER.match(rest) else None
            return choose_timeline(trace, candidates, name, run, seq).id, rest
        at = text.rfind(":", 0, at)
    return None


def _on_timeline(
    trace: Trace, timeline: int, text: str, bookmarks: Mapping[str, Position]
) -> Position:
    if _NUMBER.match(text):
        return on_timeline(trace, timeline, _number(text))
    if text.startswith("'"):
        run = trace.timelines[timeline].run
        return on_timeline(trace, timeline, _bookmark(trace, text[1:], bookmarks, run).seq)
    found = _plain(trace, timeline, text)
    if found is None:
        name = trace.timelines[timeline].name
        raise UsageError(f"{text or 'nothing'} is no position on timeline {name}. Write {FORMS}")
    return found


def _plain(trace: Trace, timeline: int, text: str) -> Position | None:
    """A position that only needs to know its timeline; None if the text is none."""
    if text == "start" or (_NUMBER.match(text) and not _number(text)):
        return Position(timeline, 0)
    if text == "end":
        return at_count(trace, timeline, len(trace.lineage(timeline)))
    if match := _PERCENT.match(text):
        share = Decimal(match[1])
        if share > 100:
            raise UsageError(f"{text} is beyond the end; percentages go from 0% to 100%")
        return at_percent(trace, timeline, share)
    elapsed = clock.parse_elapsed(text)
    if elapsed is not None:
        return clock.at_elapsed(trace, timeline, elapsed)
    time = clock.parse_time(text)
    return None if time is None else clock.at_time(trace, timeline, time)


def _recorded(trace: Trace, text: str, run: str | None) -> Position:
    """Event `text` on the timeline that recorded it."""
    seq = _number(text)
    if not trace.last_seq:
        raise NotFoundError(f"No event {text}: this recording holds no events yet")
    if seq > trace.last_seq:
        raise NotFoundError(f"No event {text}. Events go from 1 to {trace.last_seq:,}")
    event = trace.event(seq)
    if run is not None and event.run != run:
        raise UsageError(f"Event {text} is of run {event.run}, not of {run}")
    return Position(event.timeline_id, seq)


def _bookmark(
    trace: Trace, name: str, bookmarks: Mapping[str, Position], run: str | None = None
) -> Position:
    """A bookmark, else the newest checkpoint of that name (of a run)."""
    found = bookmarks.get(name)
    if found is not None:
        return found
    checkpoints: list[str] = []
    for event in trace.events(types={"checkpoint"}, reverse=True):
        if event.name == name and run in (None, event.run):
            return Position(event.timeline_id, event.seq)
        if event.name is not None:
            checkpoints.append(event.name)
    known = [*bookmarks, *dict.fromkeys(checkpoints)]
    near = get_close_matches(name, known, n=3) or known[:6]
    hint = f"There is {', '.join(near)}" if near else "m sets one here"
    raise NotFoundError(f"No bookmark or checkpoint {name}. {hint}")


def _run_about(trace: Trace, at: Position | None, timeline: int | None) -> str | None:
    if timeline is None and at is not None:
        timeline = at.timeline
    return None if timeline is None else trace.timelines[timeline].run


def _number(text: str) -> int:
    """Digits as an event number; one beyond all reason stays beyond every recording."""
    digits = text.replace(",", "")
    return int(digits) if len(digits) <= 18 else 10**18


def _malformed(trace: Trace, text: str, run: str | None) -> UsageError:
    shown = text if len(text) <= 60 else text[:59] + "…"
    if not text:
        return UsageError(f"An empty position. Write one of {FORMS}")
    if re.match(r"-[0-9.]+(ms|s|m|h)\Z", text):
        return UsageError(f"{shown} is before the start; elapsed time counts up, as in {text[1:]}")
    if re.match(r"-[0-9.]+\s*%\Z", text):
        return UsageError(f"{shown} is before the start; percentages go from 0% to 100%")
    name, colon, _ = text.rpartition(":")
    if colon and not re.match(r"\+?[0-9]", text):
        return no_timeline(trace, name, run)
    if re.match(r"[0-9]{4}-", text):
        return UsageError(f"{shown} is no time; write it as 2026-01-31T10:00:00Z")
    near = get_close_matches(text.lower(), ["start", "end"], n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return UsageError(f"{shown} is no position. {meant}Write one of {FORMS}")
