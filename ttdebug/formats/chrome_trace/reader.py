"""The reader of Chrome traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import integer_of, object_of, text_of
from ttdebug.formats import fidelity
from ttdebug.formats.chrome_trace.events import Events
from ttdebug.formats.chrome_trace.folding import Told
from ttdebug.formats.chrome_trace.nesting import Nesting, thread_of
from ttdebug.formats.chrome_trace.stream import EventStream
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.records import Damage
from ttdebug.formats.source import Source
from ttdebug.formats.spans import EventSpec, SpanRecord, Spans
from ttdebug.model import JSON, Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_LARGE = 1 << 20


class ChromeTraceReader(Reader):
    """An object with `traceEvents`, or a list of events."""

    name = "chrome-trace"
    title = "Chrome trace events"
    recovers = "slices, instants, flows; state recorded in snapshots, instants and counters"
    version = 1

    def sniff(self, head: Head) -> float:
        """By the name of the list, or by the phase that every event has."""
        if "traceEvents" in head.keys:
            return 0.97
        events = sum("ph" in one and ("ts" in one or "pid" in one) for one in head.objects)
        return 0.9 if events * 2 > len(head.values) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write all threads as agents of one run, in order of time."""
        trace = storable(source.path.name.partition(".")[0] or "trace")
        stream = EventStream(source)
        nesting, labels = _survey(stream)
        base = integer_of(object_of(stream.beside, "viztracer_metadata"), "baseTimeNanoseconds")
        events = Events(nesting, labels, trace, base or 0)
        with Spans(writer, report, trace, Told) as spans:
            for key, value in stream.beside.items():
                _keep(spans, trace, key, value, report)
            index = 0
            for found in stream.records(report):
                if isinstance(found, Damage):
                    report.warn(found.reason, line=found.line)
                    continue
                value = found.value
                if isinstance(value, dict):
                    _describe(spans, trace, value)
                    for record in events.records(index, found.line, value):
                        spans.add(record)
                    index += 1
                else:
                    spans.add(_stray(trace, found.line, value))
            for record in events.rest():
                spans.add(record)
            spans.write(_fidelity(nesting, base))


def _survey(stream: EventStream) -> tuple[Nesting, dict[str, str]]:
    """A first look: what nests in what, and what threads are called."""
    nesting = Nesting()
    processes: dict[str, str] = {}
    threads: dict[str, tuple[str, str]] = {}
    for found in stream.records(Report()):
        if isinstance(found, Damage) or not isinstance(found.value, dict):
            continue
        record = found.value
        nesting.note(record)
        named = text_of(object_of(record, "args"), "name")
        if record.get("ph") == "M" and named is not None:
            if record.get("name") == "process_name":
                processes[str(record.get("pid"))] = named
            elif record.get("name") == "thread_name":
                threads[thread_of(record)] = str(record.get("pid")), named
    nesting.settle()
    alone = len({process for process, _ in threads.values()}) < 2
    return nesting, {
        thread: named if alone else f"{processes.get(process, process)}/{named}"
        for thread, (process, named) in threads.items()
    }


def _describe(spans: Spans, trace: str, record: Object) -> None:
    """What metadata says of processes and threads is shown where the run starts."""
    if record.get("ph") == "M":
        said: Object = {key: record[key] for key in ("pid", "tid") if key in record}
        said.update(object_of(record, "args"))
        spans.about(trace, text_of(record, "name") or "metadata", said)


def _keep(spans: Spans, trace: str, key: str, value: JSON, report: Report) -> None:
    if len(str(value)) > _LARGE:
        report.warn(f"{key} is longer than {_LARGE >> 20} MiB; left out")
    else:
        spans.about(trace, key, value)


def _stray(trace: str, line: int, value: JSON) -> SpanRecord:
    """A value in the list that is no event."""
    spec = EventSpec("marker", data={"value": value})
    return SpanRecord(trace, None, spec, source={"line": line}, is_point=True)


def _fidelity(nesting: Nesting, base: int | None) -> list[str]:
    parts = [
        "recorded: slices, instants, counters, snapshots of objects",
        "derived: nesting by time on each thread; state from instants, snapshots and counters",
    ]
    if base is None:
        parts.append("times count from an arbitrary origin")
    return parts + fidelity.tallies([(nesting.orphans, "end", " without a begin")])
