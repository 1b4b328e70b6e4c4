"""The status a process exits with, left where `ttdebug record` finds it.

Python does not tell its own code that status: what `raise SystemExit(3)` means is decided in C,
after which only hooks run that are told nothing. glibc tells it at the very end; where another C
library does not, a process leaves only that it ended by itself.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

_HIGH: Final = 512  # a program that closes all that it did not open seldom gets so far again
_ENDED: Final = "-ended"
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0)


class Left(NamedTuple):
    """With which status a process exited, None if it could not tell, and when: ns since 1970."""

    code: int | None
    time: int


def leave_status(folder: Path) -> bool:
    """Have a byte written to a file in `folder` as this process exits, and each one it forks.

    False where that cannot be: only glibc has `on_exit`.
    """
    try:
        import ctypes
        import fcntl

        libc = ctypes.CDLL(None)
        on_exit, fputc, fdopen = libc.on_exit, libc.fputc, libc.fdopen
        opened = _open(folder)
        try:
            number = fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, _HIGH)
        finally:
            os.close(opened)
    except (ImportError, AttributeError, TypeError, OSError):
        return False
    fdopen.restype = ctypes.c_void_p
    stream = fdopen(number, b"w")
    if stream is None:
        os.close(number)
        return False
    on_exit(ctypes.cast(fputc, ctypes.c_void_p), ctypes.c_void_p(stream))  # fputc(status, stream)
    os.register_at_fork(after_in_child=partial(_part, folder, number))
    return True


def leave_end(folder: Path) -> bool:
    """Tell of this process only that it ends by itself; False if nobody waits for that."""
    try:
        os.close(os.open(folder / f"{os.getpid()}{_ENDED}", _FLAGS, 0o600))
    except OSError:
        return False
    return True


def status_left(folder: Path, pid: int) -> Left | None:
    """What a process left; None if it runs still, or was killed."""
    for name in (f"{pid}", f"{pid}{_ENDED}"):
        path = folder / name
        with suppress(OSError):
            status = path.read_bytes()
            if status or name.endswith(_ENDED):
                return Left(status[0] if status else None, path.stat().st_mtime_ns)
    return None


def _open(folder: Path) -> int:
    return os.open(folder / str(os.getpid()), _FLAGS, 0o600)


def _part(folder: Path, number: int) -> None:
    """In a forked child: write to a file of its own."""
    try:
        opened = _open(folder)
        os.dup2(opened, number, inheritable=False)
        os.close(opened)
    except OSError:  # nobody waits any more
        os.close(number)
