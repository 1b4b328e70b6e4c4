"""The JSON objects that tell what recordings hold: whole ones, their runs, what takes the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.model import Run, iso, seconds
from ttdebug.view.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ttdebug.analyze.checkpoints import Kept
    from ttdebug.analyze.retention import Verdict
    from ttdebug.analyze.runs import Told
    from ttdebug.store.sizes import Sizes
    from ttdebug.store.trace import Trace


def trace_record(trace: Trace) -> Record:
    """A recording: its format, its runs, its size, and what could not be read."""
    return {
        "format": trace.format,
        "runs": [run_record(trace, run) for run in trace.runs],
        "size_bytes": trace.size_bytes or None,
        "warnings": list(trace.warnings),
    }


def run_record(trace: Trace, run: Run) -> Record:
    """A run with what it holds."""
    types, snapshots = trace.count_run(run)
    return {
        "id": run.id,
        "name": run.name or None,
        "agents": list(run.agents),
        "timelines": [timeline.name for timeline in run.timelines],
        "forks": [
            {
                "timeline": timeline.name,
                "parent": trace.timelines[timeline.parent].name,
                "at": timeline.fork_seq,
            }
            for timeline in run.timelines
            if timeline.parent is not None
        ],
        "events": sum(types.values()),
        "snapshots": snapshots,
        "start": iso(run.start),
        "end": iso(run.end),
        "types": dict(sorted(types.items())),
        "fidelity": run.fidelity or None,
    }


def told_record(told: Told) -> Record:
    """A run in a few figures; `size_bytes` is its part of the file, about."""
    run = told.run
    return {
        "id": run.id,
        "name": run.name or None,
        "start": iso(run.start),
        "end": iso(run.end),
        "duration": seconds(told.duration),
        "events": told.events,
        "agents": list(run.agents),
        "timelines": [timeline.name for timeline in run.timelines],
        "checkpoints": told.types.get("checkpoint", 0),
        "errors": told.errors,
        "outcome": told.outcome,
        "size_bytes": told.size,
    }


def stats_record(sizes: Sizes) -> Record:
    """What takes the room in a recording, the largest first."""
    return {
        "agents": dict(sorted(sizes.agents.items(), key=lambda item: -item[1])),
        "paths": [
            {"agent": agent, "path": path, "bytes": size}
            for (agent, path), size in sorted(sizes.paths.items(), key=lambda item: -item[1])
        ],
        "compression": {
            "plain_bytes": sizes.plain,
            "stored_bytes": sizes.stored,
            "ratio": round(sizes.plain / sizes.stored, 3) if sizes.stored else None,
        },
    }


def kept_records(kept: Mapping[str | None, Kept]) -> list[Record]:
    """What checkpoints take by kind: their states whole, and what was recorded for them."""
    return [
        {
            "kind": kind,
            "count": one.made,
            "state_bytes": one.states,
            "recorded_bytes": one.recorded,
            "ratio": round(one.states / one.recorded, 3) if one.recorded else None,
        }
        for kind, one in kept.items()
    ]


def verdict_record(verdict: Verdict) -> Record:
    """What becomes of a run where rules say what may go."""
    told = verdict.candidate.told
    return {
        "record": "run",
        "path": verdict.candidate.file,
        "id": told.run.id,
        "name": told.run.name or None,
        "goes": verdict.goes,
        "rule": verdict.rule,
        "guard": verdict.guard,
        "events": told.events,
        "size_bytes": told.size,
        "marks": len(verdict.candidate.marks),
        "marks_dropped": list(verdict.marks),
    }
