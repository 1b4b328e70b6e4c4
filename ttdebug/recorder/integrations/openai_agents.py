"""The OpenAI Agents SDK: a tracing processor.

    agents.add_trace_processor(TtdebugProcessor(rec))

Agents, turns, models, functions, handoffs and guardrails become spans. What the SDK tells only
when a span ends, such as the input of a response, is told by the event that closes it.
"""

from __future__ import annotations

from typing import Any, cast

from agents.tracing import Span, Trace, TracingProcessor

from ttdebug.foreign.shapes import objects_in
from ttdebug.genai.calls import tool_call
from ttdebug.genai.openai_agents import Translator
from ttdebug.genai.records import EventSpec, SpanRecord
from ttdebug.model import JSON, Object
from ttdebug.recorder.faults import Faults, guarded
from ttdebug.recorder.handle import Handle
from ttdebug.recorder.integrations.live import Live


class TtdebugProcessor(TracingProcessor):
    """Records traces and spans when they start and when they end."""

    def __init__(self, rec: Handle) -> None:
        self._live = Live(rec)
        self._translator = Translator()
        self._asked: dict[tuple[str, str | None], list[Object]] = {}

    @property
    def faults(self) -> Faults:
        """Where the recorder counts what went wrong."""
        return self._live.handle.faults

    @guarded(None)
    def on_trace_start(self, /, trace: Trace) -> None:
        """Open the span of a whole workflow."""
        about = cast(Object, trace.export() or {})
        data = {key: about[key] for key in ("group_id", "metadata") if about.get(key) is not None}
        event = EventSpec("workflow", trace.name, data)
        self._live.open(trace.trace_id, event, source={"trace_id": trace.trace_id})

    @guarded(None)
    def on_trace_end(self, /, trace: Trace) -> None:
        """Close it."""
        for place in [place for place in self._asked if place[0] == trace.trace_id]:
            del self._asked[place]
        self._live.close(trace.trace_id, EventSpec("workflow.end"))

    @guarded(None)
    def on_span_start(self, /, span: Span[Any]) -> None:
        """Open a span with what is known of it by now."""
        found = self._record(span)
        if found.is_point:
            return
        event = self._expected(span) or found.opens
        around = span.parent_id or span.trace_id
        self._live.open(span.span_id, event, around, source=found.source)

    @guarded(None)
    def on_span_end(self, /, span: Span[Any]) -> None:
        """Close it with all that is known now; a span that is nothing but a state is an event."""
        found = self._record(span)
        if found.is_point:
            self._live.point(found.opens, span.parent_id or span.trace_id)
        elif found.closes is not None:
            calls = objects_in(found.closes.data.get("tool_calls"))
            if calls:
                self._asked.setdefault((span.trace_id, span.parent_id), []).extend(calls)
            self._live.close(span.span_id, found.closes, late=found.opens)

    def shutdown(self) -> None:
        """Nothing is held back."""

    def force_flush(self) -> None:
        """Nothing is held back."""

    def _record(self, span: Span[Any]) -> SpanRecord:
        """The span as readers of exported traces have it, with what exporting leaves out."""
        told = cast(Object, span.export() or {})
        data = {**cast(Object, span.span_data.export()), **_unexported(span.span_data)}
        told = {**told, "span_data": data}
        return self._translator.record(told, span.trace_id, None, {})

    def _expected(self, span: Span[Any]) -> EventSpec | None:
        """The call of a function that starts, as its model asked for it.

        The SDK starts functions in the order of the calls and tells their arguments later.
        """
        if span.span_data.type != "function":
            return None
        waiting = self._asked.get((span.trace_id, span.parent_id), [])
        for call in waiting:
            if call.get("name") == span.span_data.name:
                waiting.remove(call)
                return tool_call(span.span_data.name, call.get("args"), cast(str, call.get("id")))
        return None


def _unexported(data: Any) -> Object:
    """What a model was told and answered, and what a function returned before it became text."""
    if data.type == "function":
        return {"output": cast(JSON, data.output)}
    if data.type != "response":
        return {}
    told: Object = {} if data.input is None else {"input": cast(JSON, data.input)}
    response = data.response
    if response is None:
        return told
    if isinstance(response.instructions, str):
        said = data.input if isinstance(data.input, list) else [data.input]
        said = [{"role": "user", "content": one} if isinstance(one, str) else one for one in said]
        told["input"] = [{"role": "system", "content": response.instructions}, *said]
    told["model"] = response.model
    told["output"] = [item.model_dump(exclude_none=True) for item in response.output]
    if data.usage is None and response.usage is not None:
        told["usage"] = response.usage.model_dump()
    return told
