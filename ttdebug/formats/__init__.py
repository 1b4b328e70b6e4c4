"""Recordings in any format: opened directly, or converted once into our own."""

from __future__ import annotations

from ttdebug.formats.opening import import_file
from ttdebug.formats.opening import open_trace as open  # noqa: A004 - reads as formats.open
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.registry import readers
from ttdebug.formats.source import Source

__all__ = ["Head", "Reader", "Report", "Source", "import_file", "open", "readers"]
