"""The reader of Temporal histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.errors import TraceError
from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import object_of, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.formats import fidelity
from ttdebug.formats.conversation import Informed, Scribe
from ttdebug.formats.documents import read_document
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.source import Source
from ttdebug.formats.temporal import models
from ttdebug.formats.temporal.entries import kind_of
from ttdebug.formats.temporal.history import STARTED, History
from ttdebug.model import JSON, Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_WORDS = (b'"eventId"', b'"eventType"', b'"eventTime"')


class TemporalReader(Reader):
    """The history of one workflow execution: `{"events": [...]}`, bare or inside `history`."""

    name = "temporal"
    title = "Temporal workflow history"
    recovers = "workflow events, activities and child workflows as spans, signals, failures"
    version = 1

    def sniff(self, head: Head) -> float:
        """By the events' fields near the beginning."""
        if not {"events", "history"} & set(head.keys):
            return 0.0
        start = head.data[:4096]
        return 0.97 if all(word in start for word in _WORDS) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the execution as one run, event for event."""
        document = read_document(source, report)
        events = None if document is None else _events(document)
        if not events:
            raise TraceError("there are no events in it")
        first = next((event for event in events if isinstance(event, dict)), {})
        uid, agent = _names(first, source)
        timeline = writer.run(uid, agent, time=parse_time(first.get("eventTime"))[0])
        state = Informed(models.TOKENS)
        history = History(Scribe(writer, timeline, lambda: state), state, agent)
        for place, event in enumerate(events, start=1):
            if isinstance(event, dict):
                history.write(event, place)
            else:
                source_of: Object = {"index": place}
                writer.append(timeline, "marker", data={"value": event}, source=source_of)
        report.describe(timeline, _fidelity(history))


def _events(document: Object) -> list[JSON]:
    for holder in (document, object_of(document, "history")):
        events = holder.get("events")
        if isinstance(events, list):
            return events
    return []


def _names(first: Object, source: Source) -> tuple[str, str]:
    """The execution's id and the workflow's type, as far as the first event tells."""
    attributes: Object = {}
    if kind_of(first) == STARTED:
        found = (value for key, value in first.items() if key.endswith("Attributes"))
        attributes = next((value for value in found if isinstance(value, dict)), {})
    uid = text_of(attributes, "workflowId") or source.path.name.partition(".")[0] or "workflow"
    agent = text_of(object_of(attributes, "workflowType"), "name") or "workflow"
    return storable(uid), storable(agent)


def _fidelity(history: History) -> str:
    parts = (
        "recorded: inputs and results of the workflow and its activities",
        "derived: state (messages shortened, usage, input, result, status)",
        "not recorded: the workflow's own variables",
    )
    return fidelity.line(parts, [(history.unknown, "event", " of no known type kept as markers")])
