"""Event types as family, glyph and word, and the marks; `ascii` has a stand-in for each."""

from __future__ import annotations

from typing import NamedTuple

from ttdebug.model import Event
from ttdebug.view import cells
from ttdebug.view.gate import Safe, lit, safe


class Kind(NamedTuple):
    """How a type of event looks; `family` is its colour token."""

    family: str
    glyph: Safe
    word: Safe


def _kind(family: str, glyph: str, word: str) -> Kind:
    return Kind(family, lit(glyph), lit(word))


_KINDS = {
    "llm.call": _kind("model", "◇", "llm"),
    "llm.result": _kind("model", "◇", "reply"),
    "tool.call": _kind("tool", "►", "call"),
    "tool.result": _kind("tool", "◄", "result"),
    "message": _kind("msg", "»", "msg"),
    "error": _kind("error", "✕", "error"),
    "retry": _kind("error", "↻", "retry"),
    "interrupt": _kind("msg", "·", "pause"),
    "handoff": _kind("msg", "·", "hand"),
    "handoff.end": _kind("msg", "◂", "hand"),
    "workflow": _kind("msg", "·", "flow"),
    "workflow.end": _kind("msg", "◂", "flow"),
    "checkpoint": _kind("accent", "◆", "check"),
    "decision": _kind("msg", "◈", "decide"),
    "edit": _kind("msg", "◈", "edit"),
    "run.start": _kind("msg", "·", "start"),
    "run.end": _kind("msg", "·", "end"),
}
WORD_CELLS = 6

BREAKPOINTS = {"on": lit("●"), "off": lit("○"), "log": lit("◌")}
CHECKPOINT = lit("◆")
HERE = lit("●")
DRIFT = lit("▲")
NOT_A_NUMBER = lit("∅")
LAST_SEEN = lit("↓")
OPEN = lit("▾")
CLOSED = lit("▸")
FOLDED = lit("⋯")
_CHANGES = ("added", "changed", "removed", "moved", "equal")
CHANGE = {k: lit(v) for k, v in zip(_CHANGES, "+~−~=", strict=True)}
CHANGE_STYLE = dict(zip(_CHANGES, ("added", "change", "removed", "change", "dim"), strict=True))


def kind(event_type: str) -> Kind:
    """Family, glyph and word of a type; a type of someone's own shows its first cells.

    A span that closes looks other than one that opens, though its word is the same.
    """
    known = _KINDS.get(event_type)
    if known is not None:
        return known
    return Kind("msg", lit("◂" if event_type.endswith(".end") else "·"), _word(event_type))


def _word(event_type: str) -> Safe:
    return lit(cells.cut(safe(event_type.removesuffix(".end"), 64), WORD_CELLS).rstrip("."))


def event_kind(event: Event) -> Kind:
    """The same, but an event that closed a span with an error looks like one."""
    found = kind(event.type)
    if failed(event) and found.family != "error":
        return Kind("error", lit("✕"), found.word)
    return found


def failed(event: Event) -> bool:
    """Whether the event is a fault itself, and not merely the start of what failed later."""
    return event.type == "error" or (event.status == "error" and not event.opens)
