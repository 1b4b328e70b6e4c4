"""The memory of an agent: what it was asked, its plans, its steps."""

from __future__ import annotations

from ttdebug.foreign.shapes import object_of
from ttdebug.foreign.values import plain_text, rest
from ttdebug.formats import fidelity
from ttdebug.formats.conversation import Moment, Scribe, Talk
from ttdebug.formats.smolagents.steps import Step, after, timing, usage
from ttdebug.model import JSON, Object
from ttdebug.store.writer import Writer


class Memory:
    """Writes a memory as one run; entries count from 0 and follow each other."""

    def __init__(self, writer: Writer, timeline: int) -> None:
        self.timeline = timeline
        self._scribe = Scribe(writer, timeline)
        self._talk = Talk(self._scribe)
        self._before: int | None = None
        self._failed = 0

    def entry(self, index: int, record: Object) -> None:
        """A step, or what was said outside of steps."""
        if "task" in record:
            self._say(index, "user", record.get("task"), rest(record, "task"))
        elif "system_prompt" in record:
            self._say(index, "system", record.get("system_prompt"), rest(record, "system_prompt"))
        elif "tool_calls" in record or "model_output" in record:
            Step(index, record, self._talk).write(self._before)
            self._failed += record.get("error") is not None
            self._before = self._scribe.last_seq
        elif "plan" in record:
            self._plan(index, record)
        else:
            name = "final_answer" if list(record) == ["output"] else None
            moment = Moment(source={"index": index})
            self._scribe.event(moment, "marker", name=name, data=rest(record))

    def end(self, result: Object) -> None:
        """What a run gave in all, `RunResult` of the package."""
        timed = timing(result)
        self._scribe.event(
            Moment(time=timed.end, source={}),
            "run.end",
            data=rest(result, "steps", "timing"),
            status="ok" if result.get("state") == "success" else "error",
            duration=timed.duration,
            causes=after(self._before),
        )

    def fidelity(self) -> str:
        """What the memory can and cannot say."""
        parts = (
            "recorded: messages, tool calls, what was observed, token usage",
            "derived: state (messages shortened, usage)",
            "not recorded: variables of the interpreter, beside what was printed",
        )
        return fidelity.line(parts, [(self._failed, "step", " failed")])

    def _say(self, index: int, role: str, content: JSON, more: Object) -> None:
        moment = Moment(source={"index": index})
        self._before = self._talk.message(moment, str(index), role, content, data=more)

    def _plan(self, index: int, record: Object) -> None:
        timed = timing(record)
        self._scribe.conversation().spend(object_of(record, "token_usage"))
        self._before = self._talk.reply(
            Moment(time=timed.end or timed.start, source={"index": index}),
            str(index),
            plain_text(record.get("plan")),
            data={"plan": True, **usage(record)},
            causes=after(self._before),
        )
