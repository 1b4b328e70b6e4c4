"""A log taken apart: what it says of the evaluation, and its samples one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from ttdebug.errors import TraceError
from ttdebug.foreign.shapes import objects_in
from ttdebug.formats import zips
from ttdebug.formats.documents import decode_document, read_document
from ttdebug.formats.reader import Report
from ttdebug.formats.records import MAX_DOCUMENT
from ttdebug.formats.source import BLANK, BOM, Source
from ttdebug.formats.zips import Member
from ttdebug.model import JSON, Object

HEADER: Final = "header.json"
START: Final = "_journal/start.json"
SAMPLES: Final = "samples/"
SUMMARIES: Final = ("summaries.json", "_journal/summaries/")

_ZIP = b"PK"
_BUDGET = 256 << 20
_RATIO = 100
"""Bytes an archive may hold in all for each of its own, beside _BUDGET."""


class Sample(NamedTuple):
    """One sample: its record, which is only a summary if the record was not `read`."""

    value: Object
    record: str
    read: bool = True


class Log(NamedTuple):
    """An evaluation; `header` lacks what stands with the samples."""

    header: Object
    samples: Iterator[Sample]


def is_archive(source: Source) -> bool:
    """Whether the log is an `.eval` archive, whatever its name."""
    return source.beginning(len(_ZIP)) == _ZIP


def from_document(source: Source, report: Report) -> Log:
    """A `.json` log. Raises TraceError if it is too large to be read at once."""
    if source.size > MAX_DOCUMENT:
        raise TraceError(
            f"its {source.size:,} bytes are more than are read of one JSON document; "
            "make an archive of it: inspect log convert --to eval"
        )
    header = read_document(source, report) or {}
    samples = objects_in(header.pop("samples", None))
    return Log(header, _popped(samples))


def _popped(samples: list[Object]) -> Iterator[Sample]:
    """Samples that leave memory as they are read."""
    samples.reverse()
    while samples:
        sample = samples.pop()
        yield Sample(sample, name_of(sample))


def name_of(sample: Object) -> str:
    """`rack-1_epoch_1`, as the members of an archive are called."""
    return f"{sample.get('id', 'sample')}_epoch_{sample.get('epoch', 1)}"


def from_archive(stream: BinaryIO, report: Report) -> Log:
    """An `.eval` log, also one whose writer crashed before it wrote header and directory."""
    archive = _Archive(stream, report)
    return Log(archive.header(), archive.samples())


class _Archive:
    def __init__(self, stream: BinaryIO, report: Report) -> None:
        self._stream = stream
        self._report = report
        members, sound = zips.list_members(stream)
        if not sound:
            report.warn("the archive's directory is missing or damaged; its members were found")
        self._members = {member.name: member for member in members}
        self._left = _BUDGET + _RATIO * stream.seek(0, 2)

    def header(self) -> Object:
        for name in (HEADER, START):
            value = self._value(self._members[name]) if name in self._members else None
            if isinstance(value, dict):
                value.pop("samples", None)
                return value
        return {}

    def samples(self) -> Iterator[Sample]:
        known: set[str] = set()
        for name, member in self._members.items():
            if not name.startswith(SAMPLES) or not name.endswith(".json"):
                continue
            self._report.advance(member.offset)
            value = self._value(member)
            if isinstance(value, dict):
                known.add(name_of(value))
                yield Sample(value, name)
        yield from self._summaries(known)

    def _summaries(self, known: set[str]) -> Iterator[Sample]:
        """What the log says in short of samples that it does not hold, or that are beyond us."""
        for name, member in self._members.items():
            if not name.startswith(SUMMARIES):
                continue
            for summary in objects_in(self._value(member)):
                if name_of(summary) not in known:
                    known.add(name_of(summary))
                    yield Sample(summary, name, read=False)

    def _value(self, member: Member) -> JSON:
        """The JSON in a member; None, with a warning, if there is none."""
        if self._left <= 0:
            self._report.warn("skipped: the archive holds too much in all", record=member.name)
            return None
        try:
            data, fault = zips.read_member(self._stream, member, min(MAX_DOCUMENT, self._left))
        except zips.ZipError as error:
            self._report.warn(str(error), record=member.name)
            return None
        self._left -= len(data)
        if fault is not None:
            self._report.warn(fault, record=member.name)
        return decode_document(data.removeprefix(BOM).strip(BLANK), self._report, member.name)
