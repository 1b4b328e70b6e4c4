"""Rollouts of sub-agents: which files they are, and whose threads spawned them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ttdebug.errors import TraceError
from ttdebug.foreign import lenient
from ttdebug.foreign.shapes import object_of, text_of
from ttdebug.formats.codex.lines import META, read_line
from ttdebug.formats.compressed import is_compressed, unpack
from ttdebug.formats.reader import Report
from ttdebug.formats.source import Source, split_lines
from ttdebug.model import Object

MAX_FILES = 2000
_PATTERN = "rollout-*.jsonl*"


class ThreadFile(NamedTuple):
    """The rollout of a thread that another one spawned."""

    path: Path
    id: str
    parent: str
    name: str

    @contextmanager
    def source(self) -> Iterator[Source]:
        """Its lines, decompressed if need be."""
        with self.path.open("rb") as stream:
            compressed = is_compressed(stream.read(8))
            stream.seek(0)
            if not compressed:
                yield Source(self.path, self.path)
                return
            with tempfile.TemporaryDirectory(prefix="ttdebug-") as scratch:
                plain = Path(scratch) / "rollout"
                unpack(stream, plain, self.path, Report())
                yield Source(self.path, plain)


def spawned_by(path: Path) -> list[ThreadFile]:
    """The threads that began in the rollout at `path`, and those that began in them."""
    own = rollout_meta(path)
    if own is None:
        return []
    found = [one for one in map(_thread, _candidates(path)) if one is not None]
    wanted = {text_of(own, "id") or ""}
    taken: list[ThreadFile] = []
    while new := [one for one in found if one.parent in wanted and one not in taken]:
        taken += new
        wanted |= {one.id for one in new}
    return taken


def _candidates(path: Path) -> list[Path]:
    """Rollouts written after this one on the same day or the next."""
    if not path.name.startswith("rollout-"):
        return []
    folders = [path.parent]
    try:
        year, month, day = (int(part) for part in path.parent.parts[-3:])
        after = date(year, month, day) + timedelta(days=1)
        folders.append(path.parents[3] / after.strftime("%Y/%m/%d"))
    except (ValueError, IndexError, OverflowError):
        pass
    found: list[Path] = []
    for folder in folders:
        try:
            later = (one for one in folder.glob(_PATTERN) if folder != path.parent or one > path)
            found += sorted(islice((one for one in later if one.is_file()), MAX_FILES))
        except OSError:
            continue
    return found[:MAX_FILES]


def _thread(path: Path) -> ThreadFile | None:
    meta = rollout_meta(path)
    if meta is None:
        return None
    source = object_of(object_of(meta, "source"), "subagent")
    spawn = object_of(source, "thread_spawn")
    parent = text_of(spawn, "parent_thread_id") or text_of(meta, "parent_thread_id")
    identity = text_of(meta, "id")
    if parent is None or identity is None or parent == identity:
        return None
    name = text_of(spawn, "agent_nickname") or text_of(meta, "agent_nickname")
    return ThreadFile(path, identity, parent, name or f"agent-{identity}")


def rollout_meta(path: Path) -> Object | None:
    """The metadata with which a rollout begins; None if there is none."""
    try:
        with path.open("rb") as stream:
            if is_compressed(stream.read(8)):
                return _packed_meta(path)
            stream.seek(0)
            first = next(split_lines(stream, Report()), None)
        value = lenient.decode(first.data).value if first else None
    except (OSError, lenient.NotJSONError):
        return None
    line = read_line(1, value) if isinstance(value, dict) else None
    return line.payload if line is not None and line.kind == META else None


def _packed_meta(path: Path) -> Object | None:
    file = ThreadFile(path, "", "", "")
    try:
        with file.source() as source:
            return rollout_meta(source.file)
    except TraceError:
        return None
