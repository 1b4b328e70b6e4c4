"""Our own JSON Lines: all that a recording holds, readable by any program, and back again.

A first line says what the file is. Then come, in the order in which they were recorded, lines for
runs, timelines, events and what was said of a run, and at the end how many events there were and
the digest of all lines before. Numbers of events, timelines and runs are those of the recording;
times and durations are nanoseconds. What is unknown or empty is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import blake2b
from itertools import chain
from typing import Any, Final

import orjson

from ttdebug.formats.export.part import Part
from ttdebug.model import MISSING, Event, Timeline

FORMAT: Final = "ttdebug"
VERSION: Final = 1
DIGEST_BYTES: Final = 16

_HIDDEN: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""Control, bidi and zero-width characters that JSON allows inside a string."""


def lines(part: Part) -> Iterator[bytes]:
    """The file, line by line, each with its end."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    events = 0
    header = {"format": FORMAT, "version": VERSION, "whole": part.whole}
    for record in chain([header], records(part)):
        events += "seq" in record
        line = encode(record) + b"\n"
        digest.update(line)
        yield line
    yield encode({"end": {"events": events, "digest": digest.hexdigest()}}) + b"\n"


def encode(record: dict[str, Any]) -> bytes:
    """One record as JSON in UTF-8, exact also for large integers and lone surrogates.

    What a terminal would act on, or a reader could not see, is escaped: files are looked at.
    """
    try:
        text = orjson.dumps(record)
    except TypeError:
        return json.dumps(record, separators=(",", ":"), allow_nan=False).encode()
    if text.isascii() and b"\x7f" not in text:
        return text
    return _HIDDEN.sub(_escape, text.decode()).encode()


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] != "\x7f" else "\\u007f"


def records(part: Part) -> Iterator[dict[str, Any]]:
    """Timelines, events and facts, each before it is needed."""
    writing = _Writing(part)
    for event in part.events():
        yield from writing.due(event.timeline_id)
        yield writing.event(event)
    yield from writing.due(None)
    for number, run in writing.numbers.items():
        for key, values in part.trace.facts(run).items():
            for value in values:
                yield {"run": number, "fact": key, "value": part.value(value)}
    for warning in _unsaid(part):
        yield {"run": min(writing.numbers, default=1), "fact": "warning", "value": warning}


def _unsaid(part: Part) -> list[str]:
    """Warnings that no fact of the recording holds, such as that it was not closed."""
    said = {
        value
        for run in part.trace.runs
        for value in part.trace.facts(run.id).get("warning", ())
        if isinstance(value, str)
    }
    return [warning for warning in part.trace.warnings if warning not in said]


class _Writing:
    """What a reader of the lines knows so far."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._waiting = part.timelines[::-1]
        runs = {run.id: number for number, run in enumerate(part.trace.runs, 1)}
        self.numbers = {runs[run.id]: run.id for run in part.runs}
        self._number_of = {run: number for number, run in self.numbers.items()}
        self._names = {run.id: run for run in part.runs}
        self._snapshots: dict[tuple[int, str], int] = {}  # first seq by timeline and agent

    def due(self, timeline: int | None) -> Iterator[dict[str, Any]]:
        """The timelines up to one, or all, that were not told yet; a run's first tells the run."""
        while self._waiting and (timeline is None or self._waiting[-1].id <= timeline):
            yield self._timeline(self._waiting.pop())

    def _timeline(self, timeline: Timeline) -> dict[str, Any]:
        record: dict[str, Any] = {"timeline": timeline.id, "run": self._number_of[timeline.run]}
        if timeline.parent is not None:
            fork = {"parent": timeline.parent, "fork_seq": timeline.fork_seq}
            return record | {"name": timeline.name} | fork
        run = self._names[timeline.run]
        about = {"id": run.id, "run_name": run.name, "time": run.start}
        return record | {key: value for key, value in about.items() if value not in (None, "")}

    def event(self, event: Event) -> dict[str, Any]:
        """An event with all that was recorded of it."""
        record: dict[str, Any] = {
            "seq": event.seq,
            "timeline": event.timeline_id,
            "type": event.type,
            "name": event.name,
            "agent": event.agent,
            "time": event.time,
            "parent": event.parent,
            "opens": event.opens or None,
            "closes": event.opening,
            "status": None if event.opens else event.status,
            "duration": None if event.closing is not None else event.duration,
        }
        found = {key: value for key, value in record.items() if value is not None}
        causes = self._part.causes(event)
        if causes:
            found["causes"] = [
                {"seq": edge.seq, "kind": edge.kind} | ({"rule": edge.rule} if edge.rule else {})
                for edge in causes
            ]
        if event.data:
            found["data"] = event.data
        if event.source:
            found["source"] = event.source
        return found | self._change(event)

    def _change(self, event: Event) -> dict[str, Any]:
        """A first snapshot, or one whose predecessor was left out, as a whole; else the change."""
        if self._part.tags is not None:
            state = self._part.state(event)
            return {} if state is MISSING else {"state": state}
        ops = self._part.delta(event)
        if ops is None or event.agent is None:
            return {}
        reaches = self._part.trace.lineage(event.timeline_id).reaches
        known = any(
            self._snapshots.get((reach.timeline, event.agent), event.seq)
            <= min(reach.last, event.seq - 1)
            for reach in reaches
        )
        self._snapshots.setdefault((event.timeline_id, event.agent), event.seq)
        return {"delta": ops} if known else {"state": self._part.state(event)}
