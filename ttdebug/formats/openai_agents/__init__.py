"""The OpenAI Agents SDK: exported traces, sessions in SQLite, and lists of input items.

Written from recordings of openai-agents 0.24.0 (November 2026): what a `TracingProcessor` gets
from `export()`, one JSON object a line or under `data` as the service ingests it; `SQLiteSession`;
`result.to_input_list()`. Older spans differ in what they leave out (`src/agents/tracing`).
"""

from __future__ import annotations

from ttdebug.formats.openai_agents.reader import OpenAIAgentsReader

READER = OpenAIAgentsReader()
