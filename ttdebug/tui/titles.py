"""What the header calls a recording: names that people gave, and the beginnings of long ids."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ttdebug.view import cells
from ttdebug.view.gate import Safe, lit, safe

if TYPE_CHECKING:
    from pathlib import Path

    from ttdebug.model import Run
    from ttdebug.store.trace import Trace

_UUID: Final = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_TITLE: Final = 32


def file_title(path: Path) -> Safe:
    """The name of a file, an id in it cut to its beginning."""
    return safe(_UUID.sub(r"\1…", path.name), 200)


def run_title(trace: Trace, run: Run) -> Safe:
    """The name of a run, else what a session was about, else its id unless the file has it."""
    if run.name:
        return safe(run.name, 200)
    if len(trace.runs) == 1 and (told := _about(trace.source_path, trace.format)):
        return cells.fit(safe(told, 200), _TITLE)
    named = run.id in trace.source_path.name
    return lit("") if named else safe(_UUID.sub(r"\1…", run.id), 200)


@lru_cache(maxsize=8)
def _about(path: Path, reader: str) -> str | None:
    """What the beginning of a file says it is about; read once."""
    from ttdebug.formats.discovery import words

    try:
        return words(path, reader)["title"]
    except OSError:
        return None
