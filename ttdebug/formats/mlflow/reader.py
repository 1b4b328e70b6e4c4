"""The reader of MLflow traces."""

from __future__ import annotations

from ttdebug.foreign import lenient
from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.formats.otlp.fields import is_span, read_span
from ttdebug.formats.spans import DocumentReader, Documents
from ttdebug.genai import meaning
from ttdebug.model import JSON, Object

_USAGE = "mlflow.chat.tokenUsage"
_SESSION = "mlflow.trace.session"
_LONGEST = 16 << 20


class _Traces(Documents):
    """Traces: what MLflow knows of each, and its spans."""

    recorded = "recorded: spans with their inputs, outputs, attributes and events"

    def document(self, value: Object) -> None:
        """A trace, or its data part."""
        info = object_of(value, "info")
        data = object_of(value, "data") or value
        session = text_of(object_of(info, "trace_metadata"), _SESSION)
        trace = None
        for record in objects_in(data.get("spans")):
            if is_span(record):
                trace = self._span(record, session) or trace
            else:
                self.rest(record)
        if trace is not None and info:
            self.spans.about(trace, "traces", info)
        if "spans" not in data:
            self.rest(value)

    def element(self, value: Object) -> None:
        """A span by itself."""
        if is_span(value):
            self._span(value, None)

    def _span(self, record: Object, session: str | None) -> str | None:
        """Add a span; returns its trace."""
        self.read += 1
        span = read_span(record, {}, {}, None)
        span.attributes = {key: _decoded(value) for key, value in span.attributes.items()}
        for key in ("inputs", "outputs"):
            if key in span.other:
                span.attributes.setdefault(f"mlflow.span{key.title()}", span.other.pop(key))
        if (kind := text_of(span.other, "span_type")) is not None:
            span.attributes.setdefault("mlflow.spanType", kind)
        for word, count in object_of(span.attributes, _USAGE).items():
            span.attributes[f"gen_ai.usage.{word}"] = count
        given = object_of(span.attributes, "mlflow.spanInputs")
        if "mlflow.llm.model" not in span.attributes and text_of(given, "model"):
            span.attributes["mlflow.llm.model"] = given["model"]
        if session is not None:
            span.attributes.setdefault("session.id", session)
        self.spans.add(meaning(span))
        return span.trace


class MlflowReader(DocumentReader):
    """One trace a file, or one a line."""

    name = "mlflow"
    title = "MLflow trace"
    recovers = "spans with model and tool calls, agents; state derived: messages, usage"
    version = 1
    marks = (b'"mlflow.', b'"spans"')
    documents = _Traces


def _decoded(value: JSON) -> JSON:
    """MLflow writes every value as JSON, even text."""
    if not isinstance(value, str) or not value or len(value) > _LONGEST:
        return value
    try:
        return lenient.decode(value.encode("utf-8", "surrogatepass")).value
    except lenient.NotJSONError:
        return value
