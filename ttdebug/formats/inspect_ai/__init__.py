"""Inspect AI's evaluation logs: `.eval` archives and `.json` documents, each sample as a run.

Written from logs made by inspect_ai 0.3.41 (October 2024, `transcript` and steps), 0.3.9x to
0.3.154 (spans), 0.3.285 (November 2026, pooled messages, zstd members) and from the package's
source (`event/*.py`, `util/_span.py`, `util/_store.py`). Log versions 2 and 3.
"""

from __future__ import annotations

from ttdebug.formats.inspect_ai.reader import InspectReader

READER = InspectReader()
