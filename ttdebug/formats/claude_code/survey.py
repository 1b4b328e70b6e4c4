"""A first look over a transcript: what can only be known from lines that come later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ttdebug.foreign.shapes import object_of, text_of
from ttdebug.foreign.values import joined_text
from ttdebug.formats.claude_code.entries import TOKENS, Entry
from ttdebug.model import Object


@dataclass(slots=True)
class Message:
    """One API message, merged from its lines, each of which repeats the usage so far."""

    texts: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    usage: Object = field(default_factory=dict)
    stop_reason: str | None = None

    def merge(self, entry: Entry) -> None:
        """Take in one more line."""
        blocks = entry.blocks
        self.texts += filter(None, [joined_text(blocks)])
        self.thoughts += filter(None, [joined_text(blocks, "thinking")])
        self.stop_reason = text_of(entry.message, "stop_reason") or self.stop_reason
        for key, value in object_of(entry.message, "usage").items():
            old = self.usage.get(key)
            if key in TOKENS and isinstance(value, int) and isinstance(old, int):
                value = max(old, value)
            self.usage[key] = value


@dataclass(slots=True)
class Survey:
    """What a transcript holds in all."""

    session: str | None = None
    title: str | None = None
    start: int | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    prompts: dict[str, list[str]] = field(default_factory=dict)
    side_prompts: dict[str, str] = field(default_factory=dict)
    """Roots of inline side chains by uuid, with what the sub-agent was asked."""

    @property
    def rewinds(self) -> dict[str, list[str]]:
        """Lines that two or more typed prompts follow directly: uuid to those prompts."""
        return {parent: found for parent, found in self.prompts.items() if len(found) > 1}


def survey(entries: Iterable[Entry]) -> Survey:
    """Look over all entries once."""
    found = Survey()
    for entry in entries:
        if found.session is None:
            found.session = text_of(entry.record, "sessionId")
        if found.start is None:
            found.start = entry.time
        if entry.type == "assistant":
            found.messages.setdefault(entry.message_id, Message()).merge(entry)
        elif entry.type == "user":
            _note_prompt(found, entry)
        elif entry.type in ("custom-title", "ai-title"):
            title = text_of(entry.record, "customTitle") or text_of(entry.record, "aiTitle")
            found.title = title or found.title
    return found


def _note_prompt(found: Survey, entry: Entry) -> None:
    if entry.uuid is None or not entry.is_prompt:
        return
    if entry.is_sidechain:
        if entry.parent is None:
            found.side_prompts[entry.uuid] = joined_text(entry.blocks)
        return
    if entry.parent is None:
        return
    siblings = found.prompts.setdefault(entry.parent, [])
    if entry.uuid != entry.parent and entry.uuid not in siblings:
        siblings.append(entry.uuid)
