"""A recording written anew: without a part of it in its own place, or all of it elsewhere."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import Final, NamedTuple

from ttdebug.errors import TraceError
from ttdebug.formats.conversion import record_facts
from ttdebug.formats.export import Part, jsonl
from ttdebug.formats.reader import Report
from ttdebug.formats.ttdebug_jsonl.writing import Writing
from ttdebug.model import JSON, Position
from ttdebug.store import creation, lock
from ttdebug.store.schema import SUFFIX
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

_OURS: Final = ".ttdebug-"
FACT: Final = "gc"
"""The key of what is said, in each run, of what was dropped beside or in it."""


class Moved(NamedTuple):
    """Where timelines and events went whose numbers changed, by their old ones."""

    lines: Mapping[int, int]
    seqs: Mapping[int, int]

    def position(self, old: Position) -> Position | None:
        """Where an old position is now; None if it went."""
        if old.timeline not in self.lines or (old.seq and old.seq not in self.seqs):
            return None
        return Position(self.lines[old.timeline], self.seqs.get(old.seq, 0))


class Said(NamedTuple):
    """What to record about a kept run: a fact for programs, a sentence for its fidelity."""

    fact: JSON
    sentence: str


def rewrite(
    path: Path, choose: Callable[[Trace], Part | None], said: Mapping[str, Said]
) -> Moved | None:
    """Put what `choose` takes of a recording in its place, at once; `said` is by id of a run.

    If it takes nothing the file goes, and the answer is None; if it raises all stays. The new file
    has a chain and an index of its own, and is verified before. Raises TraceError if the recording
    is being written, was not closed, or the folder cannot be written.
    """
    with _closed(path) as real, _folder_beside(real, _OURS + real.name + "-") as folder:
        draft = Path(folder) / f"kept{SUFFIX}"
        with Trace.open(real) as trace:
            part = choose(trace)
            moved = None if part is None else _write(part, draft, said)
        if moved is None:
            real.unlink()
            return None
        with Trace.open(draft) as new:
            found = new.verify()
        if not found.sound:
            raise TraceError(f"{path} is as it was: {found.problems[0]}")
        _settle(draft, real)
        draft.replace(real)
    return moved


def copy(part: Part, target: Path) -> None:
    """Write a part of a recording as a file of its own, which appears as a whole."""
    try:
        with _folder_beside(target, _OURS) as folder:
            draft = Path(folder) / f"copy{SUFFIX}"
            _write(part, draft, {})
            draft.replace(target)
    except OSError as error:
        raise TraceError(f"{target} cannot be written: {error.strerror or error}") from error


def _write(part: Part, draft: Path, said: Mapping[str, Said]) -> Moved:
    try:
        return _written(part, draft, said)
    except (ValueError, TypeError, KeyError) as error:
        raise TraceError(f"{part.trace.source_path} cannot be written anew: {error}") from error


def _written(part: Part, draft: Path, said: Mapping[str, Said]) -> Moved:
    report = Report()
    with Writer.create(draft, durability="batch") as writer:
        writing = Writing(writer, report)
        for record in jsonl.records(part):
            writing.record(record)
        writing.finish()
        for run in part.runs:
            told = said.get(run.id)
            if told is not None:
                main = writing.lines[run.timelines[0].id]
                writer.fact(main, FACT, told.fact)
                known = report.fidelity.get(main)
                report.describe(main, f"{known}; {told.sentence}" if known else told.sentence)
        record_facts(writer, report)
    return Moved(writing.lines, writing.seqs)


@contextmanager
def _closed(path: Path) -> Iterator[Path]:
    """A whole file, kept from recorders meanwhile: they would take another name."""
    real = path.resolve()
    try:
        key = lock.acquire(real)
    except lock.Held:
        raise TraceError(f"{path} is being written; it stays as it is") from None
    try:
        if not creation.is_sealed(real):
            raise TraceError(f"{path} was not closed. `ttdebug seal {path}` does that; then again")
        for left in real.parent.glob(f"{_OURS}{escape(real.name)}-*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield real
    except OSError as error:
        raise TraceError(f"{path} cannot be replaced: {error.strerror or error}") from error
    finally:
        lock.release(key)


def _folder_beside(path: Path, prefix: str) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(dir=path.parent, prefix=prefix)


def _settle(draft: Path, path: Path) -> None:
    """Bring a draft to the disk, with the rights of the file whose place it takes."""
    draft.chmod(path.stat().st_mode & 0o777)
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
