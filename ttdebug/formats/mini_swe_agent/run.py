"""One run: its messages in order, each command with what it printed."""

from __future__ import annotations

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import list_of, number_of, object_of, objects_in, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.foreign.values import plain_text
from ttdebug.formats import fidelity
from ttdebug.formats.conversation import MAIN_AGENT, Moment, Scribe, Talk
from ttdebug.formats.conversation.shell import follow_shell
from ttdebug.formats.mini_swe_agent.outputs import actions_of, billing_of, observation_of
from ttdebug.formats.reader import Report
from ttdebug.model import Object, Status
from ttdebug.store.writer import Writer

_FAILURES = ("Error", "Exceeded", "Timeout")


class Run:
    """Writes one trajectory."""

    def __init__(self, document: Object, uid: str, writer: Writer, report: Report) -> None:
        self._info = object_of(document, "info")
        self._messages = list_of(document, "messages")
        self._document = document
        self._report = report
        name = text_of(document, "instance_id") or uid
        self._timeline = writer.run(storable(uid), storable(name))
        self._scribe = Scribe(writer, self._timeline)
        self._talk = Talk(self._scribe, infers=True)
        self._waiting: list[str] = []

    def write(self) -> None:
        """The configuration, all messages, and how it ended."""
        self._begin()
        for index, message in enumerate(self._messages):
            if isinstance(message, dict):
                self._message(index, message)
            else:
                source: Object = {"message": index}
                data: Object = {"value": message}
                self._scribe.event(Moment(source=source), "marker", data=data)
        self._end()
        self._report.describe(self._timeline, self._fidelity())

    def _begin(self) -> None:
        config = object_of(self._info, "config")
        conversation = self._scribe.conversation()
        conversation.enter(text_of(object_of(config, "environment"), "cwd"))
        model = text_of(object_of(config, "model"), "model_name")
        for key, value in (("model", model), ("version", text_of(self._info, "mini_version"))):
            if value is not None:
                conversation.configure(key, value)
        rest: Object = {
            key: value for key, value in self._document.items() if key not in ("info", "messages")
        }
        if config or rest:
            data: Object = {"config": config, **rest}
            self._scribe.event(Moment(source={"line": 1}), "run.start", data=data)

    def _message(self, index: int, message: Object) -> None:
        role = text_of(message, "role") or "unknown"
        billing = billing_of(message)
        time = parse_time(billing.time)[0]
        moment = Moment(MAIN_AGENT, time, {"message": index})
        identity = f"message-{index}"
        if role == "assistant":
            self._answer(moment, identity, message)
        elif role == "exit":
            extra = object_of(message, "extra")
            status = text_of(extra, "exit_status")
            data: Object = {"content": message.get("content"), **extra}
            self._scribe.event(moment, "message", name=status or "exit", data=data)
        elif self._waiting and role in ("user", "tool"):
            self._observe(moment, message)
        else:
            self._talk.message(moment, identity, role, message.get("content"))

    def _answer(self, moment: Moment, identity: str, message: Object) -> None:
        self._waiting.clear()
        billing = billing_of(message)
        data: Object = {}
        if billing.usage:
            data["usage"] = billing.usage
        if billing.cost is not None:
            data["cost_usd"] = billing.cost
        if billing.thinking is not None:
            data["thinking"] = billing.thinking
        conversation = self._scribe.conversation()
        conversation.spend(billing.usage)
        conversation.charge(billing.cost)
        text = plain_text(message.get("content"))
        by = self._talk.reply(moment, identity, text, model=billing.model, data=data)
        for number, (command, call_id) in enumerate(actions_of(message), 1):
            call_id = call_id or f"{identity}.{number}"
            self._talk.call(moment, call_id, "bash", {"command": command}, by=by)
            self._waiting.append(call_id)

    def _observe(self, moment: Moment, message: Object) -> None:
        told = text_of(message, "tool_call_id")
        call_id = told if told in self._waiting else self._waiting[0]
        self._waiting.remove(call_id)
        output, code = observation_of(message)
        call = self._talk.calls[call_id]
        command = text_of(call.args, "command")
        if command is not None and not code:
            follow_shell(self._scribe.conversation(), command)
        data: Object = {} if code is None else {"exit_code": code}
        status: Status = "error" if code else "ok"
        self._talk.result(moment, call_id, output, status=status, data=data)

    def _end(self) -> None:
        """How it ended, with the totals that the agent counted itself."""
        ending: Object = {key: value for key, value in self._info.items() if key != "config"}
        if not ending:
            return
        stats = object_of(ending, "model_stats")
        conversation = self._scribe.conversation()
        calls, cost = number_of(stats, "api_calls"), number_of(stats, "instance_cost")
        if calls is not None:
            conversation.spent("api_calls", calls)
        if cost is not None:
            conversation.spent("cost_usd", cost)
        status = text_of(ending, "exit_status")
        failed = status is not None and any(word in status for word in _FAILURES)
        moment = Moment(source={"field": "info"})
        self._scribe.event(
            moment, "run.end", name=status, data=ending, status="error" if failed else "ok"
        )

    def _fidelity(self) -> str:
        parts = (
            "recorded: messages, commands and what they printed, token usage"
            if objects_in(self._messages)
            else "recorded: nothing but the configuration",
            "derived: state (messages shortened, files written by here-documents, usage, cwd, "
            "config), causes of replies",
        )
        return fidelity.line(parts, [(self._talk.orphans, "result", " without a call")])
