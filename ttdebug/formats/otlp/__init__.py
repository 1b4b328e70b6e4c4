"""OpenTelemetry traces: OTLP as JSON, JSON Lines or protobuf, printed spans, plain span lists.

Sources: the OTLP specification 1.0 to 1.9 (JSON and protobuf), the collector's file exporter
(JSON Lines, or protobuf with lengths), the official file exporter, `MessageToJson` of protobuf,
Grafana Tempo's API (`batches`), the Python console exporter 1.17 to 1.45, `to_json` lists
(any-agent 1), flat span lists as evaluation tools save them, Zipkin v2, and Phoenix's columns.
"""

from __future__ import annotations

from ttdebug.formats.otlp.reader import OtlpReader

READER = OtlpReader()
