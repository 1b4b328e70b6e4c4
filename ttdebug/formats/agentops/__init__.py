"""AgentOps: traces as its API and dashboard export them.

Source: trace exports of 2025 (API v4): `{trace, spans}`, attributes nested by the dots of their
names, events and links as parallel lists.
"""

from __future__ import annotations

from ttdebug.formats.agentops.reader import AgentOpsReader

READER = AgentOpsReader()
