"""Langfuse traces, downloaded from its UI or got from its API."""

from __future__ import annotations

from ttdebug.formats.langfuse.reader import LangfuseReader

READER = LangfuseReader()
