"""What a report of a recording says, before it is laid out: one row per event, and each run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from ttdebug.formats.export import Part
from ttdebug.model import MISSING, Event, Run, iso
from ttdebug.paths import Key, dotted, parse, resolve, split_pointer
from ttdebug.view import glyphs, numbers, summary, values
from ttdebug.view.gate import Safe, lit, safe

CHANGES = 20
"""Changes told of one event."""
VALUE = 160
"""Characters of a value told on one line."""


class Change(NamedTuple):
    """One operation of an event's delta: where, and the value before and after."""

    mark: Safe
    path: Safe
    old: Safe
    new: Safe


class Row(NamedTuple):
    """One event in words."""

    event: Event
    seq: Safe
    elapsed: Safe
    agent: Safe
    type: Safe
    glyph: Safe
    name: Safe
    text: Safe
    took: Safe
    changed: Safe

    @property
    def failed(self) -> bool:
        """Whether it is to be marked as an error."""
        return self.event.status == "error" or self.event.type == "error"


def row(part: Part, event: Event) -> Row:
    """An event as a row of the report."""
    told = summary.summary(event)
    counts = event.changes
    marks = (("+", counts.added), ("~", counts.changed), ("−", counts.removed))
    several = len(part.timelines) > 1 and event.timeline != "main"
    agent = event.agent or ""
    return Row(
        event,
        numbers.seq(event.seq),
        numbers.elapsed(event.elapsed),
        safe(f"{agent} @{event.timeline}" if several else agent),
        safe(event.type),
        glyphs.kind(event.type).glyph,
        told.name,
        told.text,
        numbers.took(event.duration),
        lit(" ".join(f"{mark}{count}" for mark, count in marks if count)),
    )


def changes(part: Part, event: Event) -> Iterator[Change]:
    """The first changes of an event; a last one counts those that are left out."""
    ops = part.delta(event) or []
    if event.agent is None or not ops:
        return
    before = part.trace.before(event.seq, event.agent, event.timeline_id)
    for op in ops[:CHANGES]:
        pointer = str(op["path"])
        if not pointer and before is MISSING:
            yield Change(lit("+"), lit("first snapshot"), lit(""), lit(""))
            continue
        path = tuple(Key(segment) for segment in split_pointer(pointer))
        old = resolve(before, path) if op["op"] != "add" else MISSING
        old = old if old is MISSING else part.value(old)
        new = op.get("value", MISSING)
        mark = {"add": "+", "remove": "−"}.get(str(op["op"]), "~")
        name = safe(dotted(parse(pointer)) or "the state")
        yield Change(lit(mark), name, _value(old), _value(new))
    if len(ops) > CHANGES:
        yield Change(lit("…"), lit(f"{len(ops) - CHANGES:,} more"), lit(""), lit(""))


def _value(value: object) -> Safe:
    return lit("") if value is MISSING else values.short(value, VALUE)  # type: ignore[arg-type]  # a Value


def shown(part: Part) -> str:
    """Which part of a recording a report is about."""
    words = [f"events {part.first:,} to {part.end:,}"]
    words += [f"of {', '.join(part.agents)}"] if part.agents is not None else []
    words += [f"tagged {', '.join(part.tags)}"] if part.tags is not None else []
    return " ".join(words)


def facts(part: Part, run: Run) -> list[tuple[Safe, Safe]]:
    """What is to be known about a run, in labelled lines."""
    types, snapshots = part.trace.count_run(run)
    common = ", ".join(f"{name} {count:,}" for name, count in Counter(types).most_common(12))
    span = f"{iso(run.start) or 'unknown'} to {iso(run.end) or 'unknown'}"
    found = [
        ("run", run.name or run.id),
        ("agents", ", ".join(run.agents) or "none"),
        ("time", span),
        ("events", f"{sum(types.values()):,}, of which {snapshots:,} hold a snapshot"),
        ("types", common),
        ("fidelity", run.fidelity),
    ]
    if not part.whole:
        found.append(("shown", shown(part)))
    forks = [line for line in run.timelines if line.parent is not None]
    if forks:
        told = ", ".join(f"{line.name} (after {line.fork_seq:,})" for line in forks)
        found.insert(2, ("forks", told))
    return [(lit(label), safe(text)) for label, text in found if text]
