"""Names of places: of the timelines of one recording in a table, of a position for a shell."""

from __future__ import annotations

import shlex

from ttdebug.model import Position, Run
from ttdebug.replay.positions import format_position
from ttdebug.store.trace import Trace

_SHORT = 8
_NAME = 16


class Places(dict[int, str]):
    """Names by timeline id, and what they are names of: the head of their column."""

    title = "timeline"


def places(trace: Trace) -> Places:
    """A name per timeline id: `fork-1`, or with its run in front; none where there is only one."""
    names = Places()
    if len(trace.timelines) < 2:
        return names
    runs = _run_names(trace.runs) if len(trace.runs) > 1 else {}
    if runs:
        names.title = "run" if len(trace.timelines) == len(runs) else "run/timeline"
    for run in trace.runs:
        for line in run.timelines:
            own = line.name if len(run.timelines) > 1 or not runs else ""
            names[line.id] = "/".join(part for part in (runs.get(run.id, ""), own) if part)
    return names


def command(trace: Trace, position: Position) -> str:
    """The command that opens a recording at a position; it holds names from the trace, raw."""
    place = shlex.quote(format_position(trace, position))
    return f"ttdebug open {shlex.quote(str(trace.source_path))} --at {place}"


def _run_names(runs: tuple[Run, ...]) -> dict[str, str]:
    """Names by which `--run` knows the runs: their own if short and told apart, else of the id."""
    for named in (
        {run.id: run.name for run in runs},
        {run.id: run.id[:_SHORT] for run in runs},
    ):
        if len(set(named.values())) == len(runs) and all(
            0 < len(name) <= _NAME for name in named.values()
        ):
            return named
    return {run.id: run.id for run in runs}
