"""The reader of our own JSON Lines, and the check that they are whole."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from ttdebug.errors import TtdebugError
from ttdebug.foreign import lenient
from ttdebug.formats.export.jsonl import DIGEST_BYTES, FORMAT, VERSION
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.source import Source
from ttdebug.formats.ttdebug_jsonl.writing import Writing
from ttdebug.model import JSON, Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer


class LinesReader(Reader):
    """JSON Lines as `ttdebug export` writes them."""

    name = "jsonl"
    title = "ttdebug's own JSON Lines"
    recovers = "everything: what `ttdebug export` wrote comes back as it was"
    version = 1

    def sniff(self, head: Head) -> float:
        """By the first line."""
        first = head.values[0] if head.values else None
        return 1.0 if isinstance(first, dict) and _is_header(first) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write everything as it was; what was cut off or altered is told."""
        writing = Writing(writer, report)
        digest = blake2b(digest_size=DIGEST_BYTES)
        end: Object | None = None
        for number, data, _ in source.lines(report):
            if end is not None:
                report.warn("follows the end of the export; left out", line=number)
                break
            try:
                value = lenient.decode(data).value
            except lenient.NotJSONError as error:
                report.warn(f"not JSON ({error}); left out", line=number)
                value = None
            if isinstance(value, dict) and isinstance(found := value.get("end"), dict):
                end = found
                continue
            digest.update(data + b"\n")
            _take(writing, value, number, report)
        writing.finish()
        _compare(end, digest.hexdigest(), writing.events, report)


def _is_header(value: Object) -> bool:
    return value.get("format") == FORMAT and isinstance(value.get("version"), int)


def _take(writing: Writing, value: JSON, number: int, report: Report) -> None:
    if not isinstance(value, dict):
        if value is not None:
            report.warn("no record; left out", line=number)
        return
    if _is_header(value):
        if value["version"] != VERSION:
            report.warn(f"written as version {value['version']}; read as version {VERSION}")
        return
    try:
        writing.record(value)
    except (TtdebugError, ValueError, TypeError, KeyError, OverflowError) as error:
        report.warn(f"left out: {_reason(error)}", line=number)


def _reason(error: Exception) -> str:
    return f"it lacks {error}" if isinstance(error, KeyError) else str(error)


def _compare(end: Object | None, digest: str, events: int, report: Report) -> None:
    if end is None:
        report.warn("the export has no end: it was cut off, or is still being written")
    elif end.get("digest") != digest:
        report.warn(
            f"the export was altered after it was written: it should hold {end.get('events')}"
            f" events and holds {events:,}, or their lines differ"
        )
