"""Claude Code: session transcripts, their sub-agents, rewinds and compactions.

Source: transcripts of 2.0.26 to 2.1.161. A line is a prompt, one block of an answer, a result or a
note; lines of one answer share `message.id`. `parentUuid` is a chain, not a nesting: two prompts
with one parent are a rewind. Sub-agents are in `<sessionId>/subagents/agent-<id>.jsonl`, in
`agent-<id>.jsonl` beside the session (2.0), or in lines with `isSidechain`.
"""

from __future__ import annotations

from ttdebug.formats.claude_code.reader import ClaudeCodeReader

READER = ClaudeCodeReader()
