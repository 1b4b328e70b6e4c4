"""Opening any recording: our own files directly, foreign ones through a cached conversion."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path

from ttdebug.errors import TraceError, UsageError
from ttdebug.formats import registry
from ttdebug.formats.cache import Cache, content_key
from ttdebug.formats.compressed import is_compressed, unpack
from ttdebug.formats.heads import read_head
from ttdebug.formats.mapping import parse_mapping
from ttdebug.formats.places import existing_file
from ttdebug.formats.reader import Progress, Reader, Report
from ttdebug.formats.source import Source
from ttdebug.store.schema import APPLICATION_ID, SUFFIX
from ttdebug.store.trace import Trace

OWN = "ttd"
STDIN = "-"
FINISHED = f"finished{SUFFIX}"
_HEADER = 72
_SQLITE = b"SQLite format 3\0"


def open_trace(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    mapping: str | Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Trace:
    """Open whatever recording `path` is; `-` is standard input.

    A foreign file is converted once into the user's cache. `mapping` (`time=ts,state=world`)
    says which field plays which role in a home-made log. Raises TraceError when nothing in the
    file can be read; what is damaged only in part opens, with `Trace.warnings`.
    """
    return Opening(path, format, mapping, progress).trace()


def import_file(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    mapping: str | Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> tuple[str, ...]:
    """Convert `source` into the recording `target`, replacing it; returns the warnings."""
    opening = Opening(source, format, mapping, progress)
    return opening.save(Path(target))


class _Converted(Trace):
    """A recording in a cache, which goes with it if the cache is temporary."""

    def keep_until_closed(self, cache: Cache) -> None:
        """Remove a temporary cache when this is closed, or forgotten."""
        self._leave = weakref.finalize(self, cache.remove)

    def close(self) -> None:
        """Let go of the file, and of a temporary directory around it."""
        super().close()
        self._leave()


class Opening:
    """One request to open something, from what the user typed to a recording of ours."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        format: str | None,  # noqa: A002 - the option's name
        mapping: str | Mapping[str, str] | None,
        progress: Progress | None,
    ) -> None:
        self.mapping = parse_mapping(mapping)
        self.format = format or ("generic" if self.mapping else None)
        if self.format not in (None, OWN):
            registry.by_name(self.format)
        self.stdin = os.fspath(path) == STDIN
        self.path = Path(STDIN) if self.stdin else existing_file(path)
        self.progress = progress

    def trace(self) -> Trace:
        """The recording, converted if need be."""
        if not self.stdin and self.is_ours(self.path):
            return Trace.open(self.path)
        cache = Cache.throwaway() if self.stdin else Cache.open()
        try:
            entry, name = self.entry(cache)
            trace = self._opened(entry, name)
        except OSError as error:
            cache.remove()
            raise TraceError(f"{self.path} cannot be read: {error.strerror or error}") from error
        except BaseException:
            cache.remove()
            raise
        trace.keep_until_closed(cache)
        return trace

    def _opened(self, entry: Path, name: str) -> _Converted:
        """The recording in the cache; its faults are told of the file that was named."""
        try:
            return _Converted.open(entry, source_path=self.path, format=name)
        except TraceError as error:
            raise TraceError(str(error).replace(str(entry), str(self.path))) from error

    def save(self, target: Path) -> tuple[str, ...]:
        """Convert into `target`; returns the warnings."""
        if not self.stdin and self.is_ours(self.path):
            raise UsageError(f"{self.path} is a ttdebug recording already")
        try:
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".ttdebug-") as name:
                finished, _, report = self.made(Path(name))
                finished.chmod(0o600)
                finished.replace(target)
        except OSError as error:
            raise TraceError(f"{target} cannot be written: {error.strerror}") from error
        return report.warnings

    def entry(self, cache: Cache) -> tuple[Path, str]:
        """The conversion in the cache, made now unless it is there."""
        reader = self.reader_at_once()
        key = "" if self.stdin else self.key(reader)
        found = cache.find(key) if key else None
        if found is not None:
            return found
        with cache.scratch() as scratch:
            finished, name, _ = self.made(scratch, reader)
            return cache.adopt(finished, key or "stdin", name, self.path), name

    def made(self, scratch: Path, reader: Reader | None = None) -> tuple[Path, str, Report]:
        """A recording of ours inside `scratch`, the format it came from, what was said."""
        from ttdebug.formats.conversion import convert  # the writer, which our own files spare

        size = 0 if self.stdin else self.path.stat().st_size
        report = Report(self.progress, size)
        file = self.plain(scratch, report)
        if self.is_ours(file):
            return file, OWN, report
        reader = reader or self.reader(file)
        finished = scratch / FINISHED
        convert(reader, Source(self.path, file, self.mapping), finished, report)
        return finished, reader.name, report

    def plain(self, scratch: Path, report: Report) -> Path:
        """The file itself, or a copy of what it decompresses to or of what was piped in."""
        file = self.path
        if self.stdin:
            file = scratch / "piped"
            with file.open("wb") as copy:
                shutil.copyfileobj(sys.stdin.buffer, copy)
        with file.open("rb") as stream:
            compressed = is_compressed(stream.read(_HEADER))
            stream.seek(0)
            if not compressed:
                return file
            unpacked = scratch / "unpacked"
            unpack(stream, unpacked, self.path, report)
        return unpacked

    def reader(self, file: Path) -> Reader:
        """Who reads the plain bytes in `file`; raises TraceError where nobody is sure."""
        if self.format == OWN:
            raise TraceError(f"{self.path} is not a ttdebug recording; leave out --format ttd")
        if self.format is not None:
            return registry.by_name(self.format)
        return registry.detect(read_head(self.path, file))

    def reader_at_once(self) -> Reader | None:
        """Who reads the file; None where that shows only once it was unpacked, or piped in."""
        if self.stdin:
            return None
        with self.path.open("rb") as stream:
            compressed = is_compressed(stream.read(_HEADER))
        return None if compressed else self.reader(self.path)

    def key(self, reader: Reader | None) -> str:
        """The name of the conversion by `reader`, as `reader_at_once` tells it."""
        if reader is None:
            known = " ".join(f"{reader.name}/{reader.version}" for reader in registry.readers())
            return content_key(self.path, (), f"{self.format} of {known}", self.mapping)
        companions = reader.companions(self.path)
        return content_key(self.path, companions, f"{reader.name}/{reader.version}", self.mapping)

    def is_ours(self, file: Path) -> bool:
        """Whether `file` is a recording of ours, whole or damaged.

        A name that ends in .ttd is never opened outside SQLite unless SQLite refuses it: closing
        the file would drop the locks of a recorder in this very process.
        """
        if self.format not in (None, OWN):
            return False
        if file.suffix == SUFFIX and file == self.path:
            return True
        with file.open("rb") as stream:
            return begins_ours(stream.read(_HEADER))


def begins_ours(data: bytes) -> bool:
    """Whether a file that begins like this is a recording of ours."""
    return data.startswith(_SQLITE) and data[68:72] == APPLICATION_ID.to_bytes(4, "big")
