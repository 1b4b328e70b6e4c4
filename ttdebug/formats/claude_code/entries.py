"""One line of a transcript, with what all lines share; every field may be missing or wrong."""

from __future__ import annotations

from dataclasses import dataclass

from ttdebug.foreign.shapes import text_of
from ttdebug.foreign.times import parse_time
from ttdebug.foreign.values import joined_text
from ttdebug.model import Object

TOKENS = (
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
)
CLEAR = "<command-name>/clear</command-name>"
INTERRUPTED = "[Request interrupted by user"
_NOT_TYPED = (
    "<local-command-",
    "<bash-stdout>",
    "<bash-stderr>",
    "<task-notification>",
    "Caveat: ",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A decoded line; `record` is all of it."""

    line: int
    record: Object
    type: str
    uuid: str | None
    parent: str | None
    time: int | None

    @property
    def message(self) -> Object:
        """The API message of a user or assistant line, empty if it has none."""
        message = self.record.get("message")
        return message if isinstance(message, dict) else {}

    @property
    def blocks(self) -> list[Object]:
        """Content blocks; text of its own counts as one text block."""
        content = self.message.get("content")
        if isinstance(content, str):
            return [{"type": "text", "text": content}]
        if not isinstance(content, list):
            return []
        return [
            block if isinstance(block, dict) else {"type": "text", "text": str(block)}
            for block in content
        ]

    @property
    def message_id(self) -> str:
        """What joins the lines of one API message."""
        found = text_of(self.message, "id") or self.uuid
        return found or f"line-{self.line}"

    @property
    def agent_id(self) -> str | None:
        """The sub-agent that a side chain belongs to."""
        return text_of(self.record, "agentId")

    @property
    def is_sidechain(self) -> bool:
        """Whether a sub-agent, not the user's own conversation, wrote the line."""
        return self.record.get("isSidechain") is True

    @property
    def is_prompt(self) -> bool:
        """Whether a person typed it: the only kind of line that can start a rewind."""
        record = self.record
        if self.type != "user" or record.get("isMeta") or record.get("isCompactSummary"):
            return False
        blocks = self.blocks
        if not blocks or any(block.get("type") == "tool_result" for block in blocks):
            return False
        text = joined_text(blocks)
        return not text.startswith((INTERRUPTED, *_NOT_TYPED))


def read_entry(line: int, record: Object) -> Entry:
    """The shared fields of a line."""
    return Entry(
        line,
        record,
        text_of(record, "type") or "unknown",
        text_of(record, "uuid"),
        text_of(record, "parentUuid"),
        parse_time(record.get("timestamp"))[0],
    )
