"""What the events of a transcript mean that neither nest nor change state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.model import JSON, Object, Status

_SHARED: Final = frozenset({"event", "uuid", "span_id", "timestamp", "working_start", "pending"})
_FAILED: Final = ("error", "critical")


class Meaning(NamedTuple):
    """A type, name, data and status for an event of ours."""

    type: str
    name: str | None
    data: Object
    status: Status | None = None


def rest(event: Object, *without: str) -> Object:
    """What an event says beside what all events share and what it leaves empty."""
    return {
        key: value
        for key, value in event.items()
        if key not in _SHARED and key not in without and value is not None and value != []
    }


def meaning(event: Object) -> Meaning:
    """The meaning of a known event; a marker for any other."""
    kind = text_of(event, "event")
    found = _MEANINGS.get(kind or "")
    if found is not None:
        return found(event)
    return Meaning("marker", kind, rest(event))


def content_text(content: JSON) -> str:
    """The text of a message, which may be text or a list of parts."""
    if isinstance(content, str):
        return content
    texts = [text_of(part, "text") for part in objects_in(content)]
    return "\n".join(text for text in texts if text)


def reasoning(content: JSON) -> str:
    """What a model thought before it spoke."""
    texts = [text_of(part, "reasoning") for part in objects_in(content)]
    return "\n".join(text for text in texts if text)


def failure(event: Object) -> JSON:
    """The error of an event without the coloured copy of its traceback."""
    error = event.get("error")
    if not isinstance(error, dict):
        return error
    return {key: value for key, value in error.items() if key != "traceback_ansi"}


def _error(event: Object) -> Meaning:
    return Meaning("error", None, {"error": failure(event)}, "error")


def _logger(event: Object) -> Meaning:
    message = object_of(event, "message")
    level = text_of(message, "level")
    return Meaning("log", level, rest(event), "error" if level in _FAILED else None)


def _sandbox(event: Object) -> Meaning:
    code = event.get("result")
    failed = isinstance(code, int) and not isinstance(code, bool) and code != 0
    return Meaning("sandbox", text_of(event, "action"), rest(event), "error" if failed else "ok")


def _input(event: Object) -> Meaning:
    data: Object = {"role": "user", "content": event.get("input")}
    return Meaning("message", "input", {**data, **rest(event, "input", "input_ansi")})


def _named(kind: str, key: str, status: Status | None = None) -> Callable[[Object], Meaning]:
    """An event that keeps what it says, under the name it has in `key`."""
    return lambda event: Meaning(kind, text_of(event, key), rest(event), status)


_MEANINGS: Final[dict[str, Callable[[Object], Meaning]]] = {
    "anchor": _named("anchor", "anchor_id"),
    "approval": _named("decision", "approver"),
    "branch": _named("branch", "from_anchor"),
    "checkpoint": _named("checkpoint", "name"),
    "compaction": lambda event: Meaning("state", "compaction", rest(event)),
    "error": _error,
    "info": _named("info", "source"),
    "input": _input,
    "interrupt": _named("interrupt", "source"),
    "logger": _logger,
    "sample_limit": _named("limit", "type", "cancelled"),
    "sandbox": _sandbox,
    "score": _named("score", "scorer"),
    "score_edit": _named("score", "score_name"),
}
