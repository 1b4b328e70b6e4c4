"""The reader of Claude Code transcripts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ttdebug.formats.claude_code.session import Session
from ttdebug.formats.claude_code.subagents import companions
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.source import Source
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_LINE_KEYS = ("uuid", "leafUuid", "snapshot", "parentUuid", "permissionMode")


class ClaudeCodeReader(Reader):
    """`~/.claude/projects/<directory>/<session>.jsonl`, with the files of its sub-agents."""

    name = "claude-code"
    title = "Claude Code transcript"
    recovers = (
        "messages, tool calls, sub-agents, rewinds; state derived: messages, files, todos, usage"
    )
    version = 2

    def sniff(self, head: Head) -> float:
        """By the fields that every line of a conversation has."""
        lines = head.objects
        if not lines:
            return 0.9 if {"parentUuid", "sessionId", "message"} <= set(head.keys) else 0.0
        talk = sum("parentUuid" in line and "sessionId" in line for line in lines)
        notes = sum(_is_note(line) for line in lines)
        if talk:
            return 0.97 if (talk + notes) * 2 >= len(lines) else 0.6
        return 0.8 if notes * 2 > len(lines) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the session and its sub-agents as one run."""
        Session(source, writer, report).write()

    def companions(self, path: Path) -> Iterable[Path]:
        """Transcripts of sub-agents, in the session's directory or beside it."""
        return companions(path)


def _is_note(line: Object) -> bool:
    return "type" in line and (
        ("sessionId" in line and any(key in line for key in _LINE_KEYS))
        or ("leafUuid" in line and "summary" in line)
        or ("messageId" in line and "snapshot" in line)
    )
