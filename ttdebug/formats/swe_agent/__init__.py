"""SWE-agent: `.traj` documents.

Source: github.com/SWE-agent/SWE-agent, trajectories of 0.x (where `state` is JSON in a string) and
1.x (where it is an object). `trajectory` holds a step per action with the state of the environment,
which real files show to be that before the action in 0.x, and that after it in 1.x; `history` is
what the model saw, with the prompts before the first step and, in demos, all there is. There are
no times; they are added up from the execution times of 1.x, from 0 on.
"""

from __future__ import annotations

from ttdebug.formats.swe_agent.reader import SweAgentReader

READER = SweAgentReader()
