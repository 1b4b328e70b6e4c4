"""What stays of a recording once it was judged what may go, and what it says of the rest."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ttdebug.analyze.retention import Verdict
from ttdebug.errors import TraceError
from ttdebug.formats.export import Part
from ttdebug.formats.reader import Progress, counted
from ttdebug.formats.rewriting import Said
from ttdebug.model import JSON, Event
from ttdebug.store.trace import Trace


def part_of(trace: Trace, verdicts: Sequence[Verdict], progress: Progress) -> Part | None:
    """What stays; None if nothing does. Raises TraceError if the recording is another by now."""
    judged = [(one.candidate.id, one.candidate.told.events) for one in verdicts]
    if judged != [(run.id, sum(trace.count_run(run)[0].values())) for run in trace.runs]:
        raise TraceError(f"{trace.source_path} stays: it has changed meanwhile. Run gc again")
    if all(one.goes for one in verdicts):
        return None
    gone = {one.candidate.id for one in verdicts if one.goes}
    marks = {seq for one in verdicts for seq in one.marks}
    return Part(trace, without=gone, change=partial(_unmarked, marks=marks), progress=progress)


def said_of(verdicts: Sequence[Verdict]) -> dict[str, Said]:
    """What each run that stays says from now on of what went."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    gone = [one.candidate for one in verdicts if one.goes]
    runs: list[JSON] = [
        {"id": one.id, "name": one.told.run.name, "events": one.told.events} for one in gone
    ]
    found = {}
    for one in verdicts:
        parts = []
        if one.marks:
            parts.append(counted(len(one.marks), "checkpoint mark"))
        if runs:
            parts.append(counted(len(runs), "other run", " of this recording"))
        if parts and not one.goes:
            fact: JSON = {"time": now, "runs": runs, "checkpoints": [*one.marks]}
            sentence = f"gc dropped {' and '.join(parts)} on {now[:10]}"
            found[one.candidate.id] = Said(fact, sentence)
    return found


def _unmarked(event: Event, marks: set[int]) -> Event:
    """A checkpoint's event without what made it a checkpoint."""
    if event.seq not in marks:
        return event
    said = ("kind", "tags", "description")
    rest = {key: value for key, value in event.data.items() if key not in said}
    kind = "state" if event.has_state else "marker"
    return replace(event, type=kind, name=None, data={**rest, "dropped": "checkpoint"})
