"""The documents of a recording: in one file, nested in each other, or beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.formats.documents import is_document, read_document
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Damage, Record, decode_lines
from ttdebug.formats.source import Source
from ttdebug.model import JSON, Object

VERSION = "ATIF-v"
MAX_DOCUMENTS = 200


def is_trajectory(value: JSON) -> bool:
    """Whether this is a trajectory: it says its version, or has steps of an agent."""
    if not isinstance(value, dict):
        return False
    version = text_of(value, "schema_version")
    return version is not None and version.startswith(VERSION)


def trajectories(source: Source, report: Report) -> Iterator[Object | Record | Damage]:
    """The trajectories of a file: it is one, bundles some by name, or holds one per line."""
    if is_document(source):
        document = read_document(source, report)
        yield from [] if document is None else _bundled(document)
        return
    for record in decode_lines(source.lines(report), report):
        if isinstance(record, Record) and isinstance(record.value, dict):
            yield from _bundled(record.value)
        else:
            yield record


def _bundled(document: Object) -> Iterator[Object]:
    found = [value for value in document.values() if is_trajectory(value)]
    if is_trajectory(document) or not found:
        yield document
    else:
        yield from (value for value in found if isinstance(value, dict))


class Library:
    """Where the trajectories that a document refers to are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._embedded: dict[str, Object] = {}
        self._files = 0

    def add(self, document: Object) -> None:
        """Know the trajectories that a document embeds."""
        for one in objects_in(document.get("subagent_trajectories")):
            for key in ("trajectory_id", "session_id"):
                identity = text_of(one, key)
                if identity is not None:
                    self._embedded.setdefault(identity, one)

    def embedded(self, reference: Object) -> Object | None:
        """The embedded trajectory that is meant."""
        identity = text_of(reference, "trajectory_id")
        if identity is None and not text_of(reference, "trajectory_path"):
            identity = text_of(reference, "session_id")
        return None if identity is None else self._embedded.get(identity)

    def beside(self, name: str | None, report: Report) -> Object | None:
        """The trajectory in the file of this relative name."""
        path = beside(self._folder, name)
        if path is None or self._files >= MAX_DOCUMENTS:
            return None
        self._files += 1
        try:
            document = read_document(Source(path, path), report)
        except OSError as error:
            report.warn(f"could not be read: {error.strerror}", record=name)
            return None
        return document if document is not None and is_trajectory(document) else None


def beside(folder: Path, name: str | None) -> Path | None:
    """A file below `folder`, never one elsewhere."""
    if name is None or len(name) > 1000:
        return None
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts:
        return None
    try:
        path = folder / parts
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def references(document: Object) -> list[str]:
    """Relative names of files that a document refers to."""
    found = [text_of(document, "continued_trajectory_ref")]
    for step in objects_in(document.get("steps")):
        for result in objects_in(object_of(step, "observation").get("results")):
            asked = objects_in(result.get("subagent_trajectory_ref"))
            found += [text_of(reference, "trajectory_path") for reference in asked]
    return [name for name in found if name is not None]
