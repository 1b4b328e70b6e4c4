"""A whole session: the rollout that was opened, and those of the agents it spawned."""

from __future__ import annotations

from ttdebug.errors import TraceError
from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import embedded, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.foreign.values import plain_text
from ttdebug.formats import fidelity
from ttdebug.formats.codex.items import OUTPUTS
from ttdebug.formats.codex.lines import EVENT, ITEM, Line
from ttdebug.formats.codex.rollout import Rollout
from ttdebug.formats.codex.thread import Thread
from ttdebug.formats.codex.threads import ThreadFile, rollout_meta, spawned_by
from ttdebug.formats.conversation import MAIN_AGENT, Scribe, Talk
from ttdebug.formats.reader import Report, counted
from ttdebug.formats.records import decode_lines
from ttdebug.formats.source import Source
from ttdebug.model import JSON
from ttdebug.store.writer import Writer

_RUNNING = ("running", "pending_init")
_SPAWN_ENDS = ("collab_agent_spawn_end",)
_REPORTS = ("collab_waiting_end", "collab_close_end")
_NOTIFICATION = "<subagent_notification>"


class Session:
    """Writes one session as one run; a sub-agent is written just before it reports back."""

    def __init__(self, source: Source, writer: Writer, report: Report) -> None:
        self._source = source
        self._writer = writer
        self._report = report
        self._waiting: dict[str, ThreadFile] = {}
        self._names: dict[str, str] = {}
        self._spawned: dict[str, int] = {}
        self._joined = 0
        self._rollouts: list[Rollout] = []

    def write(self) -> None:
        """Every line of the rollout, then the sub-agents that never reported."""
        for file in spawned_by(self._source.path):
            self._waiting[file.id] = file
        records = decode_lines(self._source.lines(self._report), self._report)
        meta = rollout_meta(self._source.file) or {}
        uid = text_of(meta, "id") or self._source.path.name.partition(".")[0]
        start = parse_time(meta.get("timestamp"))[0]
        timeline = self._writer.run(storable(uid), "", time=start)
        self._talk = Talk(Scribe(self._writer, timeline), infers=True)
        thread = Thread(self._talk)
        rollout = self._rollout(thread, self._report)
        for line in rollout.write(records):
            self._follow(line, thread)
        for identity in list(self._waiting):
            self._play(identity)
        self._report.describe(timeline, self._fidelity())

    def _rollout(self, thread: Thread, report: Report) -> Rollout:
        rollout = Rollout(thread, report)
        self._rollouts.append(rollout)
        return rollout

    def _follow(self, line: Line, thread: Thread) -> None:
        """Notice what a line says of sub-agents, before it is written."""
        if not self._waiting:
            return
        if line.kind == ITEM and line.type in OUTPUTS:
            self._follow_output(line)
        elif line.kind == EVENT and line.type in _SPAWN_ENDS:
            self._begin(text_of(line.payload, "new_thread_id"), line)
        elif line.kind == EVENT and line.type in _REPORTS:
            self._finish(line.payload)
        elif line.type == "message":
            text = plain_text(line.payload.get("content"))
            if text.startswith(_NOTIFICATION):
                self._finish(text)

    def _follow_output(self, line: Line) -> None:
        call = self._talk.waiting(text_of(line.payload, "call_id"))
        if call is None:
            return
        value = embedded(line.payload.get("output"))
        if call.name.endswith("spawn_agent") and isinstance(value, dict):
            self._begin(text_of(value, "agent_id") or text_of(value, "thread_id"), line)
        elif "agent" in call.name or call.name.startswith("wait"):
            self._finish(value)

    def _begin(self, identity: str | None, line: Line) -> None:
        """A call returned the id of the thread it started."""
        call = self._talk.calls.get(text_of(line.payload, "call_id") or "")
        if identity is not None and call is not None:
            self._spawned.setdefault(identity, call.seq)

    def _finish(self, value: JSON) -> None:
        """Write the threads that `value` reports as no longer running."""
        for identity in [one for one in self._waiting if _reports(value, one)]:
            self._play(identity)

    def _play(self, identity: str) -> None:
        """Write a sub-agent's rollout here and now."""
        file = self._waiting.pop(identity, None)
        if file is None:
            return
        label = file.path.name
        thread = Thread(self._talk, self._name(file), label)
        if identity in self._spawned:
            self._talk.scribe.starts(thread.agent, self._spawned[identity])
        before = self._talk.scribe.last_seq
        quiet = Report()
        try:
            with file.source() as source:
                records = decode_lines(source.lines(quiet), quiet)
                for line in self._rollout(thread, self._report).write(records):
                    self._follow(line, thread)
        except (OSError, TraceError) as error:
            self._report.warn(f"could not be read: {error}", record=label)
        self._joined += self._talk.scribe.last_seq > before

    def _name(self, file: ThreadFile) -> str:
        name = file.name
        if name == MAIN_AGENT or name in self._names.values():
            name = f"{name}-{file.id[-6:]}"
        self._names[file.id] = name
        return name

    def _fidelity(self) -> str:
        """What the recording can and cannot say."""
        rollouts = self._rollouts
        copies = sum(one.utterances.copies for one in rollouts)
        repeated = counted(copies, "event message", " that repeat response items")
        parts = (
            "recorded: messages, tool calls and results, token totals, config of each turn",
            "derived: state (messages shortened, files as patched, todos, usage, cwd, config), "
            "causes of replies",
            f"dropped: {repeated}" if copies else None,
        )
        counts = (
            (self._joined, "sub-agent", " joined"),
            (sum(one.rollbacks for one in rollouts), "rollback", ""),
            (sum(one.compactions for one in rollouts), "compaction", ""),
            (self._talk.orphans, "result", " without a call"),
        )
        return fidelity.line(parts, counts)


def _reports(value: JSON, identity: str, depth: int = 8) -> bool:
    """Whether `value` says of a thread, by its id, that it ended."""
    if isinstance(value, str):
        return identity in value
    if isinstance(value, list):
        return depth > 0 and any(_reports(item, identity, depth - 1) for item in value)
    if not isinstance(value, dict):
        return False
    if identity in value:
        return not _is_running(value[identity])
    if identity in value.values():
        return not _is_running(value.get("status"))
    return depth > 0 and any(_reports(item, identity, depth - 1) for item in value.values())


def _is_running(status: JSON) -> bool:
    return any(kind in _RUNNING for kind in (status if isinstance(status, dict) else [status]))
