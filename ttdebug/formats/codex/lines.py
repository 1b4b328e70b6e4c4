"""One line of a rollout, wrapped or bare."""

from __future__ import annotations

from typing import NamedTuple

from ttdebug.foreign.shapes import object_of, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.model import JSON, Object

META = "session_meta"
ITEM = "response_item"
EVENT = "event_msg"
KINDS = frozenset(
    {META, ITEM, EVENT, "turn_context", "compacted", "world_state", "inter_agent_communication"}
)
BARE_ITEMS = frozenset(
    {
        "message", "reasoning", "function_call", "function_call_output", "local_shell_call",
        "custom_tool_call", "custom_tool_call_output", "web_search_call",
    }
)  # fmt: skip


class Line(NamedTuple):
    """A line with its kind (`response_item`...), and the type that its payload names."""

    number: int
    kind: str
    type: str
    payload: Object
    time: int | None
    ids: Object
    """What tells the line in the file's own terms: `line`, and `id` and `ordinal` if it has one."""

    @property
    def identity(self) -> str:
        """An id for the message on this line."""
        return text_of(self.payload, "id") or f"line-{self.number}"


def read_line(number: int, record: Object) -> Line:
    """The shared fields of a line; a bare record is wrapped as newer versions would."""
    kind, payload = text_of(record, "type") or "unknown", object_of(record, "payload")
    time = parse_time(record.get("timestamp"))[0]
    if "payload" not in record:
        kind, payload = _bare_kind(record, kind), record
    ids: Object = {"line": number}
    for key, value in (("ordinal", record.get("ordinal")), ("id", payload.get("id"))):
        if isinstance(value, str | int):
            ids[key] = value
    return Line(number, kind, text_of(payload, "type") or kind, payload, time, ids)


def _bare_kind(record: Object, kind: str) -> str:
    if kind in BARE_ITEMS:
        return ITEM
    if is_bare_meta(record):
        return META
    return text_of(record, "record_type") or kind


def is_bare_meta(record: Object) -> bool:
    """Whether this is the first line of an old rollout: `{id, timestamp, instructions, git}`."""
    return (
        "type" not in record
        and "timestamp" in record
        and "id" in record
        and ("instructions" in record or "git" in record)
    )


def without(payload: Object, *names: str) -> Object:
    """A payload without its type and the named fields."""
    return {key: value for key, value in payload.items() if key != "type" and key not in names}


def first_text(*values: JSON) -> str | None:
    """The first of some values that is text and not empty."""
    return next((value for value in values if isinstance(value, str) and value), None)
