"""Events of the format as spans and points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ttdebug.foreign.shapes import object_of, text_of
from ttdebug.foreign.times import MICROS, scaled
from ttdebug.formats.chrome_trace import folding
from ttdebug.formats.chrome_trace.nesting import NOWHERE, TAKEN, Nesting, number, thread_of
from ttdebug.formats.spans import EventSpec, SpanRecord
from ttdebug.genai.records import Take
from ttdebug.model import MISSING, Object, Status, Value

_FUNCTION = re.compile(r"(.+) \((.+:\d+)\)")
_CALLS = "fee"
"""VizTracer's category of calls: function entry and exit."""

_RAISED = "<NULL>"
"""What VizTracer writes for the value of a call that raised."""
_KNOWN = frozenset(("name", "cat", "ph", "ts", "dur", "pid", "tid", "args", "id", "s"))
_POINTS = {
    "i": "instant", "I": "instant", "R": "mark", "C": "counter", "N": "object", "O": "state",
    "D": "object.end", "n": "instant", "T": "instant", "p": "instant", "s": "flow", "t": "flow",
    "f": "flow", "P": "sample", "E": "end", "e": "end", "F": "end", "c": "clock",
}  # fmt: skip
_BEGINS = frozenset("BbS")


class Events:
    """Makes span records; a begin waits for the event that ends it."""

    def __init__(self, nesting: Nesting, labels: dict[str, str], trace: str, base: int) -> None:
        self._nesting = nesting
        self._labels = labels
        self._trace = trace
        self._base = base
        self._begun: dict[int, SpanRecord] = {}
        self._endings: dict[int, Object] = {}
        self._begins = {end: begin for begin, end in nesting.ends.items()}

    def records(self, index: int, line: int, record: Object) -> Iterator[SpanRecord]:
        """What is complete now that this event is known."""
        phase = text_of(record, "ph") or ""
        if phase == "M":
            return
        if self._nesting.parents[index] == TAKEN:
            begin = self._begins[index]
            span = self._begun.pop(begin, None)
            if span is None:
                self._endings[begin] = record
            else:
                yield self._ended(span, record)
            return
        made = self._made(index, line, record, phase)
        if index in self._nesting.ends:
            ending = self._endings.pop(index, None)
            if ending is None:
                self._begun[index] = made
                return
            made = self._ended(made, ending)
        yield made

    def rest(self) -> Iterable[SpanRecord]:
        """Begins whose end could not be read."""
        return self._begun.values()

    def _made(self, index: int, line: int, record: Object, phase: str) -> SpanRecord:
        args = object_of(record, "args")
        parent = self._nesting.parents[index]
        start = self._time(number(record.get("ts")))
        made = SpanRecord(
            self._trace,
            str(index),
            self._opening(record, args, phase),
            start=start,
            parent=None if parent == NOWHERE else str(parent),
            process=self._labels.get(thread_of(record)) or thread_of(record),
            source=_source(index, line, record),
            is_point=phase not in _BEGINS and phase != "X",
        )
        if phase == "X":
            length = number(record.get("dur"))
            made.closes = _closing(made.opens, args)
            made.end = None if start is None or length is None else start + _nanos(length)
        return made

    def _ended(self, span: SpanRecord, record: Object) -> SpanRecord:
        span.end = self._time(number(record.get("ts")))
        span.closes = _closing(span.opens, object_of(record, "args"))
        return span

    def _opening(self, record: Object, args: Object, phase: str) -> EventSpec:
        name, data = text_of(record, "name"), _rest(record, args)
        kind = _POINTS.get(phase, "marker")
        if phase in _BEGINS or phase == "X":
            matched = _FUNCTION.fullmatch(name or "")
            if matched is not None:
                name, data["where"] = matched[1], matched[2]
            called = matched is not None or str(record.get("cat")).lower() == _CALLS
            kind = "function" if called else "span"
        if "func_args" in args:
            data["args"] = args["func_args"]
        elif args:
            data["args"] = {**args}
        if kind == "instant" and name == "error":
            kind = "error"
        spec = EventSpec(kind, name, data, agent=_owner(record, phase))
        spec.state = _state(record, args, phase)
        status: Status | None = "error" if kind == "error" else None
        spec.status = status
        if kind == "flow":
            key = f"flow {record.get('cat')} {record.get('id')}"
            spec.takes = () if phase == "s" else (Take(key, "flow"),)
            spec.gives = (key,)
        return spec

    def _time(self, micros: float | None) -> int | None:
        return None if micros is None else self._base + _nanos(micros)


def _closing(opening: EventSpec, args: Object) -> EventSpec:
    data: Object = {}
    status: Status = "ok"
    if "return_value" in args:
        data["result"] = args["return_value"]
        status = "error" if args["return_value"] == _RAISED else "ok"
    elif args and "func_args" not in args and args != opening.data.get("args"):
        data["args"] = {**args}
    opening.status = status
    return EventSpec(f"{opening.type}.end", opening.name, data, status)


def _owner(record: Object, phase: str) -> str | None:
    """Objects have states of their own; everything else belongs to its thread."""
    if phase != "O":
        return None
    return f"{text_of(record, 'name') or 'object'} {record.get('id')}"


def _state(record: Object, args: Object, phase: str) -> Value:
    if phase == "O":
        return folding.of_object(args)
    if phase == "C" and args:
        return folding.of_counter(folding.series(record), args)
    return folding.of_instant(args) if phase in ("i", "I") else MISSING


def _rest(record: Object, args: Object) -> Object:
    data = {key: value for key, value in record.items() if key not in _KNOWN}
    if record.get("args") is not None and not isinstance(record["args"], dict):
        data["args"] = record["args"]
    if not record.get("ph"):
        data |= {key: value for key, value in record.items() if key not in ("args",)}
    return data


def _source(index: int, line: int, record: Object) -> Object:
    source: Object = {"index": index, "line": line}
    source.update((key, record[key]) for key in ("ts", "pid", "tid", "id") if key in record)
    return source


def _nanos(micros: float) -> int:
    return scaled(micros, MICROS) or 0
