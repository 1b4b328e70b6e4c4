"""The reader of OpenHands' events."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ttdebug.foreign.shapes import list_of, text_of
from ttdebug.formats.openhands.folders import Folder, first_state, folder_at, folder_of, values
from ttdebug.formats.openhands.run import Run
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.records import Record, read_records
from ttdebug.formats.source import Source
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_KINDS = ("Event", "Observation", "Condensation", "CondensationRequest")
_SOURCES = ("agent", "user", "environment", "hook")
_BASE_KEYS = {"agent", "workspace", "persistence_dir"}


class OpenHandsReader(Reader):
    """An exported list of events, JSON Lines of them, `output.jsonl`, or a folder of events."""

    name = "openhands"
    title = "OpenHands events"
    recovers = (
        "messages, actions with observations; state recorded (V1) and derived: messages, files"
    )
    version = 1

    def sniff(self, head: Head) -> float:
        """By what each event says of itself."""
        objects = head.objects
        if not objects:
            return 0.0
        if set(head.keys) >= _BASE_KEYS and "execution_status" in head.keys:
            return 0.95
        runs = sum("instance_id" in one and isinstance(one.get("history"), list) for one in objects)
        if runs * 2 > len(objects):
            return 0.9
        events = sum(_is_v0(one) or _is_v1(one) for one in objects)
        return 0.96 if events * 2 > len(objects) else 0.6 if events * 3 > len(objects) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write a run, or several of a benchmark."""
        folder = folder_of(source.path) if source.path.name != "-" else None
        if folder is not None:
            _read_folder(folder, source.path, writer, report)
            return
        run: Run | None = None
        for record in read_records(source, report):
            value = record.value if isinstance(record, Record) else None
            if isinstance(value, dict) and isinstance(value.get("history"), list):
                _read_instance(value, record.line, writer, report)
                continue
            if run is None:
                run = Run(source.path.name.partition(".")[0] or "events", writer, report)
            if isinstance(value, dict):
                run.write(value, record.line)
            else:
                run.stray(record)
        if run is not None:
            run.end()

    def companions(self, path: Path) -> Iterable[Path]:
        """All events of a folder."""
        folder = folder_of(path)
        return [] if folder is None else folder.events

    def inside(self, folder: Path) -> Path | None:
        """The state that a conversation began with, or its first event."""
        found = folder_at(folder)
        return None if found is None else found.base or found.events[0]


def _read_folder(folder: Folder, path: Path, writer: Writer, report: Report) -> None:
    state = first_state(folder, report)
    name = (folder.events[0].parent.parent.name or path.stem) if folder.events else path.stem
    run = Run(text_of(state, "id") or name, writer, report)
    if state:
        run.begin(state)
    for _, event in values(folder.events, report):
        run.write(event, None)
    run.end()


def _read_instance(record: Object, line: int, writer: Writer, report: Report) -> None:
    """A line of `output.jsonl`: one instance of a benchmark."""
    run = Run(text_of(record, "instance_id") or f"line-{line}", writer, report)
    about: Object = {"instance": record.get("instance"), "metadata": record.get("metadata")}
    run.begin({key: value for key, value in about.items() if value is not None})
    for entry in list_of(record, "history"):
        for event in entry if isinstance(entry, list) else [entry]:
            run.write(event, line)
    ending: Object = {key: value for key, value in record.items() if key not in ("history", *about)}
    run.end(ending)


def _is_v0(event: Object) -> bool:
    acts = text_of(event, "action") is not None or text_of(event, "observation") is not None
    return acts and "id" in event and text_of(event, "source") in _SOURCES


def _is_v1(event: Object) -> bool:
    kind = text_of(event, "kind")
    return kind is not None and kind.endswith(_KINDS) and text_of(event, "source") in _SOURCES
