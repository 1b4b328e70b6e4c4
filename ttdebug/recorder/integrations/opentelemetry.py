"""OpenTelemetry: a span processor, for pydantic-ai and all else that makes spans.

    provider.add_span_processor(TtdebugProcessor(rec))

Attributes of GenAI and OpenInference make model and tool calls of spans, as in trace files. What
is set only after a span has started, such as the messages pydantic-ai sends, is told by the event
that closes it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias, cast

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import SpanContext, StatusCode, format_span_id, format_trace_id

from ttdebug.genai import OtelEvent, OtelSpan, meaning
from ttdebug.genai.joints import Link
from ttdebug.genai.records import Instant
from ttdebug.model import JSON, Object, Status
from ttdebug.recorder.faults import Faults, guarded
from ttdebug.recorder.handle import Handle
from ttdebug.recorder.integrations.live import Live

_STATUS: Final[dict[StatusCode, Status]] = {StatusCode.OK: "ok", StatusCode.ERROR: "error"}
_Key: TypeAlias = tuple[int | None, str, str | None]


class TtdebugProcessor(SpanProcessor):
    """Records spans when they start and when they end."""

    def __init__(self, rec: Handle) -> None:
        self._live = Live(rec)
        self._told: dict[Link, list[_Key]] = {}  # events recorded as they happened

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
        self._watch(span, link)

    @guarded(None)
    def on_end(self, /, span: ReadableSpan) -> None:
        """Close it with all that is known now, after what happened inside."""
        link = _link(span.context)
        if link is None:
            return
        found = meaning(_told(span, link))
        told = self._told.pop(link, [])
        for moment in found.inside:
            if (key := _key(moment)) in told:
                told.remove(key)
            else:
                self._live.point(moment.event, link, time=moment.time)
        if found.closes is not None:
            self._live.close(link, found.closes, late=found.opens)

    def _watch(self, span: Span, link: Link) -> None:
        """Learn of events when they are added, which OpenTelemetry tells no processor."""
        add, lock = span.add_event, threading.RLock()

        def add_event(*args: Any, **kwargs: Any) -> None:
            with lock:  # or the newest might be another thread's
                add(*args, **kwargs)
                self._added(span, link)

        span.add_event = add_event  # type: ignore[method-assign]

    @guarded(None)
    def _added(self, /, span: Span, link: Link) -> None:
        """Record the newest event, unless it is a part of a call, which its end tells."""
        if not self._live.is_open(link):
            return
        told = _told(span, link)
        for moment in meaning(replace(told, events=told.events[-1:])).inside:
            self._live.point(moment.event, link, time=moment.time)
            self._told.setdefault(link, []).append(_key(moment))


def _key(moment: Instant) -> _Key:
    return moment.time, moment.event.type, moment.event.name


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
