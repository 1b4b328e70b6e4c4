"""One writer per file: an advisory lock that the kernel drops when its process dies.

The lock is `flock` on the trace file itself. Closing any descriptor of a file drops the locks that
SQLite holds on it in this process, so a descriptor is closed only after SQLite let go.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Container
from pathlib import Path
from typing import Final, TypeAlias

if sys.platform != "win32":
    import fcntl

Key: TypeAlias = tuple[int, int]

_held: Final[dict[Key, int]] = {}  # (device, inode) -> descriptor
_left_open: Final[list[int]] = []  # of files another process writes; closing them is not safe


class Held(Exception):  # noqa: N818 - an answer, not a fault
    """Somebody else writes this file."""


def identity(path: Path) -> Key:
    """What the operating system knows the file by."""
    found = path.stat()
    return (found.st_dev, found.st_ino)


def acquire(path: Path) -> Key:
    """Become the writer of an existing file; raises Held if there is one already."""
    key = identity(path)
    if key in _held:
        raise Held
    descriptor = os.open(path, os.O_RDONLY)
    if not (_lock(descriptor) or _lock_soon(descriptor)):
        _left_open.append(descriptor)
        raise Held
    if identity(path) != key:  # another file took its place while we waited
        os.close(descriptor)
        raise Held
    _held[key] = descriptor
    return key


def release(key: Key) -> None:
    """Give the file up; SQLite must have closed it."""
    descriptor = _held.pop(key, None)
    if descriptor is None:
        return
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def is_ours(path: Path) -> bool:
    """Whether this process is writing the file."""
    return identity(path) in _held


def written_here() -> Container[Key]:
    """The files this process is writing."""
    return _held.keys()


def is_held(path: Path) -> bool:
    """Whether some process, perhaps this one, is writing the file."""
    if is_ours(path):
        return True
    descriptor = os.open(path, os.O_RDONLY)
    held = not _lock(descriptor, shared=True)
    os.close(descriptor)
    return held


def _lock_soon(descriptor: int) -> bool:
    """Try again: a reader that asks `is_held` has the lock for a moment."""
    time.sleep(0.02)
    return _lock(descriptor)


def _lock(descriptor: int, *, shared: bool = False) -> bool:
    if sys.platform == "win32":
        return True
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
