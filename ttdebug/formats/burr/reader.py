"""The reader of Burr's local tracking."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ttdebug.formats.burr.application import LOG, is_application
from ttdebug.formats.burr.family import Family, files
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.source import Source
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer


class BurrReader(Reader):
    """`~/.burr/<project>/<application>/`, or the `log.jsonl` in it."""

    name = "burr"
    title = "Burr application"
    recovers = "actions with the full state after each, crashes, resumed and forked applications"
    version = 2

    def sniff(self, head: Head) -> float:
        """By the entries that begin and end every action."""
        lines = head.objects
        if not lines:
            return 0.0
        entries = sum(_is_entry(line) for line in lines)
        return 0.95 if entries * 2 > len(lines) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the application with its relatives as one run."""
        Family(source, writer, report).write()

    def companions(self, path: Path) -> Iterable[Path]:
        """What stands beside the log, and the folders of relatives."""
        return files(Source(path, path))

    def inside(self, folder: Path) -> Path | None:
        """The log of an application's folder."""
        return folder / LOG if is_application(folder) else None


def _is_entry(line: Object) -> bool:
    if line.get("type") in ("begin_entry", "end_entry"):
        return "sequence_id" in line and "action" in line
    return "action_sequence_id" in line
