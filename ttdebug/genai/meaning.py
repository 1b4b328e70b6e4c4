"""From an OpenTelemetry span to the events it stands for."""

from __future__ import annotations

from ttdebug.foreign.shapes import text_of
from ttdebug.genai import calls
from ttdebug.genai.attributes import Attributes, nested, unwrapped
from ttdebug.genai.kinds import (
    MODEL,
    TOOL,
    Graph,
    Kind,
    graph_of,
    kind_of,
    metadata_of,
)
from ttdebug.genai.otel import OtelEvent, OtelSpan
from ttdebug.genai.records import EventSpec, Instant, SpanRecord, Take
from ttdebug.model import MISSING, Object, Value

_INPUTS = ("input.value", "traceloop.entity.input", "agentops.entity.input", "mlflow.spanInputs",
           "langfuse.observation.input", "ai.prompt", "input")  # fmt: skip
_OUTPUTS = ("output.value", "traceloop.entity.output", "agentops.entity.output",
            "mlflow.spanOutputs", "final_result", "langfuse.observation.output", "ai.response.text",
            "output")  # fmt: skip
_SESSIONS = ("session.id", "gen_ai.conversation.id", "langfuse.session.id",
             "gcp.vertex.agent.session_id",
             "traceloop.association.properties.session_id")  # fmt: skip
_INTERRUPTS = ("GraphInterrupt", "NodeInterrupt")
"""Exceptions by which LangGraph stops for an answer; nothing failed."""

_UNNAMED = ("unknown_service",)


def meaning(span: OtelSpan) -> SpanRecord:
    """The span with its opening, its end and what happened inside, as events."""
    found = Attributes(span.attributes)
    session = found.text(*_SESSIONS)
    metadata = metadata_of(found)
    graph = graph_of(span, metadata)
    kind = kind_of(span, found, graph)
    inside = list(span.events)
    if kind.word == MODEL:
        opens, closes = calls.model(span, found, inside)
    elif kind.word == TOOL:
        opens, closes = calls.tool(span, found)
    else:
        opens, closes = _other(span, found, kind)
    _set_states(span, opens, closes, found, graph)
    _describe(span, opens, found, metadata)
    opens.agent = closes.agent = kind.agent
    closes.status = span.status or "ok"
    if span.status == "error" and "error" not in closes.data:
        closes.data["error"] = span.message or _fault(span.events)
    return SpanRecord(
        span.trace,
        span.id,
        opens,
        closes if span.is_over else None,
        span.start,
        span.end,
        span.parent,
        [Instant(event.time, event_spec(event)) for event in inside],
        span.links,
        session,
        _process(span.resource),
        kind.stand_in,
        span.source,
    )


def _other(span: OtelSpan, found: Attributes, kind: Kind) -> tuple[EventSpec, EventSpec]:
    """A span that is neither a model call nor a tool."""
    given, returned = found.value(*_INPUTS), found.value(*_OUTPUTS)
    opens = EventSpec(kind.word, span.name, {} if given is None else {"input": given})
    closes = EventSpec(f"{kind.word}.end", span.name)
    if returned is not None:
        closes.data["output"] = returned
    return opens, closes


def _set_states(
    span: OtelSpan, opens: EventSpec, closes: EventSpec, found: Attributes, graph: Graph | None
) -> None:
    """States that a span carries: a node's input, a graph's output, attributes called state."""
    if graph is not None:
        _set_graph_states(span, opens, closes, graph)
        return
    for key, value in found.left.items():
        if _is_state(key) and isinstance(document := unwrapped(value), dict):
            closes.state = document


def _set_graph_states(span: OtelSpan, opens: EventSpec, closes: EventSpec, graph: Graph) -> None:
    """A node starts from the whole state, made by what returned since the last one started."""
    step = f"step of {graph.owner}"
    if graph.whole and isinstance(opens.data.get("input"), dict):
        opens.state = opens.data.pop("input")
        opens.data = {"step": graph.step, **opens.data}
        opens.takes = (Take(step, "returned before this state", "inferred", each=True),)
    elif graph.node is None and isinstance(closes.data.get("output"), dict):
        closes.state = closes.data.pop("output")
        closes.takes = (Take(step, "returned before this state", "inferred", each=True),)
    if span.status != "error" and (graph.is_node or closes.type == "tool.result"):
        closes.gives = (*closes.gives, step)


def _is_state(key: str) -> bool:
    last = key.rpartition(".")[2].lower()
    return last == "state" or last.endswith("_state")


def _describe(span: OtelSpan, opens: EventSpec, found: Attributes, metadata: Object) -> None:
    """Everything else that is known of the span, on its opening event."""
    if opens.name != span.name:
        opens.data["span"] = span.name
    if span.kind not in (None, "internal"):
        opens.data["kind"] = span.kind
    if metadata:
        opens.data["metadata"] = metadata
    if found.left:
        opens.data["attributes"] = found.left
    if span.links:
        opens.data["links"] = [{"trace_id": trace, "span_id": id_} for trace, id_ in span.links]
    opens.data |= span.other


def event_spec(event: OtelEvent) -> EventSpec:
    """A moment inside a span: an error, a message, a state, or something else with a name."""
    left = nested(event.attributes)
    name = event.name
    if name == "exception" or "exception.type" in left:
        return _error(left)
    if name.startswith("gen_ai.") and name.endswith((".message", ".choice")):
        role = name.removeprefix("gen_ai.").removesuffix(".message")
        return EventSpec("message", None, {"role": role, **left})
    state: Value = MISSING
    if _is_state(name) or name.endswith("snapshot"):
        state = next((v for v in map(unwrapped, left.values()) if isinstance(v, dict)), MISSING)
    kind = "event" if state is MISSING else "state"
    return EventSpec(kind, name, {"attributes": left} if left else {}, state=state)


def _error(left: Object) -> EventSpec:
    data: Object = {}
    for key in ("message", "stacktrace"):
        if (value := left.pop(f"exception.{key}", None)) is not None:
            data[key] = value
    name = str(left.pop("exception.type", None) or "exception")
    if left:
        data["attributes"] = left
    if name.endswith(_INTERRUPTS):
        return EventSpec("interrupt", name, data)
    return EventSpec("error", name, data, "error")


def _fault(events: list[OtelEvent]) -> str | None:
    """The message of the exception recorded inside."""
    for event in events:
        if (text := text_of(event.attributes, "exception.message")) is not None:
            return text
    return None


def _process(resource: Object) -> str | None:
    name = text_of(resource, "service.name")
    return None if name is None or name.startswith(_UNNAMED) else name
