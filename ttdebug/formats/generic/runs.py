"""The runs of a home-made log: one, or one for each id in its run field."""

from __future__ import annotations

from ttdebug.foreign.lenient import storable
from ttdebug.formats.reader import Report
from ttdebug.store.writer import Writer

MAX_RUNS = 10_000


class Runs:
    """Main timelines by run id; rows beyond MAX_RUNS ids share the first run."""

    def __init__(self, writer: Writer, report: Report, name: str) -> None:
        self._writer = writer
        self._report = report
        self._name = name
        self._timelines: dict[str | None, int] = {}

    def timeline(self, run: str | None, time: int | None) -> int:
        """The main timeline of `run`, started at `time` if it is new; None is the file's own."""
        known = self._timelines.get(run)
        if known is not None:
            return known
        if len(self._timelines) >= MAX_RUNS:
            self._report.warn(f"more than {MAX_RUNS} run ids; the others were put into one run")
            return next(iter(self._timelines.values()))
        uid = storable(run or self._name)
        made = self._writer.run(uid, uid, time=time)
        self._timelines[run] = made
        return made

    def describe(self, fidelity: str) -> None:
        """Say the same of every run."""
        for timeline in self._timelines.values():
            self._report.describe(timeline, fidelity)
