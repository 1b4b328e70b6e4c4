"""The hook inside an agent: it never raises into it and never loses what it acknowledged."""

from __future__ import annotations

from ttdebug.recorder.handle import Handle
from ttdebug.recorder.lifecycle import CheckpointMade, ErrorRecorded
from ttdebug.recorder.recorder import Recorder, Stats, record
from ttdebug.recorder.redaction import Redact
from ttdebug.recorder.span import Span

__all__ = [
    "CheckpointMade",
    "ErrorRecorded",
    "Handle",
    "Recorder",
    "Redact",
    "Span",
    "Stats",
    "record",
]
