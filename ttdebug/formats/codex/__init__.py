"""OpenAI Codex CLI: rollouts of sessions, with the threads of their sub-agents.

Source: the rollout and protocol crates of github.com/openai/codex, and rollouts of 0.40 to 0.146.
A line is `{timestamp, type, payload}`. In both history modes (`legacy`, and `paginated` with an
`ordinal` per line) response items hold what the model saw; event messages repeat utterances, as
`user_message`, `agent_message`, `agent_reasoning` in the one mode and as `item_completed` in the
other. Rollouts from before September 2025 are bare response items after a line of metadata.
"""

from __future__ import annotations

from ttdebug.formats.codex.reader import CodexReader

READER = CodexReader()
