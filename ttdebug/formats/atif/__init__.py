"""ATIF, the Agent Trajectory Interchange Format of Harbor: one document per agent.

Source: the RFC in github.com/laude-institute/harbor, documents of v1.2 to v1.7. A step of an agent
holds a model's turn, its tool calls and their results in one; here each is an event. Sub-agents
are found by `trajectory_id` within the document (1.7) or by `trajectory_path` beside it; so is
the document that continues this one. Steps that repeat what another document holds
(`is_copied_context`) are messages only: they cost nothing and call nothing here.
"""

from __future__ import annotations

from ttdebug.formats.atif.reader import AtifReader

READER = AtifReader()
