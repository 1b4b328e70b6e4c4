"""AutoGen AgentChat: the messages of a team's stream, and the state a team saved.

After autogen-agentchat 0.4 to 0.7.5 (`messages.py`, `state/_states.py`). A stream is what
`run_stream` yields, each message by `model_dump(mode="json")` on a line of its own.
"""

from __future__ import annotations

from ttdebug.formats.autogen.reader import AutoGenReader

READER = AutoGenReader()
