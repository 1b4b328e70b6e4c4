"""The reader of ATIF trajectories."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ttdebug.formats.atif.documents import (
    VERSION,
    Library,
    beside,
    is_trajectory,
    references,
    trajectories,
)
from ttdebug.formats.atif.trajectory import Trajectory
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.source import Source

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer


class AtifReader(Reader):
    """`trajectory.json`, with those of its sub-agents and continuations."""

    name = "atif"
    title = "ATIF trajectory"
    recovers = "steps with tool calls and observations, sub-agents; state derived: messages, usage"
    version = 2

    def sniff(self, head: Head) -> float:
        """By the version that a trajectory states."""
        values = [*head.objects, *(v for one in head.objects[:1] for v in one.values())]
        if any(map(is_trajectory, values)):
            return 0.98
        marked = f'"{VERSION}'.encode() in head.data
        return 0.95 if marked and "schema_version" in head.keys else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write each trajectory of the file as one run."""
        for number, document in enumerate(trajectories(source, report), 1):
            if isinstance(document, dict):
                library = Library(source.path.parent)
                Trajectory(document, library, writer, report).write()
            else:
                report.warn("this is no trajectory; it was passed over", record=f"value {number}")

    def companions(self, path: Path) -> Iterable[Path]:
        """The trajectories that this one refers to."""
        source = Source(path, path)
        found: set[Path] = set()
        for document in trajectories(source, Report()):
            for name in references(document) if isinstance(document, dict) else ():
                other = beside(path.parent, name)
                if other is not None:
                    found.add(other)
        return sorted(found)
