"""The reader of Langfuse traces."""

from __future__ import annotations

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.formats.fidelity import ASSUMED_UTC
from ttdebug.formats.langfuse.fields import is_observation, read_observation
from ttdebug.formats.reader import Head
from ttdebug.formats.spans import DocumentReader, Documents, EventSpec, SpanRecord, saying
from ttdebug.genai import meaning
from ttdebug.genai.attributes import unwrapped
from ttdebug.model import Object

_DOWNLOAD = {"trace", "observations"}
_TRACE_PARTS = ("observations", "scores")


class _Traces(Documents):
    """Traces, their observations and their scores."""

    recorded = "recorded: observations with their input, output, metadata, usage and cost"
    lists = ("observations", "scores")
    naive = False

    def fidelity(self) -> list[str]:
        """What is recorded, and what had to be assumed."""
        return [self.recorded, *([ASSUMED_UTC] if self.naive else [])]

    def document(self, value: Object) -> None:
        """A download, a trace of the API, or an observation."""
        if is_observation(value):
            self._observation(value, None)
            return
        if "observations" not in value:
            self.rest(value)
            return
        trace = object_of(value, "trace") or {
            key: held for key, held in value.items() if key not in _TRACE_PARTS
        }
        session = text_of(trace, "sessionId")
        for record in objects_in(value["observations"]):
            if is_observation(record):
                self._observation(record, session)
            else:
                self.rest(record)
        for score in objects_in(value.get("scores", trace.get("scores"))):
            self._score(score)
        identity = text_of(trace, "id")
        if identity is not None:
            self.spans.about(identity, "traces", _told(trace))

    def element(self, value: Object) -> None:
        """An observation or a score by itself."""
        if is_observation(value):
            self._observation(value, None)
        elif "value" in value and "traceId" in value:
            self._score(value)

    def _observation(self, record: Object, session: str | None) -> None:
        self.read += 1
        span, naive = read_observation(record)
        self.naive = self.naive or naive
        made = meaning(span)
        made.session = session or made.session
        if record.get("type") == "EVENT":
            made.is_point, made.closes = True, None
            made.opens.type = "event"
            made.opens.status = span.status
        self.spans.add(made)

    def _score(self, score: Object) -> None:
        """A judgement of a trace or an observation."""
        time, _ = parse_time(score.get("timestamp"))
        trace = text_of(score, "traceId")
        self.spans.add(
            SpanRecord(
                trace,
                None,
                EventSpec("score", text_of(score, "name"), _told(score)),
                start=time,
                parent=text_of(score, "observationId"),
                source={"trace_id": trace, "score_id": text_of(score, "id")},
                is_point=True,
            )
        )


class LangfuseReader(DocumentReader):
    """Traces with their observations."""

    name = "langfuse"
    title = "Langfuse trace"
    recovers = "observations as spans, scores; state of graphs, else derived: messages, usage"
    version = 1
    marks = (b'"parentObservationId"',)
    documents = _Traces

    def sniff(self, head: Head) -> float:
        """By the name of an observation's parent, else by the parts of a download."""
        return super().sniff(head) or (0.7 if set(head.keys) >= _DOWNLOAD else 0.0)


def _told(record: Object) -> Object:
    """What a record says, without its own lists and what is empty."""
    told = saying(record)
    return {key: unwrapped(held) for key, held in told.items() if key not in _TRACE_PARTS}
