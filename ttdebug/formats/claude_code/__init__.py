"""Claude Code: session transcripts, their sub-agents, rewinds and compactions."""

from __future__ import annotations

from ttdebug.formats.claude_code.reader import ClaudeCodeReader

READER = ClaudeCodeReader()
