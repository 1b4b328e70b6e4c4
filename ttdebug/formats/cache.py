"""Where conversions of foreign files are kept: private, bounded, and never required."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_cache_dir

from ttdebug.store.schema import SUFFIX

MAX_BYTES = 4 << 30
SAMPLE = 64 << 10
_SCRATCH = ".work-"
_NOTE = ".source"
_FORGOTTEN = 24 * 3600


class Entry(NamedTuple):
    """A conversion that is kept: of which file, if that was noted, and when it was last used.

    `size` is bytes, `used` seconds since the epoch.
    """

    path: Path
    format: str
    size: int
    used: float

    @property
    def source(self) -> str | None:
        """The file it was made from."""
        try:
            return self.path.with_suffix(_NOTE).read_text("utf-8", "replace")
        except OSError:
            return None

    def remove(self) -> None:
        """Remove it, and what was noted of it."""
        for file in (self.path, self.path.with_suffix(_NOTE)):
            file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Cache:
    """A directory of conversions. `temporary` means: remove it when the trace is closed."""

    directory: Path
    temporary: bool = False

    @classmethod
    def open(cls) -> Cache:
        """The user's cache (TTDEBUG_CACHE overrides it), else a temporary directory."""
        wanted = os.environ.get("TTDEBUG_CACHE") or user_cache_dir("ttdebug")
        directory = Path(wanted) / "conversions"
        try:
            directory.mkdir(parents=True, exist_ok=True)
            directory.chmod(0o700)
            with tempfile.TemporaryFile(dir=directory):
                pass
        except OSError:
            return cls.throwaway()
        return cls(directory)

    @classmethod
    def throwaway(cls) -> Cache:
        """A directory for one conversion that nobody will ask for again."""
        return cls(Path(tempfile.mkdtemp(prefix="ttdebug-")), temporary=True)

    def find(self, key: str) -> tuple[Path, str] | None:
        """A finished conversion and the format it came from; marked as used just now."""
        for entry in self.directory.glob(f"{key}-*{SUFFIX}"):
            with suppress(OSError):
                os.utime(entry)
                return entry, entry.stem.partition("-")[2]
        return None

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A directory of our own for half-made files, removed afterwards."""
        with tempfile.TemporaryDirectory(dir=self.directory, prefix=_SCRATCH) as name:
            yield Path(name)

    def adopt(self, finished: Path, key: str, format_name: str, source: Path) -> Path:
        """Move a finished conversion of `source` to its place and make room for it."""
        entry = self.directory / f"{key}-{format_name}{SUFFIX}"
        finished.replace(entry)
        if not self.temporary:
            with suppress(OSError):
                entry.with_suffix(_NOTE).write_text(str(source.absolute()), "utf-8", "replace")
            self._evict(keep=entry)
        return entry

    def entries(self) -> list[Entry]:
        """The conversions that are kept, the one used latest first."""
        found: list[Entry] = []
        for path in self.directory.glob(f"*{SUFFIX}"):
            with suppress(OSError):
                status = path.stat()
                name = path.stem.partition("-")[2]
                found.append(Entry(path, name, status.st_size, status.st_mtime))
        return sorted(found, key=lambda entry: -entry.used)

    def clear(self, unused: float = 0.0) -> list[Entry]:
        """Remove conversions that nobody used for so many seconds; returns them."""
        before = time.time() - unused
        gone = [entry for entry in self.entries() if entry.used <= before]
        for entry in gone:
            entry.remove()
        self._sweep()
        return gone

    def remove(self) -> None:
        """Remove a temporary cache; a lasting one stays."""
        if self.temporary:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _evict(self, keep: Path) -> None:
        """Drop the conversions that were used longest ago, until MAX_BYTES hold the rest."""
        entries = self.entries()
        self._sweep()
        total = sum(entry.size for entry in entries)
        for entry in reversed(entries):
            if total <= MAX_BYTES:
                break
            if entry.path != keep:
                entry.remove()
                total -= entry.size

    def _sweep(self) -> None:
        """Remove what conversions that were killed left behind."""
        for scratch in self.directory.glob(f"{_SCRATCH}*"):
            with suppress(OSError):
                if time.time() - scratch.stat().st_mtime > _FORGOTTEN:
                    shutil.rmtree(scratch, ignore_errors=True)


def content_key(
    path: Path, companions: Iterable[Path], reader: str, mapping: Mapping[str, str]
) -> str:
    """A name for the conversion of these very bytes by this reader with this mapping.

    Size, modification time, and both ends of each file stand for its content.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in (reader, *(f"{role}={field}" for role, field in sorted(mapping.items()))):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    for file in (path, *sorted(companions)):
        status = file.stat()
        digest.update(f"{file.name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
        with file.open("rb") as stream:
            digest.update(stream.read(SAMPLE))
            stream.seek(max(0, status.st_size - SAMPLE))
            digest.update(stream.read(SAMPLE))
    return digest.hexdigest()
