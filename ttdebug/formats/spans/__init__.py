"""Span lists on their way to a recording: collected in any order, written in one.

Readers of formats that list spans turn each into a `SpanRecord` and `Spans` does the rest.
"""

from __future__ import annotations

from ttdebug.formats.spans.documents import DocumentReader, Documents, saying
from ttdebug.formats.spans.spans import Spans
from ttdebug.genai.records import (
    NOTHING,
    EventSpec,
    Fold,
    Instant,
    SpanRecord,
    Take,
    Written,
)

__all__ = [
    "NOTHING",
    "DocumentReader",
    "Documents",
    "EventSpec",
    "Fold",
    "Instant",
    "SpanRecord",
    "Spans",
    "Take",
    "Written",
    "saying",
]
