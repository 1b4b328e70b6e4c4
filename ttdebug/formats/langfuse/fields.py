"""One observation of Langfuse as an `OtelSpan`."""

from __future__ import annotations

from ttdebug.foreign.shapes import number_of, object_of, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.genai import OtelSpan
from ttdebug.genai.attributes import unwrapped
from ttdebug.model import Object

_TOKENS = {
    "input": "input_tokens", "output": "output_tokens", "total": "total_tokens",
    "promptTokens": "input_tokens", "completionTokens": "output_tokens",
    "totalTokens": "total_tokens", "input_cache_read": "cache_read_input_tokens",
    "input_cached_tokens": "cache_read_input_tokens", "output_reasoning": "reasoning_tokens",
    "output_reasoning_tokens": "reasoning_tokens",
    "cache_read_input_tokens": "cache_read_input_tokens",
    "cache_creation_input_tokens": "cache_creation_input_tokens",
}  # fmt: skip
_KNOWN = {"id", "traceId", "type", "name", "startTime", "endTime", "parentObservationId", "level",
          "statusMessage", "input", "output", "metadata", "model", "usageDetails", "costDetails",
          "usage", "totalCost"}  # fmt: skip
_NOISE = {"projectId", "createdAt", "updatedAt", "internalModel", "internalModelId", "inputCost",
          "outputCost", "inputUsage", "outputUsage", "totalUsage", "providedCostDetails",
          "usagePricingTierId", "usagePricingTierName", "calculatedInputCost",
          "calculatedOutputCost", "calculatedTotalCost", "unit", "promptTokens",
          "completionTokens", "totalTokens", "modelId", "inputPrice", "outputPrice",
          "totalPrice"}  # fmt: skip
"""What Langfuse computed from the rest, or keeps for itself."""

_OF_OTEL = {"attributes", "resourceAttributes", "scope"}


def is_observation(value: Object) -> bool:
    """Whether an object is an observation."""
    return "traceId" in value and "startTime" in value and ("type" in value or "level" in value)


def read_observation(record: Object) -> tuple[OtelSpan, bool]:
    """The span in `record`, and whether its times had no zone."""
    trace, own = text_of(record, "traceId"), text_of(record, "id")
    parent = text_of(record, "parentObservationId")
    start, naive = parse_time(record.get("startTime"))
    end, _ = parse_time(record.get("endTime"))
    held = unwrapped(record.get("metadata"))
    metadata: Object = held if isinstance(held, dict) else {}
    if held is not None and not isinstance(held, dict):
        metadata = {"metadata": held}
    source: Object = {"trace_id": trace, "observation_id": own}
    if parent is not None:
        source["parent_observation_id"] = parent
    scope = text_of(object_of(metadata, "scope"), "name")
    if scope is not None:
        source["scope"] = scope
    failed = record.get("level") == "ERROR"
    span = OtelSpan(
        trace,
        own,
        parent,
        text_of(record, "name") or text_of(record, "type") or "observation",
        start,
        end,
        end is not None,
        None,
        "error" if failed else None,
        text_of(record, "statusMessage"),
        _attributes(record, metadata),
        resource=object_of(metadata, "resourceAttributes"),
        source=source,
        other=_other(record, failed=failed),
    )
    return span, naive


def _attributes(record: Object, metadata: Object) -> Object:
    """What OpenTelemetry sent, below what Langfuse made of it."""
    attributes = dict(object_of(metadata, "attributes"))
    attributes["langfuse.observation.type"] = _kind(record)
    for key in ("input", "output"):
        if record.get(key) is not None:
            attributes[f"langfuse.observation.{key}"] = record[key]
    if (model := text_of(record, "model")) is not None:
        attributes["langfuse.observation.model.name"] = model
    usage = object_of(record, "usageDetails") or object_of(record, "usage")
    for word, count in usage.items():
        if word in _TOKENS and number_of(usage, word) is not None:
            attributes[f"gen_ai.usage.{_TOKENS[word]}"] = count
    cost = number_of(object_of(record, "costDetails"), "total")
    cost = number_of(record, "totalCost") if cost is None else cost
    if cost:
        attributes["gen_ai.usage.cost"] = cost
    rest = {key: value for key, value in metadata.items() if key not in _OF_OTEL}
    if rest:
        attributes["metadata"] = rest
    return attributes


def _kind(record: Object) -> str | None:
    """The type; a span of old that returned a tool's message is a tool."""
    kind = text_of(record, "type")
    returned = unwrapped(record.get("output")) if kind == "SPAN" else None
    if isinstance(returned, dict) and returned.get("type") == "tool" and "tool_call_id" in returned:
        return "TOOL"
    return kind


def _other(record: Object, *, failed: bool) -> Object:
    found: Object = {
        key: value
        for key, value in record.items()
        if key not in _KNOWN and key not in _NOISE and value not in (None, {}, [], "")
    }
    if not failed and record.get("level") not in (None, "DEFAULT"):
        found["level"] = record["level"]
        if record.get("statusMessage"):
            found["status_message"] = record["statusMessage"]
    return found
