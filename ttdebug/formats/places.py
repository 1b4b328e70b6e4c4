"""From what the user typed to a file that can be read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ttdebug.errors import TraceError

EXTENSIONS = (".ttd", ".jsonl", ".json", ".ndjson", ".sqlite", ".db", ".gz", ".zst")
_SHOWN = 5


def existing_file(path: str | os.PathLike[str]) -> Path:
    """`path` as a readable regular file, or the only recording in the directory it names."""
    place = Path(path).expanduser()
    try:
        mode = place.stat().st_mode
    except FileNotFoundError:
        raise TraceError(f"{place} does not exist{_neighbours(place)}") from None
    except (OSError, ValueError) as error:
        raise TraceError(f"{place} cannot be read: {_reason(error)}") from None
    if stat.S_ISDIR(mode):
        return _only_recording(place)
    if not stat.S_ISREG(mode):
        raise TraceError(f"{place} is not a regular file; pipe it in and open - instead")
    if not os.access(place, os.R_OK):
        raise TraceError(f"{place} cannot be read: permission denied")
    return place


def _only_recording(directory: Path) -> Path:
    try:
        found = sorted(
            entry for entry in directory.iterdir() if entry.suffix in EXTENSIONS and entry.is_file()
        )
    except OSError as error:
        raise TraceError(f"{directory} cannot be listed: {_reason(error)}") from None
    if len(found) == 1:
        return existing_file(found[0])
    if not found:
        raise TraceError(f"{directory} is a directory without recordings; name a file")
    names = ", ".join(entry.name for entry in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    raise TraceError(f"{directory} is a directory; name one of its files: {names}{more}")


def _neighbours(place: Path) -> str:
    """Files in the same directory that begin alike, as a hint."""
    try:
        alike = sorted(
            entry.name
            for entry in place.parent.iterdir()
            if entry.suffix in EXTENSIONS and entry.name[:3] == place.name[:3]
        )
    except OSError:
        return f"; {place.parent} is not there either" if not place.parent.exists() else ""
    return f"; near it: {', '.join(alike[:_SHOWN])}" if alike else ""


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
