"""Event messages: copies of utterances, the bounds of turns, how calls ended, tokens."""

from __future__ import annotations

from ttdebug.foreign.shapes import number_of, object_of, text_of
from ttdebug.foreign.times import MILLIS, scaled
from ttdebug.foreign.values import plain_text
from ttdebug.formats.codex.items import Items
from ttdebug.formats.codex.lines import Line, first_text, without
from ttdebug.formats.codex.outputs import span_of
from ttdebug.formats.codex.settings import Settings
from ttdebug.formats.codex.thread import Thread
from ttdebug.formats.codex.utterances import Utterances
from ttdebug.model import JSON, Edge, Object, Status

_SPOKEN = {
    "user_message": ("user", "message"),
    "agent_message": ("assistant", "message"),
}
_THOUGHT = ("agent_reasoning", "agent_reasoning_raw_content")
_TURN_STARTS = ("task_started", "turn_started")
_TURN_ENDS = ("task_complete", "turn_complete")
_ENDS = {
    "exec_command_end": "exec_command",
    "patch_apply_end": "apply_patch",
    "mcp_tool_call_end": "mcp",
    "web_search_end": "web_search",
    "image_generation_end": "image_generation",
    "dynamic_tool_call_response": "dynamic_tool",
    "view_image_tool_call": "view_image",
    "CommandExecution": "exec_command",
    "FileChange": "apply_patch",
    "McpToolCall": "mcp",
    "WebSearch": "web_search",
    "ImageGeneration": "image_generation",
    "DynamicToolCall": "dynamic_tool",
}
"""Event messages, and items of `item_completed`, that end a call; with the name of its tool."""
_ARGUMENTS = ("command", "invocation", "arguments", "query", "action", "path", "revised_prompt")
_FAILED = ("failed", "error", "declined")
_ERRORS = ("error", "stream_error")


