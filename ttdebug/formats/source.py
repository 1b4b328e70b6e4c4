"""Bounded, streaming access to the bytes of a foreign recording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

from ttdebug.formats.reader import Report

CHUNK = 1 << 20
MAX_LINE = 64 << 20
BLANK = b" \t\r\n\0"
BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One non-blank line: its number from 1, its bytes without surrounding blanks.

    The last line of a file that is still being written may not have `ended`.
    """

    number: int
    data: bytes
    ended: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """A recording to read: `path` is how the user named it, `file` the plain bytes of it.

    The two differ for compressed files and stdin, where `file` is a temporary copy that
    lives as long as the conversion. `mapping` is what `--map` said, role to field.
    """

    path: Path
    file: Path
    mapping: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def size(self) -> int:
        """Bytes in `file`."""
        return self.file.stat().st_size

    def open(self) -> BinaryIO:
        """`file` for reading from its start; the caller closes it."""
        return self.file.open("rb")

    def beginning(self, size: int) -> bytes:
        """The first `size` bytes."""
        with self.open() as stream:
            return stream.read(size)

    def lines(self, report: Report) -> Iterator[Line]:
        """Every line that is not blank; one chunk and one line are held at a time.

        Lines beyond MAX_LINE are skipped with a warning. A chunk of nothing costs nothing.
        """
        with self.open() as stream:
            yield from split_lines(stream, report)


def split_lines(stream: BinaryIO, report: Report) -> Iterator[Line]:
    """The lines of `stream` from where it stands, as `Source.lines` gives them."""
    number, done, held, skipping = 1, 0, b"", False
    while chunk := stream.read(CHUNK):
        if not done:
            chunk = chunk.removeprefix(BOM)
        done += len(chunk)
        if not held and not skipping and not chunk.strip(BLANK):
            _mention_nul(chunk, number, report)
            number += chunk.count(b"\n")
            continue
        pieces = chunk.split(b"\n")
        pieces[0] = held + pieces[0]
        held = pieces.pop()
        for piece in pieces:
            if skipping:
                report.warn(f"skipped: longer than {MAX_LINE >> 20} MiB", line=number)
                skipping = False
            elif content := piece.strip(BLANK):
                yield Line(number, content)
            number += 1
        if len(held) > MAX_LINE:
            held, skipping = b"", True
        report.advance(done)
    if skipping:
        report.warn(f"skipped: longer than {MAX_LINE >> 20} MiB", line=number)
    elif content := held.strip(BLANK):
        yield Line(number, content, ended=False)
    else:
        _mention_nul(held, number, report)


def _mention_nul(data: bytes, line: int, report: Report) -> None:
    if b"\0" in data:
        report.warn("NUL bytes instead of text, as a crash while writing leaves them", line=line)
