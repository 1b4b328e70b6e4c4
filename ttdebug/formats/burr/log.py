"""The records of one application's log as events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Unpack

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import integer_of, text_of
from ttdebug.foreign.times import between, parse_time
from ttdebug.formats.facts import Facts
from ttdebug.formats.reader import Report
from ttdebug.model import JSON, MISSING, Edge, Object, Status, Value
from ttdebug.store.writer import Writer

_OWN = "__"
"""How the names begin of what Burr keeps in the state for itself."""

_TIMES = ("start_time", "end_time", "time_logged", "stream_init_time", "first_item_time")
_NAMES = ("action", "span_name", "key")
_LISTS = ("tags", "span_dependencies")
_PLACES = ("sequence_id", "action_sequence_id", "span_id", "parent_span_id")


class _Open(NamedTuple):
    seq: int
    time: int | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """Which application speaks, on which timeline, as which agent, inside which event.

    `file` names its log if that is not the one that was opened.
    """

    app: str
    agent: str
    timeline: int
    parent: int | None = None
    file: str | None = None


class Log:
    """Writes the log of one application, record by record.

    `before_end` is called with a step's number and its event before the step is closed.
    """

    def __init__(
        self,
        writer: Writer,
        report: Report,
        voice: Voice,
        after: int | None,
        before_end: Callable[[int, int], Iterable[Edge]],
    ) -> None:
        self._writer = writer
        self._report = report
        self._voice = voice
        self._before_end = before_end
        self._actions: dict[int | None, _Open] = {}
        self._spans: dict[str, _Open] = {}
        self.last = after
        """The event that ended the step before."""
        self.naive = False

    @property
    def unfinished(self) -> int:
        """How many actions never ended."""
        return len(self._actions)

    def record(self, line: int, record: Object) -> int:
        """Write one record; returns its event."""
        write = {
            "begin_entry": self._begin_action,
            "end_entry": self._end_action,
            "begin_span": self._begin_span,
            "end_span": self._end_span,
            "begin_stream": self._begin_stream,
            "end_stream": self._end_stream,
            "first_item_stream": self._first_item,
            "attribute": self._attribute,
        }.get(text_of(record, "type") or "", self._unknown)
        return write(line, record)

    def _begin_action(self, line: int, record: Object) -> int:
        causes = [] if self.last is None else [Edge(self.last, "recorded", "the step before")]
        seq = self._event(
            line, record, "action", name=text_of(record, "action"), opens=True, causes=causes
        )
        self._actions[integer_of(record, "sequence_id")] = _Open(seq, self._time(record))
        return seq

    def _end_action(self, line: int, record: Object) -> int:
        number = integer_of(record, "sequence_id")
        opened = self._actions.pop(number, None)
        causes: list[Edge] = []
        if number is not None and opened is not None:
            causes += self._before_end(number, opened.seq)
        state = record.pop("state", None)
        snapshot: Value = MISSING
        if isinstance(state, dict):
            snapshot = {key: state[key] for key in state if not key.startswith(_OWN)}
            record |= _kept_for_itself(record, state)
        elif state is not None:
            record["state"] = state
        failed = record.get("exception") not in (None, "")
        exception = record.pop("exception", None)
        if failed:
            record["error"] = exception
        self.last = self._close(
            line,
            record,
            "action.end",
            opened,
            name=text_of(record, "action"),
            status="error" if failed else "ok",
            causes=causes,
            state=snapshot,
        )
        return self.last

    def _begin_span(self, line: int, record: Object) -> int:
        name = text_of(record, "span_name")
        above = self._within(record, "parent_span_id")
        seq = self._event(line, record, "span", name=name, parent=above, opens=True)
        span = text_of(record, "span_id")
        if span is not None:
            self._spans[span] = _Open(seq, self._time(record), name)
        return seq

    def _end_span(self, line: int, record: Object) -> int:
        opened = self._spans.pop(text_of(record, "span_id") or "", None)
        return self._close(line, record, "span.end", opened)

    def _begin_stream(self, line: int, record: Object) -> int:
        above = self._within(record, "span_id")
        seq = self._event(line, record, "stream", parent=above, opens=True)
        self._spans[_stream(record)] = _Open(seq, self._time(record))
        return seq

    def _end_stream(self, line: int, record: Object) -> int:
        return self._close(line, record, "stream.end", self._spans.pop(_stream(record), None))

    def _first_item(self, line: int, record: Object) -> int:
        opened = self._spans.get(_stream(record))
        above = opened.seq if opened else self._within(record, "span_id")
        return self._event(line, record, "stream.first", parent=above)

    def _attribute(self, line: int, record: Object) -> int:
        name = text_of(record, "key")
        above = self._within(record, "span_id")
        return self._event(line, record, "attribute", name=name, parent=above)

    def _unknown(self, line: int, record: Object) -> int:
        return self._event(line, record, "marker", name=text_of(record, "type"), raw=True)

    def _within(self, record: Object, key: str) -> int | None:
        """The span a record names, else the action it belongs to."""
        opened = self._spans.get(text_of(record, key) or "")
        if opened is None:
            opened = self._actions.get(integer_of(record, "action_sequence_id"))
        return None if opened is None else opened.seq

    def _close(
        self,
        line: int,
        record: Object,
        type: str,  # noqa: A002 - the word events use
        opened: _Open | None,
        *,
        name: str | None = None,
        status: Status = "ok",
        causes: Iterable[Edge] = (),
        state: Value = MISSING,
    ) -> int:
        facts: Facts = {"status": status, "causes": causes, "state": state}
        if opened is not None:
            name = name or opened.name
            facts["closes"] = opened.seq
            facts["duration"] = between(opened.time, self._time(record))
            facts["causes"] = [Edge(opened.seq, "recorded", "end of span"), *causes]
        return self._event(line, record, type, name=name, **facts)

    def _event(
        self,
        line: int,
        record: Object,
        type: str,  # noqa: A002 - the word events use
        *,
        name: str | None = None,
        parent: int | None = None,
        raw: bool = False,
        **facts: Unpack[Facts],
    ) -> int:
        voice = self._voice
        return self._writer.append(
            voice.timeline,
            type,
            agent=voice.agent,
            name=storable(name),
            time=self._time(record),
            parent=facts.get("closes") or parent or voice.parent,
            data=record if raw else _rest(record),
            source=self._source(line, record),
            **facts,
        )

    def _time(self, record: Object) -> int | None:
        for key in _TIMES:
            if key in record:
                time, naive = parse_time(record[key])
                self.naive = self.naive or naive
                return time
        return None

    def _source(self, line: int, record: Object) -> Object:
        source: Object = {"line": line, "app_id": self._voice.app}
        if self._voice.file is not None:
            source["file"] = self._voice.file
        number: JSON = record.get("sequence_id", record.get("action_sequence_id"))
        if number is not None:
            source["sequence_id"] = number
        if record.get("span_id") is not None:
            source["span_id"] = record["span_id"]
        return source


def _stream(record: Object) -> str:
    """Where the stream of a step is kept among its spans, whose ids have no blanks."""
    return f"stream {record.get('action_sequence_id')} {record.get('span_id')}"


def _kept_for_itself(record: Object, state: Object) -> Object:
    """What Burr noted in a state beyond the number and the name of the step."""
    known: Object = {
        "__SEQUENCE_ID": record.get("sequence_id"),
        "__PRIOR_STEP": record.get("action"),
    }
    own = {key: value for key, value in state.items() if key.startswith(_OWN)}
    return {key: value for key, value in own.items() if key not in known or value != known[key]}


def _rest(record: Object) -> Object:
    """What the event itself does not say."""
    known = {"type", *_NAMES, *_PLACES, *(key for key in _LISTS if not record.get(key))}
    known |= {key for key in _TIMES if parse_time(record.get(key))[0] is not None}
    return {key: value for key, value in record.items() if key not in known}
