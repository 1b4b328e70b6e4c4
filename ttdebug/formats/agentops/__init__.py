"""AgentOps: traces as its API and dashboard export them."""

from __future__ import annotations

from ttdebug.formats.agentops.reader import AgentOpsReader

READER = AgentOpsReader()
