"""Finds recordings in a folder, and what their heads tell; nothing is converted for that."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ttdebug.errors import TtdebugError

_SUFFIXES: Final = frozenset(
    ".ttd .jsonl .json .db .sqlite .sqlite3 .eval .ndjson .gz .zst .log".split()  # noqa: SIM905
)
_SKIPPED: Final = frozenset(("node_modules", "__pycache__", "site-packages", "venv"))
_DEEPEST: Final = 3
_MOST: Final = 2_000
_OWN: Final = ".ttd"
CELLS: Final = 20
"""Stretches of a run in the list's picture of its activity."""


@dataclass(frozen=True, slots=True)
class About:
    """What a head tells; None is not known without reading all of the file."""

    format: str
    agents: int | None = None
    events: int | None = None
    took: float | None = None
    activity: Sequence[int] = ()
    errors: Sequence[int] = ()


@dataclass(slots=True)
class Recording:
    """A file that may be a recording; `about` comes later, or `refused` says it is none."""

    path: Path
    name: str
    group: str
    size: int
    changed: float
    about: About | None = field(default=None)
    refused: bool = False


def find(folder: Path, group: str) -> Iterator[Recording]:
    """Files that could be recordings, newest folders as they come; at most a few thousand."""
    count = 0
    for place, folders, files in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(
            one for one in folders if depth < _DEEPEST and one not in _SKIPPED and one[0] != "."
        )
        for name in sorted(files):
            path = Path(place) / name
            if path.suffix.lower() not in _SUFFIXES or name[0] == ".":
                continue
            try:
                status = path.stat()
            except OSError:
                continue
            shown = str(path.relative_to(folder))
            yield Recording(path, shown, group, status.st_size, status.st_mtime)
            count += 1
            if count >= _MOST:
                return


def samples() -> Path | None:
    """The folder of recordings that come with ttdebug."""
    package = Path(__file__).resolve().parent.parent
    places = (package / "sample_traces", package.parent / "sample_traces")
    return next((place for place in places if place.is_dir()), None)


def read_about(recording: Recording) -> About | None:
    """What the head of a file tells; None if it is no recording."""
    try:
        if recording.path.suffix == _OWN:
            return _own(recording.path)
        return _foreign(recording.path)
    except (TtdebugError, OSError, ValueError):
        return None


def _own(path: Path) -> About:
    from ttdebug.store.trace import Trace

    with Trace.open(path) as trace:
        agents = {agent for run in trace.runs for agent in run.agents}
        lines = [line for line in trace.timelines.values() if line.parent is None]
        cells = trace.density(lines[-1].id, CELLS) if lines else []
        run = trace.runs[-1] if trace.runs else None
        took = None
        if run is not None and run.start is not None and run.end is not None:
            took = (run.end - run.start) / 1e9
        return About(
            "ttdebug", len(agents), trace.last_seq, took,
            [sum(cell.counts.values()) for cell in cells],
            [cell.errors for cell in cells],
        )  # fmt: skip


def _foreign(path: Path) -> About:
    from ttdebug.formats import registry
    from ttdebug.formats.heads import read_head

    return About(registry.detect(read_head(path, path)).title)
