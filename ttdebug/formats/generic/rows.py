"""A record taken apart: what was understood of it, and what stays as its data."""

from __future__ import annotations

from dataclasses import dataclass, field

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.times import MICROS, MILLIS, NANOS, SECONDS, parse_time, scaled
from ttdebug.formats.generic.fields import SPAN_KINDS, Fields, Place, is_word, value_at
from ttdebug.formats.generic.words import Phase, phase_of, status_of
from ttdebug.model import JSON, MISSING, Object, Status, Value

_UNITS = {"ms": MILLIS, "us": MICROS, "ns": NANOS}
_NOT_AN_ERROR: tuple[JSON, ...] = (None, False, "", 0)


@dataclass(slots=True)
class Row:
    """One record. `data` is what is left of it; wrong types stay there, raw."""

    data: Object
    source: Object
    time: int | None = None
    naive: bool = False
    run: str | None = None
    agent: str | None = None
    name: str | None = None
    type: str | None = None
    stem: str = ""
    phase: Phase = None
    id: str | None = None
    span: str | None = None
    parent: str | None = None
    status: Status | None = None
    duration: int | None = None
    state: Value = MISSING
    patch: Value = MISSING
    before: Value = MISSING
    unread: list[str] = field(default_factory=list)


class Extractor:
    """Takes records apart by the places of their roles, looked up once."""

    def __init__(self, fields: Fields) -> None:
        get = fields.get
        self._numbers = fields.numbers
        self._time, self._type, self._phase = get("time"), get("type"), get("phase")
        self._name, self._agent, self._run = get("name"), get("agent"), get("run")
        self._state, self._patch, self._before = get("state"), get("patch"), get("before")
        self._id, self._span, self._parent = get("id"), get("span"), get("parent")
        self._status, self._duration = get("status"), get("duration")
        self._errors = fields.errors

    def row(self, line: int, record: Object) -> Row:
        """What `record` says; it loses the fields that were understood."""
        row = Row(record, {"line": line})
        for key in self._numbers:
            if key in record and not isinstance(record[key], dict | list):
                row.source[key] = record.pop(key)
        if self._time is not None:
            self._take_time(row, self._time)
        self._take_words(row)
        if self._id or self._span or self._parent:
            self._take_ids(row)
        self._take_state(row)
        row.status = self._status_in(record)
        if self._duration is not None:
            row.duration = _duration(value_at(record, self._duration), self._duration[-1])
        return row

    def _take_time(self, row: Row, place: Place) -> None:
        value = value_at(row.data, place)
        if value is None:
            return
        row.time, row.naive = parse_time(value)
        if row.time is None:
            row.unread.append("time")
        elif len(place) == 1:
            del row.data[place[0]]

    def _take_words(self, row: Row) -> None:
        data = row.data
        row.run = _word(data, self._run)
        if self._agent is not None:
            row.agent = _word(data, self._agent)
            if row.agent is not None and len(self._agent) == 1:
                del data[self._agent[0]]
        if self._name is not None:
            name = value_at(data, self._name)
            if isinstance(name, str):
                row.name = storable(name)
                if self._name == ("name",):
                    del data["name"]
        if self._type is not None:
            kind = value_at(data, self._type)
            if isinstance(kind, str) and kind:
                row.type = storable(kind)
                if len(self._type) == 1:
                    data.pop(self._type[0], None)
        self._take_phase(row)

    def _take_phase(self, row: Row) -> None:
        """Whether the record starts or ends a span, and what the span is called."""
        if self._phase is not None:
            row.phase = phase_of(str(value_at(row.data, self._phase)))[1]
            if row.phase is not None and len(self._phase) == 1:
                row.data.pop(self._phase[0], None)
            row.stem = row.type or ""
        elif row.type is not None:
            row.stem, row.phase = phase_of(row.type)
        if row.phase is not None and not row.stem:
            row.stem = storable(_span_kind(row.data) or "span")

    def _take_ids(self, row: Row) -> None:
        for role, place in (("id", self._id), ("span", self._span), ("parent", self._parent)):
            if place is None:
                continue
            value = value_at(row.data, place)
            if not is_word(value):
                continue
            row.source[place[-1]] = value
            setattr(row, role, str(value))
        for place in (self._id, self._span, self._parent):
            if place is not None and len(place) == 1 and place[0] in row.source:
                row.data.pop(place[0], None)
        if row.span is None:
            row.span = row.id

    def _take_state(self, row: Row) -> None:
        if self._state is not None:
            state = value_at(row.data, self._state)
            if isinstance(state, dict | list):
                row.state = state
                _remove(row.data, self._state)
        if self._patch is not None:
            patch = value_at(row.data, self._patch)
            if isinstance(patch, dict | list):
                row.patch = patch
                row.before = value_at(row.data, self._before) if self._before else MISSING

    def _status_in(self, record: Object) -> Status | None:
        for place in self._errors:
            if place[0] in record and value_at(record, place) not in _NOT_AN_ERROR:
                return "error"
        return None if self._status is None else status_of(value_at(record, self._status))


def _word(record: Object, place: Place | None) -> str | None:
    if place is None:
        return None
    value = value_at(record, place)
    return storable(str(value)) if is_word(value) else None


def _remove(record: Object, place: Place) -> None:
    holder = value_at(record, place[:-1])
    if isinstance(holder, dict):
        holder.pop(place[-1], None)


def _span_kind(data: Object) -> str | None:
    """What kind of span a record is whose type says only start or end."""
    for holder in (data, data.get("span")):
        if isinstance(holder, dict):
            for key in SPAN_KINDS:
                kind = holder.get(key)
                if isinstance(kind, str) and phase_of(kind)[1] is None:
                    return kind
    return None


def _duration(value: JSON, key: str) -> int | None:
    """Nanoseconds; the field's name tells the unit, seconds unless it does."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return scaled(value, _UNITS.get(key.rpartition("_")[2], SECONDS))
