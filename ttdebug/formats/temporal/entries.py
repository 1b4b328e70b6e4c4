"""One event of a history, taken apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ttdebug.foreign.shapes import integer_of, object_of, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.formats.conversation import Moment
from ttdebug.formats.temporal.payloads import decoded
from ttdebug.model import Object, Status

_PREFIX = "EVENT_TYPE_"
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENDS: Mapping[str, Status] = {
    "COMPLETED": "ok",
    "FIRED": "ok",
    "SIGNALED": "ok",
    "NEW": "ok",
    "FAILED": "error",
    "OUT": "error",
    "CANCELED": "cancelled",
    "TERMINATED": "cancelled",
}
"""The last words of types that end something, `TIMED_OUT` and `CONTINUED_AS_NEW` among them."""

_NAMES = (
    "activityType", "workflowType", "signalName", "markerName", "timerId", "operation", "service",
)  # fmt: skip
_TOLD = frozenset(("input", "result", "failure", "acceptedRequest", "outcome", "activityId"))


class Entry(NamedTuple):
    """`kind` is its type in one spelling, `data` what will be shown of it."""

    moment: Moment
    kind: str
    number: int
    attributes: Object
    data: Object

    @property
    def status(self) -> Status | None:
        """How something ended, if the event ends something."""
        return _ENDS.get(self.kind.rpartition("_")[2])

    @property
    def name(self) -> str | None:
        """What the thing is called that the event is about."""
        for key in _NAMES:
            found = text_of(self.attributes, key)
            found = found or text_of(object_of(self.attributes, key), "name")
            if found is not None:
                return found
        request = object_of(self.attributes, "acceptedRequest")
        return text_of(object_of(request, "input"), "name")


def read_entry(record: Object, place: int, agent: str, parent: int | None) -> Entry:
    """The event in `record`, the `place`-th from 1, of what `agent` did inside `parent`."""
    attributes = _attributes(record)
    number = integer_of(record, "eventId") or place
    links = {key: value for key, value in attributes.items() if key.endswith("EventId")}
    time = parse_time(record.get("eventTime"))[0]
    moment = Moment(agent, time, {"event_id": number, **links}, parent)
    return Entry(moment, kind_of(record), number, attributes, _rest(record, attributes))


def kind_of(record: Object) -> str:
    """The event's type in one spelling: `ACTIVITY_TASK_SCHEDULED`."""
    kind = text_of(record, "eventType") or "UNKNOWN"
    if kind.startswith(_PREFIX):
        return kind.removeprefix(_PREFIX)
    return kind if kind.isupper() else _HUMPS.sub("_", kind).upper()


def _attributes(record: Object) -> Object:
    """What only this type of event has, its payloads decoded."""
    for key, value in record.items():
        if key.endswith("Attributes") and isinstance(value, dict):
            found = decoded(value)
            return found if isinstance(found, dict) else {}
    return {}


def _rest(record: Object, attributes: Object) -> Object:
    """What of an event is shown as its data as it is."""
    data: Object = {}
    summary = decoded(object_of(record, "userMetadata"))
    if summary:
        data["user_metadata"] = summary
    rest = {
        key: value
        for key, value in attributes.items()
        if not key.endswith("EventId") and key not in _TOLD
    }
    for key, shown in (("input", "input"), ("result", "result"), ("failure", "error")):
        if key in attributes:
            data[shown] = attributes[key]
    if rest:
        data["attributes"] = rest
    return data
