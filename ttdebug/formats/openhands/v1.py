"""Events of the V1 agent SDK: each says its kind; calls are joined by `tool_call_id`."""

from __future__ import annotations

from ttdebug.foreign.shapes import embedded, integer_of, object_of, text_of
from ttdebug.foreign.values import plain_text
from ttdebug.formats.conversation import Moment
from ttdebug.formats.conversation.editors import follow_edit
from ttdebug.formats.conversation.shell import follow_shell
from ttdebug.formats.openhands.desk import Desk, totals_of
from ttdebug.model import JSON, Object, Status

_SHARED = ("id", "timestamp", "kind")
_ERRORS = ("ConversationErrorEvent", "ServerErrorEvent")


class EventsV1:
    """Writes events of V1."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._talk = desk.talk
        self._calls: dict[str, str] = {}
        self.recorded = 0
        """Updates of the recorded state."""

    def write(self, event: Object, line: int | None) -> None:
        """One event."""
        kind = text_of(event, "kind") or "unknown"
        moment = self._desk.moment(event, line)
        identity = str(event.get("id", ""))
        if kind == "ActionEvent":
            self._action(moment, event)
        elif kind in ("ObservationEvent", "AgentErrorEvent", "UserRejectObservation"):
            self._observation(moment, kind, event)
        elif kind == "MessageEvent":
            self._message(moment, identity, event)
        elif kind == "SystemPromptEvent":
            prompt = event.get("system_prompt")
            data: Object = {"tools": event.get("tools")}
            text = plain_text(prompt)
            self._talk.message(moment, identity, "system", text or prompt, data=data)
        elif kind == "ConversationStateUpdateEvent":
            self._update(moment, event)
        elif kind == "Condensation":
            self._desk.condense(event, event.get("forgotten_event_ids"), text_of(event, "summary"))
            self._desk.scribe.event(moment, "state", name="compaction", data=_rest(event))
        elif kind == "PauseEvent":
            self._desk.scribe.event(moment, "interrupt", name="pause", data=_rest(event))
        elif kind in _ERRORS:
            self._desk.scribe.event(moment, "error", name=kind, data=_rest(event), status="error")
        else:
            self._desk.scribe.event(moment, "marker", name=kind, data=_rest(event))

    def _message(self, moment: Moment, identity: str, event: Object) -> None:
        message = object_of(event, "llm_message")
        content = message.get("content")
        if event.get("source") != "agent":
            role = text_of(message, "role") or "user"
            self._talk.message(moment, identity, role, content)
            return
        data: Object = {}
        thinking = text_of(message, "reasoning_content")
        if thinking is not None:
            data["thinking"] = thinking
        response = text_of(event, "llm_response_id")
        self._desk.reply(moment, response, plain_text(content), data=data)

    def _action(self, moment: Moment, event: Object) -> None:
        """A call, after the reply that made it; parallel calls share one reply."""
        response = text_of(event, "llm_response_id")
        by = self._desk.told(response)
        if by is None:
            data: Object = {}
            thinking = text_of(event, "reasoning_content")
            if thinking is not None:
                data["thinking"] = thinking
            by = self._desk.reply(moment, response, plain_text(event.get("thought")), data=data)
        call_id = text_of(event, "tool_call_id") or f"event-{event.get('id')}"
        action = event.get("action")
        args: JSON = embedded(object_of(event, "tool_call").get("arguments"))
        if isinstance(action, dict):
            args = {key: value for key, value in action.items() if key != "kind"}
        told = ("summary", "security_risk")
        data = {key: event[key] for key in told if event.get(key) is not None}
        name = text_of(event, "tool_name") or "tool"
        self._talk.call(moment, call_id, name, args, data=data, by=by)
        self._desk.stands(event, call_id)
        identity = event.get("id")
        if isinstance(identity, str):
            self._calls[identity] = call_id

    def _observation(self, moment: Moment, kind: str, event: Object) -> None:
        call_id = text_of(event, "tool_call_id") or self._calls.get(
            text_of(event, "action_id") or ""
        )
        if call_id is not None:
            self._desk.stands(event, call_id)
        observation = object_of(event, "observation")
        status: Status = "error" if observation.get("is_error") is True else "ok"
        content: JSON = observation.get("content", observation.get("output"))
        if kind == "AgentErrorEvent":
            status, content = "error", event.get("error")
        elif kind == "UserRejectObservation":
            status, content = "cancelled", event.get("rejection_reason")
        metadata = object_of(observation, "metadata")
        code = integer_of(observation, "exit_code")
        if code is None:
            code = integer_of(metadata, "exit_code")
        if status == "ok" and code:
            status = "error"
        self._desk.conversation.enter(text_of(metadata, "working_dir"))
        if status == "ok":
            self._effects(call_id, observation)
        skipped = ("content", "output", "kind", "old_content", "new_content")
        data: Object = {"observation": text_of(observation, "kind") or kind}
        rest: Object = {k: v for k, v in observation.items() if k not in skipped}
        if rest:
            data["details"] = rest
        if code is not None:
            data["exit_code"] = code
        name = text_of(event, "tool_name")
        self._talk.result(moment, call_id, content, name=name, status=status, data=data)

    def _effects(self, call_id: str | None, observation: Object) -> None:
        """What a call that went well changed."""
        conversation = self._desk.conversation
        path, content = text_of(observation, "path"), observation.get("new_content")
        tasks = observation.get("task_list")
        call = self._talk.waiting(call_id)
        if path is not None and isinstance(content, str):
            conversation.write_file(path, content)
        elif isinstance(tasks, list):
            conversation.plan(tasks)
        elif call is not None and "path" in call.args:
            follow_edit(conversation, call.name, call.args)
        elif call is not None:
            follow_shell(conversation, text_of(call.args, "command") or "")

    def _update(self, moment: Moment, event: Object) -> None:
        """The state of the conversation as it was recorded: one key, or all of it."""
        key, value = text_of(event, "key"), event.get("value")
        full = key == "full_state" and isinstance(value, dict)
        updates: Object = value if full and isinstance(value, dict) else {key or "value": value}
        for name, one in updates.items():
            if name == "stats":
                metrics = object_of(one if isinstance(one, dict) else {}, "usage_to_metrics")
                known = [metric for metric in metrics.values() if isinstance(metric, dict)]
                self._desk.totals(*totals_of(known))
            else:
                self._desk.conversation.configure(name, one)
        self.recorded += 1
        self._desk.scribe.event(moment, "state", name=key, data=_rest(event))


def _rest(event: Object) -> Object:
    return {key: value for key, value in event.items() if key not in _SHARED}
