"""What a model was billed for, what it wants to run, and how that went."""

from __future__ import annotations

import re
from typing import NamedTuple

from ttdebug.foreign.shapes import integer_of, number_of, object_of, objects_in, text_of
from ttdebug.foreign.values import plain_text
from ttdebug.model import JSON, Object

_BLOCK = re.compile(r"```(?:bash|sh|mswea_bash_command)[ \t]*\n(.*?)\n?```", re.DOTALL)
_RETURNED = re.compile(r"^<returncode>(-?\d{1,9})</returncode>\s*")
_OUTPUT = re.compile(r"<output>\n?(.*?)\n?</output>", re.DOTALL)


class Action(NamedTuple):
    """A command to run, with the id of its call if it has one."""

    command: str
    call_id: str | None


def actions_of(message: Object) -> list[Action]:
    """The commands of an answer; several in one answer were never run, and count for none."""
    listed = object_of(message, "extra").get("actions")
    if isinstance(listed, list):
        return [
            Action(
                text_of(one, "command") or text_of(one, "action") or "",
                text_of(one, "tool_call_id") or text_of(one, "id"),
            )
            for one in objects_in(listed)
        ]
    blocks = _BLOCK.findall(plain_text(message.get("content")))
    return [Action(blocks[0], None)] if len(blocks) == 1 else []


class Observation(NamedTuple):
    """What a command printed, and its exit code if that is told."""

    output: JSON
    code: int | None


def observation_of(message: Object) -> Observation:
    """What came of a command, from the fields of newer versions or the text of older ones."""
    extra = object_of(message, "extra")
    code = integer_of(extra, "returncode")
    content = message.get("content")
    if "raw_output" in extra:
        return Observation(extra["raw_output"], code)
    text = plain_text(content)
    if (match := _RETURNED.match(text)) is None:
        return Observation(content, code)
    output = _OUTPUT.search(text, match.end())
    whole = output is not None and "<warning>" not in text[: output.start()]
    shown = output[1] if whole and output is not None else text[match.end() :]
    return Observation(shown, int(match[1]))


class Billing(NamedTuple):
    """What the answer of a model says beside its text."""

    model: str | None
    usage: Object
    cost: int | float | None
    thinking: str | None
    time: JSON


def billing_of(message: Object) -> Billing:
    """Tokens, cost and thoughts from the whole response that an answer carries."""
    extra = object_of(message, "extra")
    response = object_of(extra, "response")
    told = object_of(response, "usage")
    usage: Object = {}
    for theirs, ours in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")):
        if (count := integer_of(told, theirs)) is not None:
            usage[ours] = count
    cached = integer_of(object_of(told, "prompt_tokens_details"), "cached_tokens")
    if cached is not None:
        usage["cached_tokens"] = cached
    cost = number_of(extra, "cost")
    choices = objects_in(response.get("choices"))
    inner = object_of(choices[0], "message") if choices else {}
    thinking = text_of(inner, "reasoning") or text_of(inner, "reasoning_content")
    time = extra.get("timestamp", response.get("created"))
    model = text_of(response, "model")
    return Billing(model, usage, number_of(told, "cost") if cost is None else cost, thinking, time)
