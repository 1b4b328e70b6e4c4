"""What a tool's output says about how the call went."""

from __future__ import annotations

import re
from typing import NamedTuple

from ttdebug.foreign.shapes import embedded, number_of, object_of
from ttdebug.foreign.times import SECONDS, scaled
from ttdebug.foreign.values import plain_text
from ttdebug.model import JSON, Object, Status

_EXIT = re.compile(r"^(?:Process exited with code|Exit code:) (-?\d+)\s*$", re.MULTILINE)
_WALL = re.compile(r"^Wall time: ([\d.]+) seconds?\s*$", re.MULTILINE)
_HEAD = 400
_FAILURES = (
    "exec_command failed",
    "execution error",
    "failed to parse function arguments",
    "apply_patch verification failed",
    "unsupported call",
)


class Output(NamedTuple):
    """The result of a call, its text, and how it went as far as it says."""

    value: JSON
    text: str
    status: Status
    exit_code: int | None = None
    duration: int | None = None


def read_output(raw: JSON) -> Output:
    """An output as any version writes it: JSON in a string, plain text, or a list of parts."""
    value = embedded(raw)
    if isinstance(value, dict) and "output" in value and "metadata" in value:
        metadata = object_of(value, "metadata")
        inner = value["output"]
        return _judged(inner, plain_text(inner), metadata)
    if isinstance(value, dict) and "content" in value:
        status: Status = "error" if value.get("success") is False else "ok"
        return Output(value["content"], plain_text(value["content"]), status)
    text = raw if isinstance(raw, str) else plain_text(raw)
    return _judged(value, text, {})


def _judged(value: JSON, text: str, metadata: Object) -> Output:
    head = text[:_HEAD]
    code = number_of(metadata, "exit_code")
    wall = number_of(metadata, "duration_seconds")
    if code is None and (match := _EXIT.search(head)):
        code = int(match[1]) if len(match[1]) < 12 else None
    if wall is None and (match := _WALL.search(head)):
        wall = _number(match[1])
    failed = bool(code) or head.startswith(_FAILURES)
    return Output(
        value,
        text,
        "error" if failed else "ok",
        None if code is None else int(code),
        None if wall is None or wall < 0 else scaled(wall, SECONDS),
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def span_of(payload: Object) -> int | None:
    """The `duration` that an end event tells, as `{secs, nanos}`, in nanoseconds."""
    duration = object_of(payload, "duration")
    seconds, nanos = number_of(duration, "secs"), number_of(duration, "nanos")
    if seconds is None or seconds < 0:
        return None
    whole = scaled(seconds, SECONDS)
    return None if whole is None else whole + int(nanos or 0)
