"""LangGraph's SQLite checkpoints: full state at every step, and the writes that made it.

Source: databases of langgraph 0.2.20 to 1.2.22 (checkpoints `v` 1, 3 and 4, values as JSON or
msgpack) and the source of langgraph-checkpoint and langgraph-checkpoint-sqlite. A write belongs to
the checkpoint before the one it leads to; what a message names as a class is never imported.
"""

from __future__ import annotations

from ttdebug.formats.langgraph.reader import LangGraphReader

READER = LangGraphReader()
