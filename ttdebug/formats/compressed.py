"""Decompression of gzip and zstd files as a stream, with bounds that a bomb runs into."""

from __future__ import annotations

import gzip
import shutil
import zlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import zstandard

from ttdebug.errors import TraceError
from ttdebug.formats.reader import Report
from ttdebug.formats.source import BLANK

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"

PIECE = 1 << 20
MAX_BYTES = 64 << 30
MAX_BLANK = 16 << 20
MAX_WINDOW = 1 << 27
FREE_SPACE_KEPT = 256 << 20
_ZSTD_HEADER = 18
_SQLITE = b"SQLite format 3\0"
_DAMAGE = (OSError, EOFError, zlib.error, zstandard.ZstdError)


def is_compressed(head: bytes) -> bool:
    """Whether a file that begins with `head` is gzip or zstd."""
    return head.startswith((GZIP, ZSTD))


def beginning(path: Path, size: int) -> bytes:
    """The first `size` plain bytes of a file; of a packed one that is damaged what there is."""
    with path.open("rb") as stream:
        packed = is_compressed(stream.read(len(ZSTD)))
        stream.seek(0)
        if not packed:
            return stream.read(size)
        found = b""
        with suppress(*_DAMAGE):
            inflated = _inflated(stream)
            while piece := inflated.read1(size - len(found)):
                found += piece
    return found


def unpack(stream: BinaryIO, target: Path, name: Path, report: Report) -> None:
    """Write what `stream` decompresses to into `target`, as far as it is sound and sensible.

    Stops with a warning at damage, at MAX_BLANK bytes of nothing in text, and before the disk
    is full. Raises TraceError when nothing at all could be read.
    """
    budget = min(MAX_BYTES, shutil.disk_usage(target.parent).free - FREE_SPACE_KEPT)
    written = _Counted(budget)
    with target.open("wb") as out:
        try:
            inflated = _inflated(stream)
            while piece := inflated.read1(PIECE):
                written.take(piece)
                out.write(piece)
                report.advance(stream.tell())
            _expect_all(stream, written.total, report)
        except _Enough as reason:
            report.warn(str(reason))
        except _DAMAGE as error:
            if not written.total:
                raise TraceError(f"{name} is damaged: {error}; nothing could be read") from None
            report.warn(f"decompression stopped after {written.total} bytes: {error}")


def _inflated(stream: BinaryIO) -> gzip.GzipFile | zstandard.ZstdDecompressionReader:
    magic = stream.read(len(ZSTD))
    stream.seek(0)
    if magic == ZSTD:
        engine = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        return engine.stream_reader(stream, read_across_frames=True)
    return gzip.GzipFile(fileobj=stream)


def _expect_all(stream: BinaryIO, total: int, report: Report) -> None:
    """Warn if a zstd frame promised more than came: its decoder does not mind."""
    stream.seek(0)
    head = stream.read(_ZSTD_HEADER)
    if head.startswith(ZSTD) and total < zstandard.frame_content_size(head):
        report.warn(f"decompression stopped after {total} bytes: the file is cut off")


class _Enough(Exception):  # noqa: N818 - a reason to stop reading, not a fault
    """There is no point, or no room, in decompressing further."""


class _Counted:
    """Watches what comes out: how much, and whether there is anything in it."""

    def __init__(self, budget: int) -> None:
        self.total = 0
        self._budget = budget
        self._blank = 0
        self._text = True

    def take(self, piece: bytes) -> None:
        if not self.total:
            self._text = not piece.startswith(_SQLITE)
        self.total += len(piece)
        if self.total > self._budget:
            raise _Enough(f"stopped after {self.total} decompressed bytes: no room for more")
        self._blank = 0 if piece.strip(BLANK) else self._blank + len(piece)
        if self._text and self._blank > MAX_BLANK:
            raise _Enough(
                f"stopped after {self.total} decompressed bytes: the last "
                f"{self._blank >> 20} MiB were blank"
            )
