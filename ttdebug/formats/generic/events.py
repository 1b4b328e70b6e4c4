"""Rows of a home-made log written as events: spans joined, parents found, states folded."""

from __future__ import annotations

from ttdebug.foreign.times import between
from ttdebug.formats import fidelity
from ttdebug.formats.generic.family import Family, Id, Opened
from ttdebug.formats.generic.fields import Fields
from ttdebug.formats.generic.rows import Extractor, Row
from ttdebug.formats.generic.runs import Runs
from ttdebug.formats.generic.states import NOTHING, States, Written
from ttdebug.formats.generic.words import span_types
from ttdebug.formats.patches import PatchError
from ttdebug.formats.reader import Report, counted
from ttdebug.formats.records import Damage
from ttdebug.model import JSON, MISSING, Edge, Object
from ttdebug.store.writer import Writer

DEFAULT_AGENT = "main"


class Events:
    """Writes records as events, in file order."""

    def __init__(self, writer: Writer, report: Report, fields: Fields, name: str) -> None:
        self._writer = writer
        self._report = report
        self._fields = fields
        self._extract = Extractor(fields).row
        self._states = States()
        self._family = Family()
        self._runs = Runs(writer, report, name)
        self._patches = fields.get("patch") is not None
        self._folds = fields.get("state") is None and not self._patches
        self._alone = fields.get("agent") is None
        self._naive = False
        self._markers = 0

    def preamble(self, document: Object) -> None:
        """What a document says beside its list of events."""
        line = self._runs.timeline(None, None)
        self._writer.append(line, "run.start", data=document, source={"line": 1})

    def unknown(self, line: int, value: JSON) -> None:
        """A value that is no record."""
        self._marker(line, {"value": value})

    def damage(self, damage: Damage) -> None:
        """Text that could not be decoded; what may be a record stays as a marker."""
        preceding = self._writer.last_seq
        self._report.warn(
            f"{damage.reason}; {counted(preceding, 'event')} before it", line=damage.line
        )
        if damage.is_record:
            self._marker(damage.line, {"text": damage.text})

    def _marker(self, line: int, data: Object) -> None:
        self._markers += 1
        timeline = self._runs.timeline(None, None)
        self._writer.append(timeline, "marker", data=data, source={"line": line})

    def record(self, line: int, record: Object) -> None:
        """One JSON object."""
        row = self._extract(line, record)
        if row.naive or row.unread:
            self._doubt(line, row)
        timeline = self._runs.timeline(row.run, row.time)
        written = self._written(line, row, timeline)
        if row.agent is None and (self._alone or written is not NOTHING):
            row.agent = DEFAULT_AGENT
        span = None if row.span is None else (timeline, row.span)
        if row.phase == "close" and span in self._family.open_spans:
            self._close(timeline, row, written, self._family.open_spans.pop(span))
        else:
            self._other(timeline, row, written, span)

    def _close(self, timeline: int, row: Row, written: Written, opened: Opened) -> None:
        if row.duration is None:
            row.duration = between(opened.time, row.time)
        row.status = row.status or "ok"
        edge = Edge(opened.seq, "recorded", opened.rule)
        self._append(
            timeline, opened.closing_type, row, written, parent=opened.seq, closes=True, edge=edge
        )

    def _other(self, timeline: int, row: Row, written: Written, span: Id | None) -> None:
        """An event of its own, which may open a span."""
        opens = row.phase == "open" and span is not None
        kind = row.type or ("marker" if row.state is MISSING else "state")
        closing = ""
        if opens:
            kind, closing = span_types(row.stem)
        elif row.phase is not None and row.stem == row.type:
            kind = span_types(row.stem)[row.phase == "close"]
        parent, edge, waits = self._parent(timeline, row)
        seq = self._append(timeline, kind, row, written, parent=parent, opens=opens, edge=edge)
        if opens and span is not None:
            rule = "result of call" if closing.endswith(".result") else "end of span"
            self._family.open_spans[span] = Opened(seq, row.time, closing, rule)
        above = parent if edge is None else edge.seq
        if above is not None:
            self._family.place(seq, above)
        if waits is not None:
            self._family.wait(waits, seq)
        for key in {span, (timeline, row.id) if row.id is not None else None}:
            if key is not None:
                self._introduce(key, seq, opens=opens)

    def _append(
        self,
        timeline: int,
        kind: str,
        row: Row,
        written: Written,
        *,
        parent: int | None,
        edge: Edge | None,
        opens: bool = False,
        closes: bool = False,
    ) -> int:
        return self._writer.append(
            timeline,
            kind,
            agent=row.agent,
            name=row.name,
            time=row.time,
            parent=parent,
            opens=opens,
            closes=parent if closes else None,
            status=row.status,
            duration=row.duration,
            causes=() if edge is None else (edge,),
            data=row.data,
            source=row.source,
            state=written.snapshot,
            delta=written.delta,
        )

    def _parent(self, timeline: int, row: Row) -> tuple[int | None, Edge | None, Id | None]:
        """The enclosing span, or the event it follows, or the id to wait for."""
        if row.parent is None:
            return None, None, None
        key = (timeline, row.parent)
        found = self._family.find(key)
        if found is None:
            return None, None, key
        seq, opens = found
        if opens:
            return seq, None, None
        return None, Edge(seq, "recorded", "parent id"), None

    def _introduce(self, key: Id, seq: int, *, opens: bool) -> None:
        """Let later records find this one, and tell earlier ones that waited for it."""
        for child in self._family.learn(key, seq, opens=opens):
            self._writer.cause(child, Edge(seq, "recorded", "parent id"))

    def _written(self, line: int, row: Row, timeline: int) -> Written:
        """What the row does to its agent's state."""
        track = (timeline, row.agent or DEFAULT_AGENT)
        if row.state is not MISSING:
            return self._states.snapshot(track, row.state, keep=self._patches)
        if row.patch is not MISSING:
            try:
                return self._states.patched(track, row.patch, row.before)
            except PatchError as error:
                self._report.warn(f"the patch does not fit: {error}", line=line)
                return NOTHING
        return self._states.folded(track, row.data) if self._folds else NOTHING

    def _doubt(self, line: int, row: Row) -> None:
        self._naive = self._naive or row.naive
        for role in row.unread:
            self._report.warn(f"the {role} could not be read; kept in data", line=line)

    def finish(self) -> None:
        """Say of every run where its parts came from."""
        roles = self._fields.describe()
        parts = (
            self._origin_of_state(),
            f"fields (--map corrects them): {roles}" if roles else "no field recognised",
            fidelity.ASSUMED_UTC if self._naive else None,
        )
        counts = (
            (self._markers, "record", " of no known shape kept as markers"),
            (self._family.missing, "parent", " never came"),
        )
        self._runs.describe(fidelity.line(parts, counts))

    def _origin_of_state(self) -> str:
        if self._folds and not self._states.any:
            return "no state recorded"
        if self._folds:
            return "derived: state (the last value of every plain field)"
        return "recorded: patches; derived: state" if self._patches else "recorded: state"
