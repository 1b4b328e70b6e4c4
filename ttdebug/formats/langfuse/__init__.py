"""Langfuse traces, downloaded from its UI or got from its API.

Sources: the UI's JSON download of 2025 and 2026 (`{trace, observations}`), the public API's trace
object (observations and scores inside), and lists or lines of observations. Input, output and
metadata may be values, JSON in strings, or JSON in strings in strings.
"""

from __future__ import annotations

from ttdebug.formats.langfuse.reader import LangfuseReader

READER = LangfuseReader()
