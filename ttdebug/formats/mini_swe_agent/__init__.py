"""mini-SWE-agent: `.traj.json` documents, and bare lists of messages.

Source: github.com/SWE-agent/mini-swe-agent, trajectories of 1.x (`mini-swe-agent-1`) and of 2.x
(`mini-swe-agent-1.1`). In the first the command stands in a fenced block of the model's answer and
the next message is what it printed; in the second `extra` lists actions and what came of them.
"""

from __future__ import annotations

from ttdebug.formats.mini_swe_agent.reader import MiniSweAgentReader

READER = MiniSweAgentReader()
