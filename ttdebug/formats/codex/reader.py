"""The reader of Codex rollouts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ttdebug.foreign.shapes import text_of
from ttdebug.formats.codex.lines import BARE_ITEMS, KINDS, is_bare_meta
from ttdebug.formats.codex.session import Session
from ttdebug.formats.codex.threads import spawned_by
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.source import Source

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer


class CodexReader(Reader):
    """`~/.codex/sessions/YYYY/MM/DD/rollout-<time>-<id>.jsonl`, also `.zst`."""

    name = "codex"
    title = "Codex rollout"
    recovers = (
        "messages, reasoning, tool calls, patches; state derived: messages, files, todos, usage"
    )
    version = 2

    def sniff(self, head: Head) -> float:
        """By the wrapper of its lines, or by the first line of an old rollout."""
        lines = head.objects
        if not lines:
            return 0.9 if head.keys[:2] == ("timestamp", "type") and "payload" in head.keys else 0.0
        wrapped = sum(
            "payload" in line and "timestamp" in line and text_of(line, "type") in KINDS
            for line in lines
        )
        if wrapped:
            return 0.97 if wrapped * 2 >= len(lines) else 0.6
        bare = sum(text_of(line, "type") in BARE_ITEMS or "record_type" in line for line in lines)
        return 0.9 if is_bare_meta(lines[0]) and (bare or len(lines) == 1) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the session and its sub-agents as one run."""
        Session(source, writer, report).write()

    def companions(self, path: Path) -> Iterable[Path]:
        """Rollouts of the threads that this one spawned."""
        return [file.path for file in spawned_by(path)]
