"""Travelling through a recording: stepping, the condition language, hits and breakpoints."""

from __future__ import annotations
