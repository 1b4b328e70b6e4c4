"""From the records of an export to a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from ttdebug.delta import Delta
from ttdebug.formats.reader import Report
from ttdebug.model import JSON, MISSING, Edge, EdgeKind, Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_STATUSES: Final = ("ok", "error", "open", "cancelled")
_LIMIT: Final = 2**63


class Writing:
    """Writes records in their order; numbers of what was left out of the export move up.

    An event whose number changed keeps the one it had as `source.seq`; `lines` and `seqs` lead from
    old numbers of timelines and events to new ones. Raises ValueError, KeyError
    or TypeError for a record that cannot be one of ours.
    """

    def __init__(self, writer: Writer, report: Report) -> None:
        self._writer = writer
        self._report = report
        self.lines: dict[int, int] = {}
        self._runs: dict[int, int] = {}  # by the run's number: its main timeline
        self.seqs: dict[int, int] = {}
        self._late: list[tuple[int, int, Edge]] = []
        self.events = 0

    def record(self, record: Object) -> None:
        """Take one record."""
        if "seq" in record:
            self._event(record)
        elif "timeline" in record:
            self._timeline(record)
        elif "fact" in record:
            self._fact(record)
        else:
            raise ValueError("it is neither event, timeline nor fact")

    def finish(self) -> None:
        """Add the causes that came after their effects."""
        for effect, cause, edge in self._late:
            if cause in self.seqs:
                self._writer.cause(effect, Edge(self.seqs[cause], edge.kind, edge.rule))

    def _timeline(self, record: Object) -> None:
        number, run = _integer(record["timeline"]), _integer(record["run"])
        if number in self.lines:
            raise ValueError(f"timeline {number} is there already")
        parent = record.get("parent")
        if parent is None:
            uid, name = _text(record["id"]), _text(record.get("run_name", ""))
            self.lines[number] = self._writer.run(uid, name, time=_time(record.get("time")))
            self._runs[run] = self.lines[number]
            return
        at = self._at_or_before(_integer(record["fork_seq"]))
        base = self.lines[_integer(parent)]
        self.lines[number] = self._writer.fork(base, at, _text(record["name"]))

    def _at_or_before(self, seq: int) -> int:
        """The new number of an event, or of the last one before it that is here."""
        if seq in self.seqs:
            return self.seqs[seq]
        return max((new for old, new in self.seqs.items() if old <= seq), default=0)

    def _fact(self, record: Object) -> None:
        line = self._runs[_integer(record["run"])]
        key, value = _text(record["fact"]), record["value"]
        if key == "fidelity" and isinstance(value, str):
            self._report.describe(line, value)
        else:
            self._writer.fact(line, key, value)

    def _event(self, record: Object) -> None:
        seq = _integer(record["seq"])
        if seq in self.seqs:
            raise ValueError(f"event {seq} is there already")
        new = self._writer.last_seq + 1
        causes = self._causes(record.get("causes"), new)
        source = _object(record.get("source"))
        if seq != new and "seq" not in source:
            source = {**source, "seq": seq}
        self.seqs[seq] = self._writer.append(
            self.lines[_integer(record["timeline"])],
            _text(record["type"]),
            agent=_text_or_none(record.get("agent")),
            name=_text_or_none(record.get("name")),
            time=_time(record.get("time")),
            parent=self._known(record.get("parent")),
            opens=record.get("opens") is True,
            closes=self._known(record.get("closes")),
            status=_status(record.get("status")),
            duration=_time(record.get("duration")),
            causes=causes,
            data=_object(record.get("data")),
            source=source,
            **_change(record),
        )
        self.events += 1

    def _known(self, seq: JSON) -> int | None:
        """The new number of an event that is named; None if it was left out."""
        return None if seq is None else self.seqs.get(_integer(seq))

    def _causes(self, edges: JSON, effect: int) -> list[Edge]:
        found: list[Edge] = []
        for raw in edges if isinstance(edges, list) else []:
            item = _object(raw)
            kind: EdgeKind = "inferred" if item.get("kind") == "inferred" else "recorded"
            edge = Edge(_integer(item["seq"]), kind, _text_or_none(item.get("rule")))
            if edge.seq in self.seqs:
                found.append(Edge(self.seqs[edge.seq], edge.kind, edge.rule))
            else:
                self._late.append((effect, edge.seq, edge))
        return found


def _change(record: Object) -> dict[str, Any]:
    if "state" in record:
        return {"state": record["state"]}
    delta = record.get("delta", MISSING)
    if delta is MISSING:
        return {}
    if not isinstance(delta, list) or not all(isinstance(op, dict) for op in delta):
        raise ValueError("its delta is no JSON Patch")
    return {"delta": cast("Delta", delta)}


def _integer(value: JSON) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -_LIMIT < value < _LIMIT:
        raise ValueError(f"{value!r:.40} is no number of an event or timeline")
    return value


def _time(value: JSON) -> int | None:
    return None if value is None else _integer(value)


def _text(value: JSON) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r:.40} is no text")
    return value


def _text_or_none(value: JSON) -> str | None:
    return None if value is None else _text(value)


def _object(value: JSON) -> Object:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"{value!r:.40} is no object")
    return value


def _status(value: JSON) -> str | None:
    if value is not None and value not in _STATUSES:
        raise ValueError(f"{value!r:.40} is no status")
    return _text_or_none(value)
