"""The reader of Jaeger's JSON."""

from __future__ import annotations

from ttdebug.foreign.shapes import list_of, object_of, objects_in
from ttdebug.formats.jaeger.fields import is_span, read_span
from ttdebug.formats.spans import DocumentReader, Documents
from ttdebug.genai import meaning
from ttdebug.model import Object

_TRACE = {"traceID", "spans", "processes", "warnings", "services", "traceName", "duration",
          "startTime", "endTime", "traceEmoji", "tracePageTitle", "nodesBySpanId",
          "orphanSpanCount", "spanMap", "rootSpans"}  # fmt: skip
"""Fields of a trace that are understood, or that the UI makes of its spans."""


class _Traces(Documents):
    """Traces however they are wrapped; of a damaged one the processes may be lost."""

    recorded = "recorded: spans with their tags, logs and references"

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
        for warning in list_of(trace, "warnings"):
            self.report.warn(f"Jaeger said: {warning}")
        self.rest({key: held for key, held in trace.items() if key not in _TRACE})

    def _span(self, record: Object, processes: Object) -> None:
        span = read_span(record, processes)
        self.read += 1
        if span.trace is not None and span.resource:
            self.spans.about(span.trace, "resources", span.resource)
        self.spans.add(meaning(span))


class JaegerReader(DocumentReader):
    """Traces of Jaeger, one or many in a file."""

    name = "jaeger"
    title = "Jaeger trace"
    recovers = "spans with model and tool calls, agents, messages; state derived: messages, usage"
    version = 1
    marks = (b'"traceID"', b'"spanID"', b'"operationName"')
    documents = _Traces
