"""Exported traces: a record for each trace, then its spans in the order in which they ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ttdebug.foreign.shapes import text_of
from ttdebug.foreign.values import slim
from ttdebug.formats.openai_agents.folding import fold_for
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Damage, Record
from ttdebug.formats.spans import EventSpec, SpanRecord, Spans
from ttdebug.genai.openai_agents import Translator
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

TRACE: Final = "trace"
SPAN: Final = "trace.span"
_FIDELITY: Final = ("recorded: spans with their times, calls and results",)


def is_traced(value: object) -> bool:
    """Whether a record is a trace or a span of one."""
    return isinstance(value, dict) and value.get("object") in (TRACE, SPAN)


class Traces:
    """Takes the records of a file, in any order, and writes its traces; a group is one run."""

    def __init__(self, spans: Spans, report: Report, translator: Translator) -> None:
        self._spans = spans
        self._report = report
        self._translator = translator
        self._groups: dict[str, str] = {}

    def take(self, record: Record | Damage) -> None:
        """One record; what is neither trace nor span is kept as a marker."""
        if isinstance(record, Damage):
            self._report.warn(record.reason, line=record.line)
            if record.is_record:
                self._marker(record.line, {"text": record.text})
            return
        value = record.value
        kind = value.get("object") if isinstance(value, dict) else None
        trace = None
        if isinstance(value, dict):
            trace = text_of(value, "id" if kind == TRACE else "trace_id")
        if not isinstance(value, dict) or trace is None or kind not in (TRACE, SPAN):
            self._marker(record.line, {"value": slim(value)})
        elif kind == TRACE:
            self._trace(trace, value)
        else:
            place: Object = {"line": record.line}
            session = self._groups.get(trace)
            self._spans.add(self._translator.record(value, trace, session, place))

    def _trace(self, trace: str, value: Object) -> None:
        group = text_of(value, "group_id")
        if group is not None:
            self._groups[trace] = group
        for key in ("workflow_name", "group_id", "metadata"):
            if value.get(key) is not None:
                self._spans.about(trace, key, value[key])

    def _marker(self, line: int, data: Object) -> None:
        marker = EventSpec("marker", None, data)
        self._spans.add(SpanRecord(None, None, marker, source={"line": line}, is_point=True))


def read_traces(
    records: Iterable[Record | Damage], name: str, writer: Writer, report: Report
) -> None:
    """Write the traces among `records`; `name` is that of a run without an id."""
    translator = Translator()
    with Spans(writer, report, name, lambda: fold_for(translator)) as spans:
        traces = Traces(spans, report, translator)
        for record in records:
            traces.take(record)
        spans.write(_FIDELITY)
