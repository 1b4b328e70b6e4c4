"""ttdebug: a time-travel debugger for agents.

`record` records an agent, `open` opens a recording of any known format and answers what it is
asked; `restore` gives back the Python value behind a recorded one.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ttdebug.api import (
        Checkpoint,
        Checkpoints,
        Diff,
        Drift,
        Found,
        Hit,
        Match,
        Moment,
        Recording,
        Relative,
        Snapshot,
        Violation,
        Write,
        open,  # noqa: A004 - as in gzip.open, zipfile and others
    )
    from ttdebug.errors import (
        Cancelled,
        ConditionError,
        NotFoundError,
        PathSyntaxError,
        TraceError,
        TtdebugError,
        UsageError,
    )
    from ttdebug.model import MISSING, Change, Event, Run, Timeline
    from ttdebug.recorder import CheckpointMade, ErrorRecorded, Recorder, Redact, record
    from ttdebug.recorder.restore import restore

__version__ = "0.1.0"

_HOMES = {
    "ttdebug.api": (
        "Checkpoint", "Checkpoints", "Diff", "Drift", "Found", "Hit", "Match", "Moment",
        "Recording", "Relative", "Snapshot", "Violation", "Write", "open",
    ),
    "ttdebug.errors": (
        "Cancelled", "ConditionError", "NotFoundError", "PathSyntaxError", "TraceError",
        "TtdebugError", "UsageError",
    ),
    "ttdebug.model": ("MISSING", "Change", "Event", "Run", "Timeline"),
    "ttdebug.recorder": ("CheckpointMade", "ErrorRecorded", "Recorder", "Redact", "record"),
    "ttdebug.recorder.restore": ("restore",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "MISSING",
    "Cancelled",
    "Change",
    "Checkpoint",
    "CheckpointMade",
    "Checkpoints",
    "ConditionError",
    "Diff",
    "Drift",
    "ErrorRecorded",
    "Event",
    "Found",
    "Hit",
    "Match",
    "Moment",
    "NotFoundError",
    "PathSyntaxError",
    "Recorder",
    "Recording",
    "Redact",
    "Relative",
    "Run",
    "Snapshot",
    "Timeline",
    "TraceError",
    "TtdebugError",
    "UsageError",
    "Violation",
    "Write",
    "__version__",
    "open",
    "record",
    "restore",
]


def __getattr__(name: str) -> object:
    """The public names, imported when first used: nothing is loaded that an agent does not need."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
