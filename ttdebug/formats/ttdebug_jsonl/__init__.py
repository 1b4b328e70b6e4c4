"""What `ttdebug export --format jsonl` writes, read back (version 1 of it)."""

from __future__ import annotations

from ttdebug.formats.ttdebug_jsonl.reader import LinesReader

READER = LinesReader()
