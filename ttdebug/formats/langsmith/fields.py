"""One run of LangSmith as an `OtelSpan`."""

from __future__ import annotations

from ttdebug.foreign.shapes import list_of, number_of, object_of, objects_in, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.genai import OtelSpan
from ttdebug.model import JSON, Object

_KNOWN = {"operation", "id", "trace_id", "dotted_order", "parent_run_id", "parent_run_ids", "name",
          "run_type", "start_time", "end_time", "inputs", "outputs", "error", "events", "extra",
          "child_runs", "child_run_ids", "status"}  # fmt: skip
_UUID = 36
_SESSIONS = ("session_id", "thread_id", "conversation_id")
"""Metadata by which LangSmith itself groups runs into threads."""


def is_run(value: Object) -> bool:
    """Whether an object is a run, or one half of one."""
    known = "dotted_order" in value or "run_type" in value
    return known and ("id" in value or "trace_id" in value)


def read_run(record: Object) -> tuple[OtelSpan, bool]:
    """The span in `record`, and whether its times had no zone."""
    ancestry = _ancestry(record)
    own = text_of(record, "id") or (ancestry[-1] if ancestry else None)
    parent = text_of(record, "parent_run_id")
    if parent is None and len(ancestry) > 1:
        parent = ancestry[-2]
    trace = text_of(record, "trace_id") or (ancestry[0] if ancestry else own)
    start, naive = parse_time(record.get("start_time"))
    end, _ = parse_time(record.get("end_time"))
    error = text_of(record, "error")
    source: Object = {"trace_id": trace, "run_id": own}
    if parent is not None:
        source["parent_run_id"] = parent
    span = OtelSpan(
        trace,
        own,
        parent,
        text_of(record, "name") or "run",
        start,
        end,
        end is not None or error is not None or record.get("outputs") not in (None, {}),
        None,
        "error" if error is not None or record.get("status") == "error" else None,
        error,
        _attributes(record),
        source=source,
        other=_other(record),
    )
    return span, naive


def _ancestry(record: Object) -> list[str]:
    """Ids from the root down to the run itself, which its dotted order spells."""
    dotted = text_of(record, "dotted_order")
    if dotted is None:
        return []
    return [part[-_UUID:] for part in dotted.split(".") if len(part) > _UUID]


def _attributes(record: Object) -> Object:
    extra = object_of(record, "extra")
    metadata = object_of(extra, "metadata")
    attributes: Object = {"langsmith.run_type": text_of(record, "run_type") or "chain"}
    inputs, outputs = record.get("inputs"), record.get("outputs")
    for key, value in (("input", inputs), ("output", outputs)):
        if value not in (None, {}):
            attributes[key] = _only(value, key)
    params = object_of(extra, "invocation_params")
    model = text_of(metadata, "ls_model_name") or text_of(params, "model")
    if model is not None:
        attributes["gen_ai.request.model"] = model
    if params:
        attributes["invocation_params"] = params
    usage = _usage(outputs)
    for word in ("input_tokens", "output_tokens", "total_tokens"):
        if (count := number_of(usage, word)) is not None:
            attributes[f"gen_ai.usage.{word}"] = count
    for key in _SESSIONS:
        if (session := text_of(metadata, key)) is not None:
            attributes["session.id"] = session
            break
    if metadata:
        attributes["metadata"] = metadata
    return attributes


def _only(value: JSON, key: str) -> JSON:
    """The value of an object that has only this one field."""
    return value[key] if isinstance(value, dict) and list(value) == [key] else value


def _usage(outputs: JSON) -> Object:
    """Tokens, wherever the maker of the model put them."""
    if not isinstance(outputs, dict):
        return {}
    holders = [outputs]
    for batch in list_of(outputs, "generations"):
        for generation in objects_in(batch if isinstance(batch, list) else [batch]):
            message = object_of(generation, "message")
            holders.append(object_of(message, "kwargs") or object_of(message, "data") or message)
    for holder in holders:
        if found := object_of(holder, "usage_metadata"):
            return found
    old = object_of(object_of(outputs, "llm_output"), "token_usage") or object_of(outputs, "usage")
    names = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens"}
    return {names.get(key, key): value for key, value in old.items()}


def _other(record: Object) -> Object:
    found: Object = {
        key: value
        for key, value in record.items()
        if key not in _KNOWN and value not in (None, {}, [], "")
    }
    streamed = sum(event.get("name") == "new_token" for event in objects_in(record.get("events")))
    if streamed:
        found["streamed_tokens"] = streamed
    if runtime := object_of(object_of(record, "extra"), "runtime"):
        found["runtime"] = runtime
    return found
