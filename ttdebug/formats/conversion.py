"""One conversion: a foreign file through its reader into a sealed recording."""

from __future__ import annotations

from pathlib import Path

from ttdebug.errors import Cancelled, TraceError, UsageError
from ttdebug.formats.reader import Reader, Report
from ttdebug.formats.source import Source
from ttdebug.store.writer import Writer


def convert(reader: Reader, source: Source, target: Path, report: Report) -> None:
    """Write what `reader` finds in `source` to `target`, with its fidelity and warnings.

    Where reading fails after the first event the recording ends there, with a warning that says
    how many events precede the damage; where it fails before, TraceError is raised.
    """
    writer = Writer.create(target, durability="batch")
    try:
        _read(reader, source, writer, report)
        record_facts(writer, report)
    finally:
        writer.close()


def _read(reader: Reader, source: Source, writer: Writer, report: Report) -> None:
    try:
        reader.read(source, writer, report)
    except (Cancelled, UsageError):
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        if not writer.last_seq:
            raise TraceError(f"{source.path} cannot be read as {reader.title}: {reason}") from error
        report.stop(f"reading stopped after event {writer.last_seq}: {reason}")
    if not writer.last_seq:
        why = f": {report.warnings[0]}" if report.warnings else ""
        raise TraceError(f"{source.path} holds no events that {reader.title} could have{why}")


def record_facts(writer: Writer, report: Report) -> None:
    """Say in a recording what a report says of its runs."""
    for timeline, fidelity in report.fidelity.items():
        writer.fact(timeline, "fidelity", fidelity)
    first = min(report.fidelity, default=1)
    for warning in report.warnings:
        writer.fact(first, "warning", warning)
