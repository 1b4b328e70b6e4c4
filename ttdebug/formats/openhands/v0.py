"""Events of V0: actions, and observations that name the action that caused them."""

from __future__ import annotations

from ttdebug.foreign.shapes import integer_of, number_of, object_of, text_of
from ttdebug.foreign.values import plain_text
from ttdebug.formats.conversation import MAIN_AGENT, Moment
from ttdebug.formats.conversation.editors import follow_edit
from ttdebug.formats.conversation.shell import follow_shell
from ttdebug.formats.openhands.desk import Desk, response_text, totals_of, usage_of
from ttdebug.model import JSON, Object, Status

_SHARED = ("id", "timestamp", "source", "tool_call_metadata", "llm_metrics", "timeout")
MAX_FORGOTTEN = 100_000

_QUIET = ("null", "agent_state_changed")
_NOTES = ("change_agent_state", "pause", "resume", "stop", "loop_recovery")


class EventsV0:
    """Writes events of V0. Delegated agents speak between a delegation and its observation."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._talk = desk.talk
        self._calls: dict[int, str] = {}
        self._delegations: list[tuple[str, str]] = []

    def write(self, event: Object, line: int | None) -> None:
        """One event."""
        if text_of(event, "action") is not None:
            self._action(event, line)
        elif text_of(event, "observation") is not None:
            self._observation(event, line)
        else:
            data: Object = {"raw": event}
            self._desk.scribe.event(self._desk.moment(event, line), "marker", data=data)
        metrics = object_of(event, "llm_metrics")
        if metrics:
            self._desk.totals(*totals_of([metrics]))

    def _action(self, event: Object, line: int | None) -> None:
        kind = text_of(event, "action") or "action"
        desk, args = self._desk, object_of(event, "args")
        moment = desk.moment(event, line)
        identity = _identity(event)
        by = self._reply(event, moment)
        if kind == "message":
            if event.get("source") != "agent":
                self._talk.message(moment, identity, "user", args.get("content"))
            elif by is None:
                desk.reply(moment, identity, plain_text(args.get("content")))
        elif kind == "system":
            self._talk.message(moment, identity, "system", args.get("content"))
        elif kind == "condensation":
            desk.condense(event, _forgotten(args), text_of(args, "summary"))
            desk.scribe.event(moment, "state", name="compaction", data=args)
        elif kind in _NOTES:
            noted = "interrupt" if kind == "pause" else "marker"
            desk.scribe.event(moment, noted, name=kind, data=args)
        elif kind == "finish":
            desk.scribe.event(moment, "decision", name=kind, data=_rest(event))
        else:
            self._call(event, kind, moment, by)

    def _reply(self, event: Object, moment: Moment) -> int | None:
        """The model's response that an action came from; thoughts stand for one without it."""
        metadata = object_of(event, "tool_call_metadata")
        response = object_of(metadata, "model_response")
        args = object_of(event, "args")
        identity = text_of(response, "id")
        known = self._desk.told(identity)
        if known is not None:
            return known
        if response:
            text, thinking = response_text(response)
            usage = usage_of(object_of(response, "usage"))
            self._desk.conversation.spend(usage)
            data: Object = {"usage": usage} if usage else {}
            if thinking is not None:
                data["thinking"] = thinking
            model = text_of(response, "model")
            return self._desk.reply(moment, identity, text, model=model, data=data)
        thought = text_of(args, "thought")
        if event.get("source") != "agent" or thought is None:
            return None
        return self._desk.reply(moment, None, thought)

    def _call(self, event: Object, kind: str, moment: Moment, by: int | None) -> None:
        metadata = object_of(event, "tool_call_metadata")
        call_id = text_of(metadata, "tool_call_id") or f"event-{event.get('id')}"
        args: Object = {k: v for k, v in object_of(event, "args").items() if k != "thought"}
        name = text_of(metadata, "function_name") or kind
        seq = self._talk.call(moment, call_id, name, args, data={"action": kind}, by=by)
        self._calls[_number(event)] = call_id
        self._desk.stands(event, call_id)
        if kind == "delegate":
            agent = text_of(args, "agent") or "delegate"
            self._delegations.append((call_id, self._desk.agent))
            self._desk.agent = agent if agent != MAIN_AGENT else f"{agent}-delegate"
            self._desk.scribe.starts(self._desk.agent, seq)

    def _observation(self, event: Object, line: int | None) -> None:
        kind = text_of(event, "observation") or "observation"
        extras = object_of(event, "extras")
        cause = integer_of(event, "cause")
        call_id = self._calls.get(cause) if cause is not None else None
        desk = self._desk
        if kind == "delegate" and self._delegations:
            call_id, desk.agent = self._delegations.pop()
        moment = desk.moment(event, line)
        if call_id is None and (cause is None or kind in _QUIET):
            self._unasked(event, kind, moment)
            return
        status, code = _outcome(event, kind)
        if status == "ok":
            self._effects(call_id, extras)
        data: Object = {"observation": kind}
        if code is not None:
            data["exit_code"] = code
        rest: Object = {k: v for k, v in extras.items() if k not in ("content", "metadata")}
        if rest:
            data["extras"] = rest
        content = event.get("content")
        metadata = object_of(event, "tool_call_metadata")
        name = text_of(metadata, "function_name") or kind
        call_id = call_id or f"event-{cause}"
        desk.stands(event, call_id)
        self._talk.result(moment, call_id, content, name=name, status=status, data=data)

    def _unasked(self, event: Object, kind: str, moment: Moment) -> None:
        """What the environment says by itself."""
        extras = object_of(event, "extras")
        scribe = self._desk.scribe
        if kind == "agent_state_changed":
            self._desk.conversation.configure("agent_state", extras.get("agent_state"))
            scribe.event(moment, "state", name=kind, data=extras)
        elif kind == "error":
            scribe.event(moment, "error", name=kind, data=_rest(event), status="error")
        else:
            scribe.event(moment, "marker", name=kind, data=_rest(event))

    def _effects(self, call_id: str | None, extras: Object) -> None:
        """What an action that went well changed."""
        call = self._talk.waiting(call_id)
        conversation = self._desk.conversation
        conversation.enter(text_of(object_of(extras, "metadata"), "working_dir"))
        path, content = text_of(extras, "path"), extras.get("new_content")
        if path is not None and isinstance(content, str):
            conversation.write_file(path, content)
        elif call is not None:
            command = text_of(call.args, "command")
            tasks = call.args.get("task_list")
            if isinstance(tasks, list):
                conversation.plan(tasks)
            elif command is not None and "path" not in call.args:
                follow_shell(conversation, command)
            else:
                name = "write_file" if call.name == "write" else call.name
                follow_edit(conversation, name, call.args)


def _outcome(event: Object, kind: str) -> tuple[Status, int | None]:
    """How an action went, and its exit code."""
    extras = object_of(event, "extras")
    code: JSON = object_of(extras, "metadata").get("exit_code", extras.get("exit_code"))
    known = code if isinstance(code, int) and not isinstance(code, bool) else None
    failed = kind == "error" or event.get("success") is False or bool(known)
    if number_of(extras, "error") or extras.get("error") is True:
        failed = True
    return ("error" if failed else "ok"), known


def _identity(event: Object) -> str:
    return str(event.get("id", ""))


def _number(event: Object) -> int:
    number = integer_of(event, "id")
    return -1 if number is None else number


def _forgotten(args: Object) -> JSON:
    """Ids of the events that a condensation forgets, listed or as a range."""
    listed = args.get("forgotten_event_ids")
    if listed is not None:
        return listed
    start = integer_of(args, "forgotten_events_start_id")
    end = integer_of(args, "forgotten_events_end_id")
    if start is None or end is None:
        return []
    return list(range(start, min(end, start + MAX_FORGOTTEN) + 1))


def _rest(event: Object) -> Object:
    return {key: value for key, value in event.items() if key not in _SHARED}