class Notes:
    """Writes event messages."""

    def __init__(
        self, thread: Thread, items: Items, settings: Settings, utterances: Utterances
    ) -> None:
        self._thread = thread
        self._scribe = thread.talk.scribe
        self._items = items
        self._settings = settings
        self._utterances = utterances

    def write(self, line: Line) -> None:
        """One event message."""
        kind, payload = line.type, line.payload
        if kind == "item_completed":
            self._completed(line, object_of(payload, "item"))
        elif kind in _SPOKEN and "message" in payload:
            role, key = _SPOKEN[kind]
            self._utterances.repeat(line, role, plain_text(payload[key]))
        elif kind in _THOUGHT:
            self._items.think(line, text_of(payload, "text") or "")
        elif kind == "token_count":
            self._tokens(line)
        elif kind in _TURN_STARTS:
            self._turn_starts(line)
        elif kind in _TURN_ENDS:
            self._turn_ends(line, "error" if object_of(payload, "error") else "ok")
        elif kind == "turn_aborted":
            self._aborted(line)
        elif kind in _ENDS:
            self._end(line, _ENDS[kind], payload)
        else:
            self._other(line)

    def _other(self, line: Line) -> None:
        kind, payload = line.type, line.payload
        data = without(payload)
        if kind == "thread_settings_applied":
            self._settings.applied(line, object_of(payload, "thread_settings"))
        elif kind in _ERRORS:
            moment = self._thread.moment(line)
            self._scribe.event(moment, "error", name=kind, data=data, status="error")
        elif kind == "guardian_assessment":
            verdict = text_of(payload, "status")
            self._scribe.event(self._thread.moment(line), "decision", name=verdict, data=data)
        else:
            self._thread.marker(line, data)

    def _completed(self, line: Line, item: Object) -> None:
        """An item of the thread is complete; most repeat response items."""
        kind = text_of(item, "type") or ""
        if kind in ("UserMessage", "AgentMessage"):
            role = "user" if kind == "UserMessage" else "assistant"
            self._utterances.repeat(line, role, plain_text(item.get("content")))
        elif kind == "Reasoning":
            for key in ("summary_text", "raw_content"):
                for text in _texts(item.get(key)):
                    self._items.think(line, text)
        elif kind in _ENDS:
            self._end(line, _ENDS[kind], {"call_id": item.get("id"), **item})
        else:
            data = without(line.payload)
            moment = self._thread.moment(line)
            self._scribe.event(moment, "marker", name=kind or line.type, data=data)

    def _end(self, line: Line, tool: str, payload: Object) -> None:
        """A call ended: a sign within the call that waits for its output, else all of a call."""
        call_id = text_of(payload, "call_id")
        failed = _failed(payload)
        data = without(payload, "call_id")
        calls = self._thread.talk.calls
        call = calls.get(call_id) if call_id is not None else None
        changes = object_of(payload, "changes")
        if changes and not failed:
            self._items.mark_patched(call_id, changes)
        if call is not None:
            self._thread.marker(line, data, parent=call.seq if call.waits else None)
            return
        self._items.release()
        moment = self._thread.moment(line)
        span = span_of(payload)
        begun = moment
        if moment.time is not None and span is not None:
            begun = moment._replace(time=moment.time - span)
        call_id = call_id or f"line-{line.number}"
        name = _tool(payload) or tool
        args: Object = {key: data.pop(key) for key in _ARGUMENTS if key in data}
        if "changes" in data:
            args["changes"] = data.pop("changes")
        self._thread.talk.call(begun, call_id, name, args, by=self._items.reply)
        result = data.pop("result", None)
        status: Status = "error" if failed else "ok"
        shown = first_text(payload.get("aggregated_output"), payload.get("stdout")) or ""
        self._thread.talk.result(
            moment, call_id, result, text=shown, status=status, data=data, duration=span
        )

    def _tokens(self, line: Line) -> None:
        """Totals so far. Told before a response they are its own, else they follow it."""
        info = object_of(line.payload, "info")
        data = without(line.payload)
        if not info:
            self._thread.marker(line, data)
            return
        total = info.get("total_token_usage")
        for key, count in (total if isinstance(total, dict) else info).items():
            if isinstance(count, int | float) and not isinstance(count, bool):
                self._thread.conversation.spent(key, count)
        reply = self._items.reply
        causes = [Edge(reply, "inferred", "spent on reply")] if reply is not None else []
        moment = self._thread.moment(line)
        self._scribe.event(moment, "state", name="token_count", data=data, causes=causes)
        if not self._items.begun:
            self._items.usage = object_of(info, "last_token_usage")

    def _turn_starts(self, line: Line) -> None:
        self._items.settle()
        self._thread.turn = None
        name = text_of(line.payload, "turn_id")
        self._thread.model = text_of(line.payload, "model") or self._thread.model
        self._thread.turn = self._scribe.event(
            self._thread.moment(line), "turn", name=name, data=without(line.payload), opens=True
        )

    def _turn_ends(self, line: Line, status: Status) -> None:
        self._items.settle()
        self._items.release()
        turn, self._thread.turn = self._thread.turn, None
        milliseconds = number_of(line.payload, "duration_ms")
        duration = None if milliseconds is None else scaled(milliseconds, MILLIS)
        self._scribe.event(
            self._thread.moment(line),
            "turn.end",
            name=text_of(line.payload, "turn_id"),
            data=without(line.payload),
            closes=turn,
            status=status,
            duration=duration if turn is not None else None,
        )

    def _aborted(self, line: Line) -> None:
        self._items.settle()
        self._items.release()
        reason = text_of(line.payload, "reason")
        moment = self._thread.moment(line)
        self._scribe.event(moment, "interrupt", name=reason, data=without(line.payload))
        if self._thread.turn is not None:
            self._turn_ends(line, "cancelled")


def _tool(payload: Object) -> str | None:
    """The name of a tool from another server."""
    invocation = object_of(payload, "invocation") or payload
    server = text_of(invocation, "server") or text_of(invocation, "namespace")
    tool = text_of(invocation, "tool")
    return f"{server}.{tool}" if server and tool else tool


def _failed(payload: Object) -> bool:
    code = payload.get("exit_code")
    result = object_of(payload, "result")
    return (
        payload.get("success") is False
        or (isinstance(code, int) and code != 0)
        or text_of(payload, "status") in _FAILED
        or "Err" in result
        or object_of(result, "Ok").get("isError") is True
        or result.get("isError") is True
    )


def _texts(value: JSON) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
