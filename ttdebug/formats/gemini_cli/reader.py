"""The reader of Gemini CLI's chat recordings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ttdebug.foreign.shapes import text_of
from ttdebug.formats.gemini_cli.session import Session, metadata, side_files
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.source import Source

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_MARKS = {"sessionId", "projectHash"}


class GeminiReader(Reader):
    """`~/.gemini/tmp/<project>/chats/session-<date>-<id>.json` or `.jsonl`."""

    name = "gemini-cli"
    title = "Gemini CLI chat"
    recovers = "messages, thoughts, tool calls; rewinds; state derived: messages, usage"
    version = 2

    def sniff(self, head: Head) -> float:
        """By the metadata with which a recording begins, or the patches of a log."""
        if any(set(line) >= _MARKS for line in head.objects[:3]) or set(head.keys) >= _MARKS:
            return 0.97
        lines = head.objects
        patches = sum("$set" in line or "$rewindTo" in line for line in lines)
        return 0.8 if patches and patches * 3 >= len(lines) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the session and its sub-agents as one run."""
        Session(source, writer, report).write()

    def companions(self, path: Path) -> Iterable[Path]:
        """The logs of sub-agents."""
        meta = metadata(path) or {}
        return [side.path for side in side_files(path, text_of(meta, "sessionId"))]
