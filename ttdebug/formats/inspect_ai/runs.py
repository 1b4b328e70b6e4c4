"""The samples of a log as runs: how each began and ended, and what is said of it."""

from __future__ import annotations

from typing import Final

from ttdebug import delta
from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.foreign.times import SECONDS, parse_time, scaled
from ttdebug.formats import fidelity
from ttdebug.formats.inspect_ai.log import Sample, name_of
from ttdebug.formats.inspect_ai.meaning import failure
from ttdebug.formats.inspect_ai.messages import events_of
from ttdebug.formats.inspect_ai.pools import Pools
from ttdebug.formats.inspect_ai.scribe import Scribe
from ttdebug.formats.inspect_ai.states import MAIN, TASK, States
from ttdebug.formats.inspect_ai.transcript import Transcript
from ttdebug.formats.reader import Report
from ttdebug.model import JSON, MISSING, Object, Status, Value
from ttdebug.store.writer import Writer

_BEGIN: Final = ("input", "target", "choices", "metadata", "sandbox", "files", "setup")
_END: Final = (
    "output", "scores", "model_usage", "role_usage", "working_time", "limit", "turn_count",
)  # fmt: skip
_SOURCE: Final = {"sample": "id", "epoch": "epoch"}
_STATUS: Final[dict[str, Status]] = {"success": "ok", "error": "error", "started": "open"}


class Runs:
    """Writes one sample after the other. What the log says in all stands with the first run."""

    def __init__(self, writer: Writer, report: Report, name: str, header: Object) -> None:
        self._writer = writer
        self._report = report
        self._header = header
        self._log: Object = _without_colours(header)
        evaluation = object_of(header, "eval")
        self._task = text_of(evaluation, "task") or name
        self._about: Object = {"task": self._task, "model": evaluation.get("model")}
        self._uids: dict[str, int] = {}

    def sample(self, sample: Sample) -> None:
        """Write a sample as a run of its own."""
        value = sample.value
        name = storable(name_of(value))
        count = self._uids[name] = self._uids.get(name, 0) + 1
        started = _began(value)
        uid = name if count == 1 else f"{name}#{count}"
        timeline = self._writer.run(uid, storable(f"{self._task} {name}"), time=started)
        _Run(self._writer, self._report, sample, timeline).write(self._begin(), started)

    def finish(self) -> None:
        """A log without samples is a run all the same."""
        evaluation = object_of(self._header, "eval")
        if self._uids or not evaluation:
            return
        stats = object_of(self._header, "stats")
        began, ended = (parse_time(stats.get(key))[0] for key in ("started_at", "completed_at"))
        uid = text_of(evaluation, "eval_id") or self._task
        timeline = self._writer.run(storable(uid), storable(self._task), time=began)
        status = self._header.get("status")
        source: Object = {"eval_id": uid}
        self._writer.append(
            timeline, "run.start", agent=MAIN, time=began, data=self._begin(), source=source
        )
        self._writer.append(
            timeline,
            "run.end",
            agent=MAIN,
            time=ended,
            status=_STATUS.get(str(status), "cancelled"),
            data={"status": status},
            source=source,
        )
        self._report.describe(timeline, "recorded: the evaluation; the log holds no samples")

    def _begin(self) -> Object:
        """What every run says of its evaluation, and the first one in full."""
        log, self._log = self._log, {}
        return {**self._about, "log": log} if log else {**self._about}


