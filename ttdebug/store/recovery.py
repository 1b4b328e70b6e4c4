"""Reading a file whose writer was killed: its journal is replayed on a copy, never in place."""

from __future__ import annotations

import getpass
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

from platformdirs import user_cache_dir

from ttdebug.errors import TraceError

_SIDES: Final = ("", "-wal", "-journal")
_MOST_COPIES: Final = 8
_JOURNAL_MAGIC: Final = bytes.fromhex("d9d505f920a163d7")


def recovered(path: Path) -> Path:
    """A sealed copy of `path` with its journal applied, in the user's cache; made once."""
    folder = _folder()
    target = folder / f"{_key(path)}.ttd"
    if target.exists():
        return target
    _refuse_foreign_journal(path)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        copy = Path(work) / "copy.ttd"
        for side in _SIDES:
            source = path.with_name(path.name + side)
            if source.exists():
                shutil.copyfile(source, copy.with_name(copy.name + side))
        settle(copy)
        copy.replace(target)
    for old in sorted(folder.glob("*.ttd"), key=lambda item: item.stat().st_mtime)[:-_MOST_COPIES]:
        old.unlink(missing_ok=True)
    return target


def throwaway() -> Path:
    """A new private folder beside the copies, for somebody who removes it."""
    return Path(tempfile.mkdtemp(dir=_folder(), prefix=".held-"))


def settle(copy: Path) -> None:
    """Apply the journals beside a copy to it."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    copy.chmod(0o600)


def _folder() -> Path:
    """A private folder, in the user's cache if that can be written."""
    wanted = Path(os.environ.get("TTDEBUG_CACHE") or user_cache_dir("ttdebug"))
    for root in (wanted, Path(tempfile.gettempdir()) / f"ttdebug-{getpass.getuser()}"):
        folder = root / "recovered"
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)  # fails in a folder that somebody else made
            return folder
    raise TraceError(f"no folder to recover into: make {wanted} writable, or set TTDEBUG_CACHE")


def _key(path: Path) -> str:
    """Identifies the file, its journals, and their versions."""
    parts = [str(path)]
    for side in _SIDES:
        source = path.with_name(path.name + side)
        if source.exists():
            found = source.stat()
            parts.append(f"{side}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}")
    return blake2b("\n".join(parts).encode(errors="surrogateescape"), digest_size=12).hexdigest()


def _refuse_foreign_journal(path: Path) -> None:
    """A rollback journal can name another file for SQLite to delete; none of ours does."""
    journal = path.with_name(path.name + "-journal")
    if not journal.exists():
        return
    with journal.open("rb") as file:
        file.seek(max(0, journal.stat().st_size - len(_JOURNAL_MAGIC)))
        if file.read() == _JOURNAL_MAGIC:
            raise TraceError(f"{journal} names other files; it was not made by ttdebug")
