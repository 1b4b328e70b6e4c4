"""Closing in place what a writer that was killed left."""

from __future__ import annotations

from pathlib import Path

from ttdebug.errors import TraceError
from ttdebug.store import creation, lock
from ttdebug.store.writer import Writer


def seal(path: str | Path) -> bool:
    """Recover a file in place whose writer was killed: its index complete, no journal beside it.

    False if there was nothing to do. Raises TraceError if it is no trace file, or is being written.
    """
    path = Path(path)
    if not path.is_file():
        raise TraceError(f"{path} does not exist; give the path of a recording")
    if lock.is_held(path):
        raise TraceError(f"{path} is being written; it is sealed when its recorder closes")
    if creation.is_sealed(path):
        return False
    Writer.create(path).close()
    return True
