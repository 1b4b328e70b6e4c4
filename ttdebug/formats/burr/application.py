"""The folder of one application: its log, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ttdebug.foreign import lenient
from ttdebug.foreign.shapes import integer_of, object_of, text_of
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Record, decode_lines
from ttdebug.formats.source import Source
from ttdebug.model import Object

LOG = "log.jsonl"
GRAPH = "graph.json"
METADATA = "metadata.json"
CHILDREN = "children.jsonl"

MAX_DOCUMENT = 16 << 20
MAX_CHILDREN = 1_000


@dataclass(frozen=True, slots=True)
class Pointer:
    """Another application, and the step after which the two met; None is its last."""

    app: str
    sequence: int | None


@dataclass(frozen=True, slots=True)
class Child:
    """An application that forked from this one, or that one of its actions started."""

    app: str
    kind: Literal["fork", "spawn"]
    sequence: int | None
    line: int


@dataclass(frozen=True, slots=True)
class Application:
    """One application. `folder` is None for a log that stands alone."""

    id: str
    log: Path
    folder: Path | None = None
    graph: Object = field(default_factory=dict)
    metadata: Object = field(default_factory=dict)
    children: tuple[Child, ...] = ()

    @property
    def forked_from(self) -> Pointer | None:
        """Whose history this one continues."""
        pointer = object_of(self.metadata, "parent_pointer")
        app = text_of(pointer, "app_id")
        return None if app is None else Pointer(app, integer_of(pointer, "sequence_id"))

    def relative(self, app: str) -> Path | None:
        """The folder of another application of the same project, if it is there.

        The name comes from a file: it may not lead anywhere else.
        """
        if self.folder is None or app in (".", "..") or Path(app).name != app or "\0" in app:
            return None
        folder = self.folder.parent / app
        return folder if is_application(folder) else None


def is_application(folder: Path) -> bool:
    """Whether `folder` is one that the tracker wrote."""
    try:
        beside = any((folder / name).is_file() for name in (GRAPH, METADATA))
        return beside and (folder / LOG).is_file()
    except OSError:
        return False


def of_source(source: Source, report: Report) -> Application:
    """The application whose log was opened."""
    if source.file == source.path and source.path.name == LOG:
        folder = source.path.resolve().parent
        if is_application(folder):
            return of_folder(folder, report, log=source.file)
    return Application(source.path.name.partition(".")[0] or "application", source.file)


def of_folder(folder: Path, report: Report, log: Path | None = None) -> Application:
    """The application that was tracked in `folder`."""
    return Application(
        folder.name,
        log or folder / LOG,
        folder,
        _document(folder / GRAPH, report),
        _document(folder / METADATA, report),
        tuple(_children(folder / CHILDREN, report)),
    )


def _document(path: Path, report: Report) -> Object:
    label = f"{path.parent.name}/{path.name}"
    try:
        if path.stat().st_size > MAX_DOCUMENT:
            report.warn(f"longer than {MAX_DOCUMENT >> 20} MiB; not read", record=label)
            return {}
        value = lenient.decode(path.read_bytes()).value
    except FileNotFoundError:
        return {}
    except OSError as error:
        report.warn(f"cannot be read: {error.strerror}", record=label)
        return {}
    except lenient.NotJSONError as error:
        report.warn(f"not JSON ({error})", record=label)
        return {}
    return value if isinstance(value, dict) else {"value": value}


def _children(path: Path, report: Report) -> Iterator[Child]:
    """Each child once, though the tracker names it again whenever it is started."""
    if not path.is_file():
        return
    label = f"{path.parent.name}/{path.name}"
    seen: set[tuple[str, int | None]] = set()
    quiet = Report()
    for record in decode_lines(Source(path, path).lines(quiet), quiet):
        child = _child(record) if isinstance(record, Record) else None
        if child is None:
            report.warn("no child application", line=record.line, record=label)
        elif (child.app, child.sequence) not in seen:
            if len(seen) == MAX_CHILDREN:
                report.warn(f"more than {MAX_CHILDREN} children; the others left out", record=label)
                return
            seen.add((child.app, child.sequence))
            yield child


def _child(record: Record) -> Child | None:
    value = record.value if isinstance(record.value, dict) else {}
    app = text_of(object_of(value, "child"), "app_id")
    if app is None:
        return None
    kind: Literal["fork", "spawn"] = "fork" if value.get("event_type") == "fork" else "spawn"
    return Child(app, kind, integer_of(value, "sequence_id"), record.line)
