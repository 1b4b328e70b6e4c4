"""Recordings as files of other tools: one module per format, each a stream of text."""

from __future__ import annotations

from ttdebug.formats.export.part import Part

__all__ = ["Part"]
