"""An application with those whose history it continues, that forked from it, that it started."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import integer_of
from ttdebug.formats import fidelity
from ttdebug.formats.burr import application
from ttdebug.formats.burr.application import Application, Child
from ttdebug.formats.burr.log import Log, Voice
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Record, decode_lines
from ttdebug.formats.source import Source
from ttdebug.formats.strays import keep_stray
from ttdebug.model import Edge, Object
from ttdebug.store.writer import Writer

ROOT = "root"
"""The agent whose state it is: actions share one. Applications that were started have their own."""

MAX_APPLICATIONS = 200


class Family:
    """Writes an application as one run: ancestors' steps up to its fork, its own, its forks."""

    def __init__(self, source: Source, writer: Writer, report: Report) -> None:
        self._source = source
        self._writer = writer
        self._report = report
        self._app = application.of_source(source, report)
        self._seen = {self._app.id}
        self._inherited = 0
        self._forks = 0
        self._started = 0
        self._unfinished = 0
        self._naive = False

    def write(self) -> None:
        """The whole run."""
        name = storable(self._app.id)
        main = self._writer.run(name, name)
        self._introduce(self._app, main, None)
        last: int | None = None
        ancestors, lost = _ancestors(self._app, self._report, self._seen)
        for before, until in ancestors:
            voice = self._voice(before, main)
            last, _ = self._play(before, voice, last, until=until, wanted=frozenset())
            self._inherited += 1
        self._with_forks(self._app, main, last)
        self._report.describe(main, self._fidelity(lost))

    def _voice(self, app: Application, timeline: int) -> Voice:
        return Voice(storable(app.id), ROOT, timeline, file=self._label(app))

    def _label(self, app: Application) -> str | None:
        """The name of a log other than the one that was opened."""
        return None if app is self._app else storable(f"{app.id}/{application.LOG}")

    def _introduce(self, app: Application, timeline: int, forked_at: int | None) -> None:
        """What the tracker says of an application beside its log."""
        data: Object = {}
        if app.graph:
            data["graph"] = app.graph
        if app.metadata:
            data["metadata"] = app.metadata
        if not data:
            return
        causes = [] if not forked_at else [Edge(forked_at, "recorded", "forked here")]
        source: Object = {"app_id": storable(app.id), "file": application.METADATA}
        name = storable(app.id)
        self._writer.append(
            timeline, "run.start", agent=ROOT, name=name, causes=causes, data=data, source=source
        )

    def _with_forks(self, app: Application, timeline: int, last: int | None) -> None:
        """All steps of an application, then those of the forks that left it."""
        forks = [child for child in app.children if child.kind == "fork"]
        wanted = frozenset(fork.sequence for fork in forks if fork.sequence is not None)
        last, ends = self._play(app, self._voice(app, timeline), last, wanted=wanted)
        for fork in forks:
            child = self._child(app, fork, timeline)
            if child is None:
                continue
            at = last if fork.sequence is None else ends.get(fork.sequence)
            if at is None:
                self._report.warn(
                    f"forked after step {fork.sequence}, which is not in the log", record=child.id
                )
            line = self._writer.fork(timeline, at or last or 0)
            self._forks += 1
            self._introduce(child, line, at)
            self._with_forks(child, line, at or last)

    def _play(
        self,
        app: Application,
        voice: Voice,
        last: int | None,
        *,
        until: int | None = None,
        wanted: frozenset[int],
    ) -> tuple[int | None, dict[int, int]]:
        """The steps of one log; its last end of a step, and the ends of the `wanted` ones."""
        started: dict[int | None, list[Child]] = {}
        for child in app.children:
            if child.kind == "spawn":
                started.setdefault(child.sequence, []).append(child)
        log = Log(
            self._writer, self._report, voice, last, partial(self._spawned, app, voice, started)
        )
        ends: dict[int, int] = {}
        report = self._report if app is self._app else Report()
        for record in decode_lines(self._log_source(app).lines(report), report):
            if not (isinstance(record, Record) and isinstance(record.value, dict)):
                keep_stray(record, self._writer, self._report, voice.timeline, voice.file)
                continue
            number = integer_of(record.value, "sequence_id")
            kind = record.value.get("type")
            if until is not None and number is not None and number > until:
                break
            seq = log.record(record.line, record.value)
            if kind == "end_entry" and number in wanted:
                ends[number] = seq
            if kind == "end_entry" and until is not None and number == until:
                break
        if app is not self._app:
            for warning in report.warnings:
                self._report.warn(warning, record=voice.file)
        for child in (child for children in started.values() for child in children):
            self._spawn(app, voice, child, voice.parent)
        self._unfinished += log.unfinished
        self._naive = self._naive or log.naive
        return log.last, ends

    def _log_source(self, app: Application) -> Source:
        return self._source if app is self._app else Source(app.log, app.log)

    def _spawned(
        self,
        app: Application,
        voice: Voice,
        started: dict[int | None, list[Child]],
        number: int,
        action: int,
    ) -> Iterable[Edge]:
        """Before a step ends, the applications it started; the last event of each."""
        for child in started.pop(number, []):
            last = self._spawn(app, voice, child, action)
            if last is not None:
                yield Edge(last, "recorded", "started by this step")

    def _spawn(
        self, app: Application, voice: Voice, child: Child, action: int | None
    ) -> int | None:
        found = self._child(app, child, voice.timeline)
        if found is None:
            return None
        self._started += 1
        name = storable(found.id)
        inner = Voice(name, name, voice.timeline, action, self._label(found))
        self._play(found, inner, action, wanted=frozenset())
        return self._writer.last_seq

    def _child(self, app: Application, child: Child, timeline: int) -> Application | None:
        """The child's folder, read once; a child without one is at least named."""
        folder = app.relative(child.app)
        known = child.app in self._seen or len(self._seen) >= MAX_APPLICATIONS
        if folder is not None and not known:
            self._seen.add(child.app)
            return application.of_folder(folder, self._report)
        if folder is None:
            self._report.warn(
                f"its folder is not beside {app.id}", record=f"{child.kind} {child.app}"
            )
        source: Object = {"app_id": storable(app.id), "file": application.CHILDREN}
        data: Object = {"sequence_id": child.sequence, "read": known}
        name = storable(child.app)
        self._writer.append(
            timeline, child.kind, name=name, data=data, source={**source, "line": child.line}
        )
        return None

    def _fidelity(self, lost: str | None) -> str:
        missing = f"steps before the fork from {lost}, whose folder is missing"
        parts = (
            "recorded: state after every action, none before the first",
            None if lost is None else f"not recorded: {missing}",
            "steps before the fork from the log of the application it left"
            if self._inherited
            else None,
            "times are local ones of where it ran, taken for UTC" if self._naive else None,
        )
        counts = (
            (self._forks, "fork", " joined"),
            (self._started, "started application", " joined as an agent"),
            (self._unfinished, "action", " that never ended"),
        )
        return storable(fidelity.line(parts, counts))


