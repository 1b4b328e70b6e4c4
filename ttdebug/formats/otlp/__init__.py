"""OpenTelemetry traces: OTLP as JSON, JSON Lines or protobuf, printed spans, plain span lists."""

from __future__ import annotations

from ttdebug.formats.otlp.reader import OtlpReader

READER = OtlpReader()