class _Run:
    """One sample."""

    def __init__(self, writer: Writer, report: Report, sample: Sample, timeline: int) -> None:
        self._writer = writer
        self._report = report
        self._sample = sample.value
        self._record = sample.record
        self._read = sample.read
        self._timeline = timeline
        self._pools = Pools(sample.value)
        self._events = events_of(sample.value)
        self._states = States(_initial(self._events), self._pools)
        self._source = {key: sample.value.get(of) for key, of in _SOURCE.items()}

    def write(self, about: Object, started: int | None) -> None:
        """The whole run, and a line about its fidelity."""
        sample = self._sample
        states = self._states
        begin = {key: sample[key] for key in _BEGIN if sample.get(key) is not None}
        self._append(
            "run.start",
            data={**about, "sample": self._pools.shown({**self._source, **begin})},
            time=started,
            state=states.told(MAIN, states.main.store) if self._read else MISSING,
        )
        for attempt in objects_in(sample.get("error_retries")):
            self._append("retry", data={"error": failure({"error": attempt})}, status="error")
        scribe = Scribe(self._writer, self._timeline, self._source)
        transcript = Transcript(
            self._events, states, self._pools, scribe, self._warn, self._report.pulse
        )
        transcript.write()
        differs = self._end(started)
        self._report.describe(self._timeline, self._fidelity(transcript, differs=differs))

    def _end(self, started: int | None) -> bool:
        """The end of the run; whether its state had to be taken from the sample's own record."""
        sample = self._sample
        total = sample.get("total_time")
        took = scaled(total, SECONDS) if isinstance(total, float | int) else None
        ended = parse_time(sample.get("completed_at"))[0]
        if ended is None and started is not None and took is not None:
            ended = started + took
        found = {key: sample[key] for key in _END if sample.get(key) is not None}
        data = self._pools.shown(found)
        if sample.get("error") is not None:
            data["error"] = failure(sample)
        state = self._final_store() if self._read else MISSING
        status: Status = "cancelled" if sample.get("limit") is not None else "ok"
        if sample.get("error") is not None:
            status = "error"
        self._append("run.end", data=data, time=ended, status=status, duration=took, state=state)
        return state is not MISSING

    def _final_store(self) -> Value:
        """The store as the sample itself holds it, where its events did not lead there."""
        store = self._pools.resolve(self._sample.get("store"))
        known = self._states.main.store.value
        return store if isinstance(store, dict) and not delta.equal(store, known) else MISSING

    def _append(
        self,
        type: str,  # noqa: A002 - the word events use
        *,
        data: Object,
        time: int | None = None,
        status: Status | None = None,
        duration: int | None = None,
        state: Value = MISSING,
    ) -> None:
        uuid = text_of(self._sample, "uuid")
        self._writer.append(
            self._timeline,
            type,
            agent=MAIN,
            time=time,
            status=status,
            duration=duration,
            data=data,
            source=self._source if uuid is None else {**self._source, "uuid": uuid},
            state=state,
        )

    def _warn(self, message: str, where: str) -> None:
        self._report.warn(message, record=f"{self._record}, {where}")

    def _fidelity(self, transcript: Transcript, *, differs: bool) -> str:
        """What the recording can and cannot say."""
        if not self._read:
            return "recorded: a summary of the sample, which is not in the log or is too large"
        parts = [
            "recorded: events, calls and results, the store of the sample and of each subtask, and "
            f"the TaskState (of agent {TASK!r}), as they were at the end of each span"
        ]
        if not self._events:
            parts = ["recorded: messages, calls and results; the log holds no events"]
        parts.append("dropped: embedded media, coloured tracebacks")
        counts = (
            (self._states.repeats, "change", " told again by outer spans and applied once"),
            (transcript.orphans, "event", " in spans that are not in the log"),
            (transcript.branches, "branch point", ""),
            (self._pools.missing, "reference", " to what is not in the log"),
        )
        if differs:
            parts.append("the store at the end is the sample's own; its events lead elsewhere")
        if self._pools.exceeded:
            parts.append("references beyond what is resolved of one sample were left as they are")
        return fidelity.line(parts, counts)


def _initial(events: list[JSON]) -> Object:
    """The TaskState that a sample began with."""
    for event in objects_in(events):
        if event.get("event") == "sample_init":
            return object_of(event, "state")
    return {}


def _began(sample: Object) -> int | None:
    """When the sample says it started, or its first event happened, which may be before."""
    first = next(iter(objects_in(events_of(sample))), {})
    told = (parse_time(sample.get("started_at"))[0], parse_time(first.get("timestamp"))[0])
    return min((time for time in told if time is not None), default=None)


def _without_colours(header: Object) -> Object:
    return {**header, "error": failure(header)} if header.get("error") is not None else header