def _ancestors(
    app: Application, report: Report, seen: set[str]
) -> tuple[list[tuple[Application, int | None]], str | None]:
    """Whose steps precede those of `app`, oldest first, each with its last step that does.

    Beside them the application that should be the oldest but has no folder, if there is one.
    """
    found: list[tuple[Application, int | None]] = []
    pointer = app.forked_from
    while pointer is not None:
        folder = app.relative(pointer.app)
        if folder is None or pointer.app in seen or len(seen) >= MAX_APPLICATIONS:
            return found[::-1], pointer.app
        seen.add(pointer.app)
        app = application.of_folder(folder, report)
        found.append((app, pointer.sequence))
        pointer = app.forked_from
    return found[::-1], None


def files(source: Source) -> Iterator[Path]:
    """Every file that reading `source` would read beside it."""
    quiet = Report()
    first = application.of_source(source, quiet)
    seen = {first.id}
    ancestors, _ = _ancestors(first, quiet, seen)
    pending = [first, *(app for app, _ in ancestors)]
    while pending:
        app = pending.pop()
        if app.folder is None:
            continue
        names = (application.LOG, application.GRAPH, application.METADATA, application.CHILDREN)
        for path in (app.folder / name for name in names):
            if path.is_file() and path != first.log:
                yield path
        for child in app.children:
            folder = app.relative(child.app)
            if folder is not None and child.app not in seen and len(seen) < MAX_APPLICATIONS:
                seen.add(child.app)
                pending.append(application.of_folder(folder, quiet))
