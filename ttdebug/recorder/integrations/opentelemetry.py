"""OpenTelemetry: a span processor, for pydantic-ai and all else that makes spans.

    provider.add_span_processor(TtdebugProcessor(rec))

Attributes of GenAI and OpenInference make model and tool calls of spans, as in trace files. What
is set only after a span has started, such as the messages pydantic-ai sends, is told by the event
that closes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import SpanContext, StatusCode, format_span_id, format_trace_id

from ttdebug.genai import OtelEvent, OtelSpan, meaning
from ttdebug.genai.joints import Link
from ttdebug.model import JSON, Object, Status
from ttdebug.recorder.faults import Faults, guarded
from ttdebug.recorder.handle import Handle
from ttdebug.recorder.integrations.live import Live

_STATUS: Final[dict[StatusCode, Status]] = {StatusCode.OK: "ok", StatusCode.ERROR: "error"}


class TtdebugProcessor(SpanProcessor):
    """Records spans when they start and when they end."""

    def __init__(self, rec: Handle) -> None:
        self._live = Live(rec)

    @property
    def faults(self) -> Faults:
        """Where the recorder counts what went wrong."""
        return self._live.handle.faults

    @guarded(None)
    def on_start(self, /, span: Span, parent_context: Context | None = None) -> None:
        """Open the span with what is known of it by now."""
        link = _link(span.context)
        if link is None:
            return
        told = _told(span, link)
        found = meaning(told)
        around = None if span.parent is None else _link(span.parent)
        self._live.open(
            link,
            found.opens,
            around,
            stand_in=found.stand_in,
            link=link,
            links=found.links,
            source=told.source,
        )

    @guarded(None)
    def on_end(self, /, span: ReadableSpan) -> None:
        """Close it with all that is known now, after what happened inside."""
        link = _link(span.context)
        if link is None:
            return
        found = meaning(_told(span, link))
        for moment in found.inside:
            self._live.point(moment.event, link, time=moment.time)
        if found.closes is not None:
            self._live.close(link, found.closes, late=found.opens)


def _link(context: SpanContext | None) -> Link | None:
    if context is None:
        return None
    return format_trace_id(context.trace_id), format_span_id(context.span_id)


def _told(span: ReadableSpan, link: Link) -> OtelSpan:
    """The span as readers of trace files have it."""
    trace, id_ = link
    return OtelSpan(
        trace,
        id_,
        None,
        span.name,
        start=span.start_time,
        end=span.end_time,
        kind=span.kind.name.lower(),
        status=_STATUS.get(span.status.status_code),
        message=span.status.description,
        attributes=_attributes(span.attributes),
        events=[
            OtelEvent(event.timestamp, event.name, _attributes(event.attributes))
            for event in span.events
        ],
        links=[found for link in span.links if (found := _link(link.context))],
        source={"trace_id": trace, "span_id": id_},
    )


def _attributes(values: Mapping[str, object] | None) -> Object:
    found: Object = {}
    for key, value in (values or {}).items():
        found[key] = list(value) if isinstance(value, tuple) else cast(JSON, value)
    return found
