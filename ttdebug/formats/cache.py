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

from platformdirs import user_cache_dir

from ttdebug.store.schema import SUFFIX

MAX_BYTES = 4 << 30
SAMPLE = 64 << 10
_SCRATCH = ".work-"
_FORGOTTEN = 24 * 3600


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

    def adopt(self, finished: Path, key: str, format_name: str) -> Path:
        """Move a finished conversion to its place and make room for it."""
        entry = self.directory / f"{key}-{format_name}{SUFFIX}"
        finished.replace(entry)
        if not self.temporary:
            self._evict(keep=entry)
        return entry

    def remove(self) -> None:
        """Remove a temporary cache; a lasting one stays."""
        if self.temporary:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _evict(self, keep: Path) -> None:
        """Drop the conversions that were used longest ago, until MAX_BYTES hold the rest."""
        entries: list[tuple[float, int, Path]] = []
        for path in self.directory.glob(f"*{SUFFIX}"):
            with suppress(OSError):
                status = path.stat()
                entries.append((status.st_mtime, status.st_size, path))
        self._sweep()
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= MAX_BYTES:
                break
            if path != keep:
                path.unlink(missing_ok=True)
                total -= size

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
