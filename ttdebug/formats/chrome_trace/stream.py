"""The events of a trace one by one, and what the document says beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ttdebug.foreign import lenient
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Damage, Record, decode_lines, read_records
from ttdebug.formats.source import CHUNK, Source
from ttdebug.formats.splitter import Splitter
from ttdebug.model import Object

_LIST = re.compile(rb'(?<!\\)"traceEvents"\s*:\s*(?=\[)')
_MAX_BESIDE = 16 << 20


class EventStream:
    """Streams the file whenever it is iterated; `beside` is complete after the first time."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.beside: Object = {}

    def records(self, report: Report) -> Iterator[Record | Damage]:
        """Every element of the list of events."""
        with self._source.open() as stream:
            head = stream.read(_MAX_BESIDE)
        found = _LIST.search(head)
        if found is None:
            yield from read_records(self._source, report)
            return
        yield from self._inside(head[: found.end()], report)

    def _inside(self, head: bytes, report: Report) -> Iterator[Record | Damage]:
        splitter = Splitter()
        splitter.line = head.count(b"\n") + 1
        with self._source.open() as stream:
            stream.seek(len(head))
            done = len(head)
            while splitter.list_end is None and (chunk := stream.read(CHUNK)):
                done += len(chunk)
                elements = (one for one in splitter.feed(chunk) if splitter.list_end is None)
                yield from decode_lines(elements, report)
                report.advance(done)
            if splitter.list_end is None:
                report.warn("the list of events is not closed", line=splitter.line)
                return
            stream.seek(len(head) + splitter.list_end)
            self.beside = _members(head + b"[]" + stream.read(_MAX_BESIDE))


def _members(document: bytes) -> Object:
    """The members of the document without its events; none if it is damaged."""
    try:
        value = lenient.decode(document).value
    except lenient.NotJSONError:
        return {}
    members = value if isinstance(value, dict) else {}
    members.pop("traceEvents", None)
    return members
