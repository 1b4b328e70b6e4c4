"""The reader of SWE-agent's trajectories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.formats.documents import read_document
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.source import Source
from ttdebug.formats.swe_agent.run import Run

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_ENTRY = (b'"role"', b'"content"')


class SweAgentReader(Reader):
    """`<instance>.traj`."""

    name = "swe-agent"
    title = "SWE-agent trajectory"
    recovers = "answers, actions, observations; environment recorded, messages and files derived"
    version = 2

    def sniff(self, head: Head) -> float:
        """By its parts; a demonstration is a history and nothing else."""
        keys = set(head.keys)
        if {"trajectory", "history"} <= keys:
            return 0.97
        if "trajectory" in keys and (b'"observation"' in head.data and b'"action"' in head.data):
            return 0.95 if {"environment", "info"} & keys else 0.8
        if keys == {"history"} and all(mark in head.data for mark in _ENTRY):
            return 0.95 if head.path.suffix == ".traj" else 0.85
        return 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the trajectory as one run."""
        uid = source.path.name.partition(".")[0] or "trajectory"
        document = read_document(source, report)
        if document is not None:
            Run(document, uid, writer, report).write()
