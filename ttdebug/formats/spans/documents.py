"""Reading documents that hold lists of spans; what is damaged is saved in part."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ttdebug.formats.reader import Head, Reader, Report, counted
from ttdebug.formats.records import Damage, read_records
from ttdebug.formats.salvage import salvaged
from ttdebug.formats.source import Source
from ttdebug.formats.spans.spans import Spans
from ttdebug.genai.folding import Folded
from ttdebug.genai.records import EventSpec, SpanRecord
from ttdebug.model import JSON, Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_SILENT: tuple[JSON, ...] = (None, [], {}, "", 0)


class Documents(ABC):
    """Reads one file into `spans`.

    `lists` are the fields whose elements can stand alone; `recorded` says what the format holds.
    """

    lists: ClassVar[tuple[str, ...]] = ("spans",)
    recorded: ClassVar[str] = "recorded: spans with their attributes, events and links"

    def __init__(self, spans: Spans, report: Report) -> None:
        self.spans = spans
        self.report = report
        self.read = 0
        """Spans so far."""

    @abstractmethod
    def document(self, value: Object) -> None:
        """A whole document, or one of a list of them."""

    @abstractmethod
    def element(self, value: Object) -> None:
        """An element of one of `lists`, out of a document that is damaged."""

    def read_all(self, source: Source) -> None:
        """Everything in the file."""
        for record in read_records(source, self.report):
            if isinstance(record, Damage):
                self._damage(record)
            else:
                self.value(record.value)

    def fidelity(self) -> list[str]:
        """What there is to say of every run, once all is read."""
        return [self.recorded]

    def value(self, value: JSON) -> None:
        """A document, or a list of them."""
        if isinstance(value, dict):
            self.document(value)
        elif isinstance(value, list):
            for item in value:
                self.value(item)
        else:
            self.rest({"value": value})

    def rest(self, value: Object) -> None:
        """What stands beside the spans and says something, as a marker."""
        if told := saying(value):
            self.spans.add(SpanRecord(None, None, EventSpec("marker", data=told), is_point=True))

    def _damage(self, damage: Damage) -> None:
        before = counted(self.read, "span")
        self.report.warn(f"{damage.reason}; {before} before it", line=damage.line)
        for element in salvaged(damage, self.lists, self.report):
            self.element(element)


def saying(value: Object) -> Object:
    """The fields of an object that are not empty, zero or false."""
    return {key: held for key, held in value.items() if held not in _SILENT}


class DocumentReader(Reader):
    """A format whose files are `documents` of spans. `marks` stand in all of its files."""

    documents: ClassVar[type[Documents]]
    marks: ClassVar[tuple[bytes, ...]]

    def sniff(self, head: Head) -> float:
        """By the marks, which no other format has together."""
        told = head.magic == "text" and all(mark in head.data for mark in self.marks)
        return 0.97 if told else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write each session, or each trace without one, as a run."""
        with Spans(writer, report, source.path.stem or "stdin", Folded) as spans:
            documents = self.documents(spans, report)
            documents.read_all(source)
            spans.write(documents.fidelity())
