"""LangSmith runs, as its SDK sends them and as they are exported."""

from __future__ import annotations

from ttdebug.formats.langsmith.reader import LangsmithReader

READER = LangsmithReader()
