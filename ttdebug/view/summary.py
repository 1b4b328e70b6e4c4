"""One line about an event: its name, and the few words of its data that say what it did."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from ttdebug.model import JSON, Event, Object
from ttdebug.view import cells, numbers, values
from ttdebug.view.gate import Safe, lit, safe

ROOM = 160
"""Longest summary in characters; wider screens than any terminal have."""

_DEPTH = 6
_TEXT_FIELDS = ("content", "text", "message", "output", "thinking", "reasoning", "summary")
_FIELDS_SHOWN = 4
_MAIN_ARGUMENTS = ("command", "cmd", "query", "url", "file_path", "path", "pattern", "prompt")
"""Arguments that say alone what a call is about, whatever else was passed."""

_PLACE_CELLS = 60
_MOST_CHANGES = 200


class Summary(NamedTuple):
    """`name` is what acted (may be empty), `text` what it did."""

    name: Safe
    text: Safe


def summary(event: Event) -> Summary:
    """The summary of any event; reads its data only as far as the line is long."""
    head = event.type.partition(".")[0]
    write = _WRITERS.get(event.type) or _WRITERS.get(head) or _other
    found = write(event)
    if not found.name and not found.text:
        return Summary(safe(event.name or event.type, ROOM), lit(""))
    return found


def words(value: JSON, depth: int = 0) -> str:
    """The first words inside a value as models and tools nest it; "" where there are none."""
    if isinstance(value, str):
        return " ".join(value[: ROOM * 2].split())[:ROOM]
    if depth >= _DEPTH:
        return ""
    if isinstance(value, list):
        return next(filter(None, (words(item, depth + 1) for item in islice(value, 16))), "")
    if not isinstance(value, dict):
        return ""
    for field in _TEXT_FIELDS:
        found = words(value.get(field), depth + 1)
        if found:
            return found
    name = value.get("name") or value.get("function")
    called = name if isinstance(name, str) else words(name, depth + 1)
    return f"→ {called}" if called and "type" in value else ""


def _llm(event: Event) -> Summary:
    data = event.data
    said = words(data.get("output")) or words(data.get("error"))
    if not said:
        messages = data.get("messages")
        said = words(messages[-1] if isinstance(messages, list) and messages else messages)
    said = said or words(data)
    parts = [said, *_tokens(data)]
    text = _join(part for part in parts if part)
    return Summary(lit(""), text) if said else Summary(safe(event.name or "", ROOM), text)


def _tokens(data: Object) -> Iterable[str]:
    usage = data.get("usage")
    if isinstance(usage, dict):
        for field, word in (("input_tokens", "in"), ("output_tokens", "out")):
            count = usage.get(field)
            if isinstance(count, int | float) and not isinstance(count, bool):
                yield f"{numbers.rough(count)} {word}"


def _call(event: Event) -> Summary:
    args = event.data.get("args", event.data.get("input", event.data.get("arguments")))
    if not isinstance(args, dict):
        return _named(event, _plain(args))
    for name in _MAIN_ARGUMENTS:
        main = args.get(name)
        if isinstance(main, str) and main:
            is_place = name in ("file_path", "path", "url")
            text = safe(words(main), ROOM)
            return _named(event, cells.fit_left(text, _PLACE_CELLS) if is_place else text)
    if len(args) == 1:
        (only,) = args.values()
        if isinstance(only, str) and len(only) > 24:
            return _named(event, safe(words(only), ROOM))
    return _named(event, _fields(args))


def _result(event: Event) -> Summary:
    data = event.data
    if data.get("error") is not None:
        return _named(event, _plain(data["error"]))
    result = data.get("result", data.get("output"))
    if isinstance(result, dict):
        said = words(result)
        return _named(event, safe(said, ROOM) if said else _fields(result))
    if isinstance(result, list):
        first = words(result) or (values.short(result[0], ROOM) if result else "")
        return _named(event, safe(f"{values.size(result)} {first}"[:ROOM]))
    return _named(event, _plain(result))


def _message(event: Event) -> Summary:
    receiver, role = event.data.get("to"), event.data.get("role")
    name = f"→ {receiver}" if isinstance(receiver, str) and receiver else event.name or role
    said = words(event.data.get("content")) or words(event.data)
    return Summary(safe(name if isinstance(name, str) else "", ROOM), safe(said, ROOM))


def _fault(event: Event) -> Summary:
    data = event.data
    for field in ("message", "error", "text", "reason"):
        said = _said(data.get(field))
        if said:
            kind = data.get("type", data.get("kind"))
            typed = isinstance(kind, str) and kind and not said.startswith(kind)
            return _named(event, safe(f"{kind}: {said}" if typed else said, ROOM))
    return _named(event, _fields(data))


def _checkpoint(event: Event) -> Summary:
    if isinstance(event.data.get("step"), int):
        return _super_step(event)
    kind, tags = event.data.get("kind"), event.data.get("tags")
    parts = [kind] if isinstance(kind, str) else []
    if isinstance(tags, list):
        parts += [f"tag {tag}" for tag in islice(tags, 4) if isinstance(tag, str)]
    if said := words(event.data.get("description")):
        parts.append(said)
    return _named(event, _join(parts) if parts else _fields(event.data))


def _super_step(event: Event) -> Summary:
    """A step of a graph: the nodes that ran, which step it was, and what runs next."""
    ran, following = (_names(event.data.get(field)) for field in ("nodes", "next"))
    parts = [f"step {event.data['step']}", f"→ {following}" if following else ""]
    if event.name != "loop":
        ran = event.name or ran
    return Summary(safe(ran or event.name or "", ROOM), _join(part for part in parts if part))


def _names(value: JSON) -> str:
    if not isinstance(value, list):
        return ""
    return ", ".join(name for name in islice(value, 4) if isinstance(name, str))


def _write(event: Event) -> Summary:
    """A write to a channel: the value, and the node it came from."""
    node = event.data.get("node")
    parts = [
        values.short(event.data.get("value"), ROOM // 2),
        node if isinstance(node, str) else "",
    ]
    return _named(event, _join(part for part in parts if part))


def _state(event: Event) -> Summary:
    """A patch as somebody recorded it: the members of the state that it is about."""
    changes = event.data.get("changes")
    if not isinstance(changes, list):
        return _other(event)
    members: dict[str, None] = {}
    for op in islice(changes, _MOST_CHANGES):
        path = op.get("path") if isinstance(op, dict) else None
        if isinstance(path, str) and path.startswith("/"):
            members.setdefault(path.split("/", 2)[1])
    return _named(event, _join(members)) if members else _other(event)


def _other(event: Event) -> Summary:
    said = words(event.data)
    return _named(event, safe(said, ROOM) if said else _fields(event.data))


_WRITERS = {
    "llm": _llm,
    "tool.call": _call,
    "tool.result": _result,
    "message": _message,
    "error": _fault,
    "retry": _fault,
    "checkpoint": _checkpoint,
    "state": _state,
    "write": _write,
}


def _named(event: Event, text: Safe) -> Summary:
    return Summary(safe(event.name or "", ROOM), text)


def _fields(data: Object) -> Safe:
    """`code “PARTNER15” · nights 4`: the first fields, each with its key."""
    parts = []
    room = ROOM
    for key, value in islice(data.items(), _FIELDS_SHOWN):
        if value is None or value is False or room <= 0:
            continue
        part = f"{safe(key, 40)} {values.short(value, max(8, min(room, 60)))}"
        parts.append(part)
        room -= len(part)
    return _join(parts)


def _plain(value: JSON) -> Safe:
    """A string without quotes, anything else as a value; nothing for null."""
    if value is None:
        return lit("")
    said = _said(value)
    return safe(said, ROOM) if said else values.short(value, ROOM)


def _said(value: JSON) -> str:
    return words(value) if isinstance(value, str | dict | list) else ""


def _join(parts: Iterable[str]) -> Safe:
    return safe(" · ".join(parts)[:ROOM])
