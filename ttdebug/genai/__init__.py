"""What spans of agents mean: model calls, tools, agents and messages, in the words of many makers.

Any format that names things by attributes gives an `OtelSpan` to `meaning`; the state of agents
is folded from the result by `Folded`.

Sources: OpenTelemetry GenAI semantic conventions 1.28 to 1.41 (events, then structured messages),
OpenInference 0.1, OpenLLMetry / Traceloop 0.3 to 0.62, Google ADK 1 and 2, pydantic-ai 1 and 2,
any-agent 1, the Vercel AI SDK 4 and 5, LangGraph's metadata as OpenInference records it.
"""

from __future__ import annotations

from ttdebug.genai.folding import Folded
from ttdebug.genai.meaning import meaning
from ttdebug.genai.otel import OtelEvent, OtelSpan

__all__ = ["Folded", "OtelEvent", "OtelSpan", "meaning"]
