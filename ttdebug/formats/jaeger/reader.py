"""The reader of Jaeger's JSON.

Sources: the answer of `/api/traces` (Jaeger 1 and 2), the files that the UI's "Trace JSON" saves,
bare traces as the UI reads them back, and the UI's own wrapping of a loaded trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.foreign.shapes import object_of, objects_in
from ttdebug.formats.jaeger.fields import is_span, read_span
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.source import Source
from ttdebug.formats.spans import Documents, Spans
from ttdebug.genai import Folded, meaning
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_RECORDED = "recorded: spans with their tags, logs and references"
_TRACE = {"traceID", "spans", "processes", "warnings", "services", "traceName", "duration",
          "startTime", "endTime", "traceEmoji", "tracePageTitle", "nodesBySpanId",
          "orphanSpanCount", "spanMap", "rootSpans"}  # fmt: skip
"""Fields of a trace that are understood, or that the UI makes of its spans."""


class JaegerReader(Reader):
    """Traces of Jaeger, one or many in a file."""

    name = "jaeger"
    title = "Jaeger trace"
    recovers = "spans with model and tool calls, agents, messages; state derived: messages, usage"
    version = 1

    def sniff(self, head: Head) -> float:
        """By the fields that Jaeger spells in its own way."""
        data = head.data
        if head.magic != "text" or b'"traceID"' not in data or b'"spanID"' not in data:
            return 0.0
        return 0.97 if b'"operationName"' in data else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write each trace as a run."""
        with Spans(writer, report, source.path.stem or "stdin", Folded) as spans:
            _Traces(spans, report).read_all(source)
            spans.write([_RECORDED])


class _Traces(Documents):
    """Traces however they are wrapped; of a damaged one the processes may be lost."""

    def document(self, value: Object) -> None:
        """An answer, a trace or a span."""
        if is_span(value):
            self._span(value, {})
        elif isinstance(value.get("spans"), list):
            self._trace(value)
        elif "data" in value:
            self.value(value["data"])
            self.rest({key: held for key, held in value.items() if key != "data"})
        else:
            self.rest(value)

    def element(self, value: Object) -> None:
        """A span by itself."""
        if is_span(value):
            self._span(value, {})

    def _trace(self, trace: Object) -> None:
        processes = object_of(trace, "processes")
        for record in objects_in(trace["spans"]):
            if is_span(record):
                self._span(record, processes)
            else:
                self.rest(record)
        warnings = trace.get("warnings")
        for warning in warnings if isinstance(warnings, list) else []:
            self.report.warn(f"Jaeger said: {warning}")
        self.rest({key: held for key, held in trace.items() if key not in _TRACE})

    def _span(self, record: Object, processes: Object) -> None:
        span = read_span(record, processes)
        self.read += 1
        if span.trace is not None and span.resource:
            self.spans.about(span.trace, "resources", span.resource)
        self.spans.add(meaning(span))
