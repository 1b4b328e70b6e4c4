"""One run: its prompts, its steps with the environment after each, and how it ended."""

from __future__ import annotations

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import embedded, number_of, object_of, objects_in, text_of
from ttdebug.foreign.times import SECONDS, scaled
from ttdebug.foreign.values import plain_text, slim
from ttdebug.formats import fidelity
from ttdebug.formats.conversation import MAIN_AGENT, Moment, Scribe, Talk
from ttdebug.formats.reader import Report, counted
from ttdebug.formats.swe_agent.commands import call_of, follow
from ttdebug.model import JSON, Object
from ttdebug.store.writer import Writer

_TOLD = (
    "action", "observation", "response", "thought", "state", "execution_time", "query", "messages",
)  # fmt: skip
_STATS = ("tokens_sent", "tokens_received", "api_calls", "instance_cost")


class Run:
    """Writes one trajectory."""

    def __init__(self, document: Object, uid: str, writer: Writer, report: Report) -> None:
        self._document = document
        self._history = objects_in(document.get("history"))
        self._report = report
        name = text_of(document, "environment") or ""
        self._timeline = writer.run(storable(uid), storable(name))
        self._scribe = Scribe(writer, self._timeline)
        self._talk = Talk(self._scribe, infers=True)
        self._clock: int | None = None
        self._queries = 0
        self._states = 0

    def write(self) -> None:
        """Everything."""
        self._begin()
        steps = self._document.get("trajectory")
        if isinstance(steps, list) and steps:
            self._steps(steps)
        else:
            self._demonstration(0)
        self._end()
        self._report.describe(self._timeline, self._fidelity())

    def _begin(self) -> None:
        data: Object = {
            key: embedded(value)
            for key, value in self._document.items()
            if key not in ("trajectory", "history", "info")
        }
        if data:
            self._scribe.event(self._moment({"line": 1}), "run.start", data=data)

    def _moment(self, source: Object) -> Moment:
        return Moment(MAIN_AGENT, self._clock, source or None)

    def _steps(self, steps: list[JSON]) -> None:
        """The prompts of the history, then the steps, each with the answer it came from."""
        if any(isinstance(step, dict) and number_of(step, "execution_time") for step in steps):
            self._clock = 0
        first = self._prompts(objects_in(steps)[:1])
        answers = [one for one in self._history[first:] if text_of(one, "role") == "assistant"]
        for index, step in enumerate(steps):
            if isinstance(step, dict):
                self._step(index, step, answers[index] if index < len(answers) else {})
            else:
                data: Object = {"value": step}
                self._scribe.event(self._moment({"trajectory": index}), "marker", data=data)

    def _prompts(self, steps: list[Object]) -> int:
        """What the model was told first; gives where in the history its own answers begin."""
        history = self._history
        if not history and steps:
            told = steps[0].get("query", steps[0].get("messages"))
            history = objects_in(told)
        for index, entry in enumerate(history):
            demo = entry.get("is_demo") is True
            if text_of(entry, "role") == "assistant" and not demo:
                return index
            self._told(index, entry)
        return len(history)

    def _told(self, index: int, entry: Object) -> None:
        name = "demo" if entry.get("is_demo") is True else None
        role = text_of(entry, "role") or "user"
        moment = self._moment({"history": index})
        self._talk.message(moment, f"history-{index}", role, entry.get("content"), name=name)

    def _step(self, index: int, step: Object, answer: Object) -> None:
        """The model's answer, the action it asked for, and what that showed."""
        moment = self._moment({"trajectory": index})
        response = plain_text(step.get("response")) or plain_text(answer.get("content"))
        data: Object = {}
        thought = text_of(step, "thought")
        if thought is not None and thought != response:
            data["thinking"] = thought
        rest: Object = {key: slim(value) for key, value in step.items() if key not in _TOLD}
        if any(rest.values()):
            data["step"] = rest
        state = embedded(step.get("state"))
        follows = isinstance(step.get("state"), dict)
        if not follows:
            self._environment(state)
        queries = step.get("query", step.get("messages"))
        self._queries += isinstance(queries, list)
        by = self._talk.reply(moment, f"step-{index}", response, data=data)
        action = text_of(step, "action")
        seconds = number_of(step, "execution_time")
        took = None if seconds is None or seconds < 0 else scaled(seconds, SECONDS)
        if self._clock is not None and took is not None:
            self._clock += took
        after = self._moment({"trajectory": index})
        if action is None:
            if follows:
                self._environment(state)
            observation = step.get("observation")
            self._talk.message(after, f"step-{index}-seen", "environment", observation)
            return
        call = call_of(action, answer)
        call_id = call.id or f"step-{index}-action"
        self._talk.call(moment, call_id, call.name, call.args, by=by)
        if follows:
            self._environment(state)
        known = state if isinstance(state, dict) else {}
        seen = step.get("observation")
        follow(self._scribe.conversation(), call, plain_text(seen), known)
        self._talk.result(after, call_id, seen, duration=took)

    def _environment(self, state: JSON) -> None:
        """The state of the environment, as it was recorded."""
        conversation = self._scribe.conversation()
        if isinstance(state, dict):
            self._states += 1
            conversation.enter(text_of(state, "working_dir"))
            for key, value in state.items():
                conversation.configure(key, value)
        elif state:
            conversation.configure("state", state)

    def _demonstration(self, start: int) -> None:
        """A history without steps: answers with their calls, each followed by its result."""
        waiting: list[str] = []
        for index, entry in enumerate(self._history[start:], start):
            role = text_of(entry, "role")
            moment = self._moment({"history": index})
            if role == "assistant":
                thought = text_of(entry, "thought")
                content = plain_text(entry.get("content"))
                data: Object = {"thinking": thought} if thought and thought != content else {}
                by = self._talk.reply(moment, f"history-{index}", content, data=data)
                action = text_of(entry, "action")
                if action is not None or objects_in(entry.get("tool_calls")):
                    call = call_of(action or "", entry)
                    call_id = call.id or f"history-{index}-action"
                    self._talk.call(moment, call_id, call.name, call.args, by=by)
                    waiting = [call_id]
            elif waiting and role in ("user", "tool"):
                self._talk.result(moment, waiting.pop(), entry.get("content"))
            else:
                self._told(index, entry)

    def _end(self) -> None:
        """How it ended, with the totals that the agent counted itself."""
        info = object_of(self._document, "info")
        if not info:
            return
        stats = object_of(info, "model_stats")
        conversation = self._scribe.conversation()
        for key in _STATS:
            count = number_of(stats, key)
            if count is not None:
                conversation.spent("cost_usd" if key == "instance_cost" else key, count)
        status = text_of(info, "exit_status")
        good = status is None or "submitted" in status
        moment = self._moment({"field": "info"})
        self._scribe.event(
            moment, "run.end", name=status, data=info, status="ok" if good else "error"
        )

    def _fidelity(self) -> str:
        recorded = "recorded: answers, actions and observations"
        if self._states:
            recorded += ", state of the environment at each step (in config)"
        dropped = f"dropped: inputs of {counted(self._queries, 'answer')}"
        parts = (
            recorded,
            "derived: state (messages shortened, files as edited by commands, usage, cwd), causes "
            "of replies",
            dropped if self._queries else None,
            "not recorded: times" if self._clock is None else "times are sums of execution times",
        )
        return fidelity.line(parts)
