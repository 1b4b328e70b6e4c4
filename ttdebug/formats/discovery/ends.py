"""The first and the last kilobytes of a log: what it is about, and how long it took."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypedDict

import orjson

from ttdebug.foreign.times import parse_time
from ttdebug.formats.compressed import beginning
from ttdebug.model import JSON, Object

_HEAD: Final = 64 << 10
_TAIL: Final = 16 << 10
_TIME: Final = re.compile(rb'"(?:timestamp|lastUpdated|startTime)"\s*:\s*"([^"]{10,40})"')
_MOST_TITLE: Final = 200


class Words(TypedDict):
    """What a run was about, and the folder it worked in."""

    title: str | None
    project: str | None


def words(path: Path, format: str) -> Words:  # noqa: A002 - the name of a reader
    """What the beginning of a file says it is about, for the formats that say it."""
    told: Words = {"title": None, "project": None}
    say = _SAYING.get(format)
    if say is None:
        return told
    for record in _objects(beginning(path, _HEAD)):
        title, project = say(record)
        told["title"] = told["title"] or title
        told["project"] = told["project"] or project
        if told["title"] and told["project"]:
            break
    return told


def took(path: Path) -> float | None:
    """Seconds from the first time in a file to the last; None where it tells none."""
    first = _TIME.search(beginning(path, _HEAD))
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        last = _TIME.findall(file.read(_TAIL))
    if first is None or not last:
        return None
    began, ended = parse_time(first[1].decode())[0], parse_time(last[-1].decode())[0]
    return None if began is None or ended is None or ended < began else (ended - began) / 1e9


def _objects(data: bytes) -> Iterator[Object]:
    """The objects in the lines of a head; the last line may be cut off."""
    for line in data.split(b"\n"):
        try:
            value: JSON = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(value, dict):
            yield value


def _claude(record: Object) -> tuple[str | None, str | None]:
    title = record.get("summary") if record.get("type") == "summary" else None
    message = record.get("message")
    if record.get("type") == "user" and not record.get("isMeta") and isinstance(message, dict):
        title = _text(message.get("content"))
    return _title(title), _folder(record.get("cwd"))


def _codex(record: Object) -> tuple[str | None, str | None]:
    payload = record.get("payload")
    if not isinstance(payload, dict):
        return None, None
    title = payload.get("message") if payload.get("type") == "user_message" else None
    return _title(title), _folder(payload.get("cwd"))


def _gemini(record: Object) -> tuple[str | None, str | None]:
    messages = record.get("messages")
    for one in messages if isinstance(messages, list) else [record]:
        if isinstance(one, dict) and one.get("type") == "user":
            return _title(_text(one.get("content"))), None
    return None, None


_SAYING: Final[dict[str, Callable[[Object], tuple[str | None, str | None]]]] = {
    "claude-code": _claude,
    "codex": _codex,
    "gemini-cli": _gemini,
}


def _text(content: JSON) -> JSON:
    """The text of a message, or of its first part that has one."""
    if not isinstance(content, list):
        return content
    texts = (part.get("text") for part in content if isinstance(part, dict))
    return next((text for text in texts if isinstance(text, str)), None)


def _title(text: JSON) -> str | None:
    """A first line worth showing; what a tool put in angle brackets is none."""
    if not isinstance(text, str) or text.lstrip().startswith("<"):
        return None
    return " ".join(text.split())[:_MOST_TITLE] or None


def _folder(cwd: JSON) -> str | None:
    return cwd if isinstance(cwd, str) and cwd else None
