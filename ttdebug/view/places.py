"""Short names that tell the timelines of one recording apart in a table."""

from __future__ import annotations

from ttdebug.model import Run
from ttdebug.store.trace import Trace

_SHORT = 8


def places(trace: Trace) -> dict[int, str]:
    """A name per timeline id: `fork-1`, or with its run in front; none where there is only one."""
    if len(trace.timelines) < 2:
        return {}
    several = len(trace.runs) > 1
    shortened = _short_ids(trace.runs)
    names: dict[int, str] = {}
    for run in trace.runs:
        for line in run.timelines:
            own = line.name if len(run.timelines) > 1 else ""
            parts = [shortened[run.id] if several else "", own]
            names[line.id] = "/".join(part for part in parts if part)
    return names


def _short_ids(runs: tuple[Run, ...]) -> dict[str, str]:
    """Ids cut to a length at which `--run` still knows them, all of them or none."""
    cut = {run.id[:_SHORT] for run in runs}
    return {run.id: run.id[:_SHORT] if len(cut) == len(runs) else run.id for run in runs}
