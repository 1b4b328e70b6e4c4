"""Jaeger traces, as its UI, its API and its query service save them."""

from __future__ import annotations

from ttdebug.formats.jaeger.reader import JaegerReader

READER = JaegerReader()
