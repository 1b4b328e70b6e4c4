"""smolagents' memory: `agent.memory.get_full_steps()`, `get_succinct_steps()`, `RunResult.dict()`.

Written from recordings of smolagents 1.26.0 (November 2026) and from `memory.py` of the package;
before 1.15 a step was numbered `step` and timed by fields of its own.
"""

from __future__ import annotations

from ttdebug.formats.smolagents.reader import SmolagentsReader

READER = SmolagentsReader()
