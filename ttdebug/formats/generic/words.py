"""Words by which home-made logs say that something starts, ends, fails, or is a model or tool."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from ttdebug.model import JSON, Status

Phase = Literal["open", "close"] | None

OPENING = frozenset({"start", "started", "begin", "open", "enter", "call", "request", "b"})
CLOSING = frozenset(
    {"end", "ended", "finish", "finished", "close", "exit", "stop", "complete", "completed",
     "result", "response", "done", "e"}
)  # fmt: skip
_MODEL = frozenset({"llm", "model", "generation", "completion", "chat", "chat_model"})
_TOOL = frozenset({"tool", "function", "tool_call", "function_call", "tool_use"})
_ERROR = frozenset({"error", "failed", "failure", "fatal", "critical", "exception", "err"})
_OK = frozenset({"ok", "success", "succeeded", "completed", "passed"})
_CANCELLED = frozenset({"cancelled", "canceled", "aborted", "interrupted"})
_SUFFIX = re.compile(r"(.+?)[._:/\s-](" + "|".join(sorted(OPENING | CLOSING)) + ")", re.IGNORECASE)


@lru_cache(maxsize=4096)
def phase_of(text: str) -> tuple[str, Phase]:
    """`tool_start` is ("tool", "open"); what is neither start nor end keeps its name."""
    word = text.lower()
    if word in OPENING:
        return "", "open"
    if word in CLOSING:
        return "", "close"
    match = _SUFFIX.fullmatch(text)
    if match is None:
        return text, None
    return match[1], "open" if match[2].lower() in OPENING else "close"


@lru_cache(maxsize=4096)
def span_types(stem: str) -> tuple[str, str]:
    """The types of the opening and of the closing event of a span called `stem`."""
    word = stem.lower().removeprefix("on_")
    if word in _MODEL:
        return "llm.call", "llm.result"
    if word in _TOOL:
        return "tool.call", "tool.result"
    name = stem or "span"
    return name, f"{name}.end"


def status_of(value: JSON) -> Status | None:
    """What a status, outcome or level says, if it says one of ours."""
    if not isinstance(value, str):
        return None
    word = value.lower()
    if word in _ERROR:
        return "error"
    if word in _OK:
        return "ok"
    return "cancelled" if word in _CANCELLED else None
