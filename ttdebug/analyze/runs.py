"""Runs of a recording, each in a few figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

from ttdebug.model import Run
from ttdebug.store.trace import Trace

Outcome: TypeAlias = Literal["ok", "error", "cancelled", "open", "recording"]
"""How a run ended; `open` is one that never said, `recording` one that still goes on."""


class Told(NamedTuple):
    """What is known of a run; `duration` is nanoseconds, `size` about its bytes in the file."""

    run: Run
    events: int
    types: Mapping[str, int]
    errors: int
    outcome: Outcome | None
    duration: int | None
    size: int

    @property
    def failed(self) -> bool:
        """Whether anything went wrong in it."""
        return bool(self.errors) or self.outcome == "error"

    @property
    def forked(self) -> bool:
        """Whether it has timelines beside its main one."""
        return len(self.run.timelines) > 1


def tell(trace: Trace, run: Run) -> Told:
    """The figures of a run, from the index."""
    types, _ = trace.count_run(run)
    known = run.start is not None and run.end is not None
    share = 1.0 if len(trace.runs) == 1 else trace.run_share(run)
    return Told(
        run,
        sum(types.values()),
        types,
        trace.count_errors(run),
        _outcome(trace, run, types),
        (run.end or 0) - (run.start or 0) if known else None,
        round(trace.size_bytes * share),
    )


def _outcome(trace: Trace, run: Run, types: Mapping[str, int]) -> Outcome | None:
    """As its end says; None for a format that tells neither start nor end of a run."""
    if types.get("run.end"):
        for line in run.timelines:
            for event in trace.events(timeline=line.id, types={"run.end"}, reverse=True):
                status = event.status
                return "ok" if status is None else status
    if trace.being_written and run == trace.runs[-1]:
        return "recording"
    return "open" if types.get("run.start") else None
