"""A recording in a script or a notebook: `rec = ttdebug.open("run.ttd")`, then ask it.

What is asked is answered lazily, by the engine that answers the debugger and the command line.
Everything handed out is plain Python that belongs to the caller.
"""

from __future__ import annotations

from ttdebug.api.checkpoints import Checkpoint, Checkpoints
from ttdebug.api.diff import Diff
from ttdebug.api.findings import Drift, Hit, Match, Relative, Snapshot, Violation, Write
from ttdebug.api.found import Found
from ttdebug.api.moment import Moment
from ttdebug.api.recording import Recording, open  # noqa: A004 - as in gzip.open, zipfile and others

__all__ = [
    "Checkpoint",
    "Checkpoints",
    "Diff",
    "Drift",
    "Found",
    "Hit",
    "Match",
    "Moment",
    "Recording",
    "Relative",
    "Snapshot",
    "Violation",
    "Write",
    "open",
]
