"""One writer per file: an advisory lock that the kernel drops when its process dies.

The lock is `flock` on the trace file itself. Closing any descriptor of a file drops the locks that
SQLite holds on it in this process, so a descriptor is closed only after SQLite let go.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

_held: Final[dict[tuple[int, int], int]] = {}  # (device, inode) -> descriptor
_left_open: Final[list[int]] = []  # of files another process writes; closing them is not safe


class Held(Exception):  # noqa: N818 - an answer, not a fault
    """Somebody else writes this file."""


def identity(path: Path) -> tuple[int, int]:
    """What the operating system knows the file by."""
    found = path.stat()
    return (found.st_dev, found.st_ino)


def acquire(path: Path) -> tuple[int, int]:
    """Become the writer of an existing file; raises Held if there is one already."""
    key = identity(path)
    if key in _held:
        raise Held
    descriptor = os.open(path, os.O_RDONLY)
    if not _lock(descriptor):
        _left_open.append(descriptor)
        raise Held
    _held[key] = descriptor
    return key


def release(key: tuple[int, int]) -> None:
    """Give the file up; SQLite must have closed it."""
    descriptor = _held.pop(key, None)
    if descriptor is None:
        return
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether some process, perhaps this one, is writing the file."""
    if identity(path) in _held:
        return True
    descriptor = os.open(path, os.O_RDONLY)
    held = not _lock(descriptor)
    os.close(descriptor)
    return held


def _lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
