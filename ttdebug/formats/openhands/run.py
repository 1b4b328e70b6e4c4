"""One run: its events in the order of the file, of either generation."""

from __future__ import annotations

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import text_of
from ttdebug.formats import fidelity
from ttdebug.formats.conversation import Moment, Scribe, Talk
from ttdebug.formats.openhands.desk import Desk
from ttdebug.formats.openhands.v0 import EventsV0
from ttdebug.formats.openhands.v1 import EventsV1
from ttdebug.formats.reader import Report, counted
from ttdebug.formats.records import Damage, Record
from ttdebug.model import JSON, Object
from ttdebug.store.writer import Writer


class Run:
    """Writes events until told to end."""

    def __init__(self, uid: str, writer: Writer, report: Report) -> None:
        self.timeline = writer.run(storable(uid))
        self._report = report
        self._talk = Talk(Scribe(writer, self.timeline), infers=True)
        self._desk = Desk(self._talk)
        self._v0 = EventsV0(self._desk)
        self._v1 = EventsV1(self._desk)

    def begin(self, facts: Object) -> None:
        """What is known before the first event."""
        for key in ("id", "execution_status", "persistence_dir"):
            if facts.get(key) is not None:
                self._desk.conversation.configure(key, facts[key])
        self._desk.scribe.event(Moment(), "run.start", data=facts)

    def write(self, event: JSON, line: int | None) -> None:
        """One event."""
        if not isinstance(event, dict):
            data: Object = {"value": event}
            source: Object | None = None if line is None else {"line": line}
            self._desk.scribe.event(Moment(source=source), "marker", data=data)
        elif text_of(event, "kind") is not None:
            self._v1.write(event, line)
        else:
            self._v0.write(event, line)

    def stray(self, record: Record | Damage, file: str | None = None) -> None:
        """What is no event."""
        self._desk.scribe.stray(record, self._report, file)

    def end(self, facts: Object | None = None) -> None:
        """How it went, if that is told, and what the recording can say."""
        if facts:
            name = text_of(facts, "error")
            self._desk.scribe.event(
                Moment(), "run.end", data=facts, status="error" if name else "ok"
            )
        recorded = "recorded: messages, actions and observations, token usage"
        if self._v1.recorded:
            recorded += f", {counted(self._v1.recorded, 'update')} of the conversation's state"
        parts = (
            recorded,
            "derived: state (messages shortened, files as edited, todos, usage, cwd, config), "
            "causes of replies",
            fidelity.ASSUMED_UTC,
        )
        counts = [(self._talk.orphans, "observation", " without an action")]
        self._report.describe(self.timeline, fidelity.line(parts, counts))
