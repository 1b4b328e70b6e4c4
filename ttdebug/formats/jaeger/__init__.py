"""Jaeger traces, as its UI, its API and its query service save them.

Sources: the answer of `/api/traces` (Jaeger 1 and 2), the files that the UI's "Trace JSON" saves,
bare traces as the UI reads them back, and the UI's own wrapping of a loaded trace.
"""

from __future__ import annotations

from ttdebug.formats.jaeger.reader import JaegerReader

READER = JaegerReader()
