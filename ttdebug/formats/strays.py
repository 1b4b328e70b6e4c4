"""Lines that are no record: told, and kept where they may be one."""

from __future__ import annotations

from ttdebug.formats.reader import Report, counted
from ttdebug.formats.records import Damage, Record
from ttdebug.model import Object
from ttdebug.store.writer import Writer


def keep_stray(
    record: Record | Damage, writer: Writer, report: Report, timeline: int, file: str | None = None
) -> None:
    """Write a value that is no object as a marker; say of text that is not JSON where it stands.

    `file` names the file if it is not the one that was opened.
    """
    if isinstance(record, Record):
        data: Object = {"value": record.value}
    else:
        before = counted(writer.last_seq, "event")
        report.warn(f"{record.reason}; {before} before it", line=record.line, record=file)
        if not record.is_record:
            return
        data = {"text": record.text}
    source: Object = {"line": record.line}
    if file is not None:
        source["file"] = file
    writer.append(timeline, "marker", data=data, source=source)
