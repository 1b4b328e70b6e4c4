"""From what the user typed to a file that can be read."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from itertools import islice
from pathlib import Path

from ttdebug.errors import TraceError
from ttdebug.formats import registry
from ttdebug.formats.heads import read_head

SUFFIXES = frozenset(
    ".ttd .jsonl .json .db .sqlite .sqlite3 .eval .ndjson .gz .zst .log .traj .pb".split()  # noqa: SIM905
)
"""How the names of files end among which recordings are looked for."""

_TRUSTED = (".ttd", ".gz", ".zst")
_SHOWN = 5
_SNIFFED = 100
_LISTED = 2_000
_DEPTH = 2


def existing_file(path: str | os.PathLike[str]) -> Path:
    """`path` as a readable regular file, or what to open for the directory it names."""
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
    """What to open for a directory: all of it is one recording, or it holds only one."""
    whole = registry.inside(directory)
    if whole is not None:
        return existing_file(whole)
    try:
        found = _recordings(directory)
    except OSError as error:
        raise TraceError(f"{directory} cannot be listed: {_reason(error)}") from None
    found = [name for name in found[:_SNIFFED] if _recognised(directory / name)] or found
    if len(found) == 1 and "/" not in found[0].rstrip("/"):
        return existing_file(directory / found[0])
    if not found:
        raise TraceError(f"{directory} is a directory without recordings; name a file")
    names = ", ".join(found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    raise TraceError(f"{directory} is a directory; name one of its recordings: {names}{more}")


def _recognised(path: Path) -> bool:
    """Whether a reader knows the file; what is packed or a folder is taken for granted."""
    if path.suffix in _TRUSTED or path.is_dir():
        return True
    try:
        return registry.confidences(read_head(path, path))[0][0] >= registry.SURE
    except (OSError, ValueError):
        return False


def _recordings(directory: Path, depth: int = _DEPTH) -> list[str]:
    """What seems to be a recording, by its relative name; that of a folder ends in `/`.

    Folders are looked into only where there is nothing above them.
    """
    entries = sorted(islice(directory.iterdir(), _LISTED))
    files = [entry.name for entry in entries if may_be_recording(entry) and entry.is_file()]
    folders = [entry for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
    wholes = [f"{folder.name}/" for folder in folders if registry.inside(folder) is not None]
    if files or wholes or not depth:
        return files + wholes
    found: list[str] = []
    for folder in folders:
        with suppress(OSError):
            found += [f"{folder.name}/{name}" for name in _recordings(folder, depth - 1)]
    return found


def may_be_recording(path: Path) -> bool:
    """Whether a file is worth looking into, by its name."""
    return path.suffix.lower() in SUFFIXES


def _neighbours(place: Path) -> str:
    """Files in the same directory that begin alike, as a hint."""
    try:
        alike = sorted(
            entry.name
            for entry in place.parent.iterdir()
            if may_be_recording(entry) and entry.name[:3] == place.name[:3]
        )
    except OSError:
        return f"; {place.parent} is not there either" if not place.parent.exists() else ""
    return f"; near it: {', '.join(alike[:_SHOWN])}" if alike else ""


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
