"""Steps of a trajectory as events: a turn of the model, its calls, their results."""

from __future__ import annotations

from collections.abc import Callable

from ttdebug.foreign.shapes import number_of, object_of, objects_in, text_of
from ttdebug.foreign.values import plain_text, slim
from ttdebug.formats.conversation import Moment, Talk
from ttdebug.formats.conversation.editors import follow_edit
from ttdebug.model import JSON, Object

_TOKENS = {
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "cached_tokens": "cached_tokens",
}
_BULKY = ("prompt_token_ids", "completion_token_ids", "logprobs")
"""Metrics per token, of which only the number is kept."""

Delegate = Callable[[Moment, Object, int | None], int | None]
"""Writes the sub-agent that a reference names, inside a call; gives its last event."""


class Steps:
    """Writes the steps of one agent. `model` is what speaks unless a step says otherwise."""

    def __init__(self, talk: Talk, model: str | None, delegate: Delegate) -> None:
        self._talk = talk
        self._model = model
        self._delegate = delegate

    def write(self, moment: Moment, identity: str, step: Object) -> None:
        """One step."""
        source = text_of(step, "source") or "unknown"
        results = objects_in(object_of(step, "observation").get("results"))
        if step.get("is_copied_context") is True:
            role = "assistant" if source == "agent" else source
            kept = ("tool_calls", "observation", "extra")
            data: Object = {key: slim(step[key]) for key in kept if key in step}
            self._talk.message(
                moment, identity, role, step.get("message"), name="copied", data=data
            )
        elif source == "agent":
            self._agent(moment, identity, step, results)
        else:
            self._told(moment, identity, source, step, results)

    def _told(
        self, moment: Moment, identity: str, source: str, step: Object, results: list[Object]
    ) -> None:
        """The user or the system speaks; what a system did is observed in the same step."""
        for result in results:
            self._references(moment, result, None)
        data = _extra(step)
        observed = [slim(result.get("content")) for result in results if "content" in result]
        if observed:
            data["observed"] = observed
        if _is_compaction(step):
            self._compaction(moment, identity, step, results, data)
            return
        self._talk.message(moment, identity, source, step.get("message"), data=data)

    def _compaction(
        self, moment: Moment, identity: str, step: Object, results: list[Object], data: Object
    ) -> None:
        scribe = self._talk.scribe
        conversation = scribe.conversation(moment.agent)
        conversation.forget()
        for number, result in enumerate(results, 1):
            text = plain_text(result.get("content"))
            conversation.say(f"{identity}.{number}", "system", text)
        data = {"message": slim(step.get("message")), **data}
        scribe.event(moment, "state", name="compaction", data=data)

    def _agent(self, moment: Moment, identity: str, step: Object, results: list[Object]) -> None:
        calls = objects_in(step.get("tool_calls"))
        message = step.get("message")
        by = None
        if step.get("llm_call_count") != 0:
            by = self._turn(moment, identity, step)
        elif message or not calls:
            by = self._talk.message(moment, identity, "assistant", message, data=_extra(step))
        waiting: list[str] = []
        for number, call in enumerate(calls, 1):
            call_id = text_of(call, "tool_call_id") or f"{identity}.{number}"
            name = text_of(call, "function_name") or "tool"
            data = _extra(call)
            self._talk.call(moment, call_id, name, call.get("arguments"), data=data, by=by)
            waiting.append(call_id)
        in_order = waiting if len(results) == len(waiting) else waiting[:1] * len(results)
        for number, result in enumerate(results):
            asked = text_of(result, "source_call_id")
            if asked is None and number < len(in_order):
                asked = in_order[number]
            self._result(moment, f"{identity}.{number + 1}", asked, result)

    def _turn(self, moment: Moment, identity: str, step: Object) -> int:
        metrics = object_of(step, "metrics")
        usage: Object = {
            ours: metrics[theirs] for theirs, ours in _TOKENS.items() if theirs in metrics
        }
        data: Object = _extra(step)
        if usage:
            data["usage"] = usage
        cost = number_of(metrics, "cost_usd")
        if cost is not None:
            data["cost_usd"] = cost
        rest: Object = {
            key: len(value) if key in _BULKY and isinstance(value, list) else value
            for key, value in metrics.items()
            if key not in _TOKENS and key != "cost_usd"
        }
        if rest:
            data["metrics"] = rest
        for theirs, ours in (("reasoning_content", "thinking"), ("reasoning_effort", "effort")):
            if step.get(theirs) is not None:
                data[ours] = step[theirs]
        conversation = self._talk.scribe.conversation(moment.agent)
        conversation.spend(usage)
        conversation.charge(cost)
        model = text_of(step, "model_name") or self._model
        message = step.get("message")
        if not isinstance(message, str):
            data["content"] = slim(message)
        return self._talk.reply(moment, identity, plain_text(message), model=model, data=data)

    def _result(self, moment: Moment, identity: str, asked: str | None, result: Object) -> None:
        """A result of a call, or what the environment showed after a turn without calls."""
        call = self._talk.waiting(asked)
        inside = moment if call is None else moment._replace(parent=call.seq)
        self._references(inside, result, None if call is None else call.seq)
        content: JSON = result.get("content")
        data = _extra(result)
        if asked is None:
            name = "observation"
            self._talk.message(moment, identity, "environment", content, name=name, data=data)
            return
        if call is not None:
            follow_edit(self._talk.scribe.conversation(moment.agent), call.name, call.args)
        self._talk.result(moment, asked, content, data=data)

    def _references(self, moment: Moment, result: Object, call: int | None) -> None:
        for reference in objects_in(result.get("subagent_trajectory_ref")):
            self._delegate(moment, reference, call)


def _extra(holder: Object) -> Object:
    return {} if holder.get("extra") is None else {"extra": slim(holder["extra"])}


def _is_compaction(step: Object) -> bool:
    management = object_of(object_of(step, "extra"), "context_management")
    return text_of(management, "type") == "compaction"
