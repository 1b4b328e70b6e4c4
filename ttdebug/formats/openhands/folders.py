"""Recordings that are folders: a file per event, and perhaps the state they began with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ttdebug.formats.documents import decode_document
from ttdebug.formats.reader import Report
from ttdebug.formats.records import MAX_DOCUMENT
from ttdebug.model import JSON, Object

BASE = "base_state.json"
MAX_FILES = 100_000

_EVENT = re.compile(r"(?:event-)?(\d{1,9})(?:-[\w-]+)?\.json")


class Folder(NamedTuple):
    """The events of a conversation, in order, and its first state if there is one."""

    base: Path | None
    events: list[Path]


def folder_of(path: Path) -> Folder | None:
    """The folder that a file is part of: its base state, or any of its events."""
    if path.name == BASE:
        return folder_at(path.parent)
    if _EVENT.fullmatch(path.name) and path.parent.name == "events":
        return folder_at(path.parent.parent)
    return None


def folder_at(folder: Path) -> Folder | None:
    """The recording in a folder, if it is one."""
    try:
        files = list(islice((folder / "events").iterdir(), MAX_FILES))
    except OSError:
        return None
    numbered = [(int(match[1]), file) for file in files if (match := _EVENT.fullmatch(file.name))]
    base = folder / BASE
    events = [file for _, file in sorted(numbered) if file.is_file()]
    return Folder(base if base.is_file() else None, events) if events else None


def values(files: list[Path], report: Report) -> Iterator[tuple[Path, JSON]]:
    """What each file holds; damage is told by its name."""
    for number, file in enumerate(files):
        try:
            if file.stat().st_size > MAX_DOCUMENT:
                report.warn("is too long for an event; it was not read", record=file.name)
                continue
            value = decode_document(file.read_bytes(), report, file.name)
        except OSError as error:
            report.warn(f"could not be read: {error.strerror}", record=file.name)
            continue
        report.advance(number)
        if value is not None:
            yield file, value


def first_state(folder: Folder, report: Report) -> Object:
    """The state a conversation began with, empty if there is none."""
    found = next(values([folder.base], report), None) if folder.base is not None else None
    return found[1] if found is not None and isinstance(found[1], dict) else {}
