"""Bounded, streaming access to the bytes of a foreign recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

from ttdebug.formats.reader import Report

CHUNK = 1 << 20
MAX_LINE = 256 << 20
MAX_BLANK_RUN = 16 << 20


class Line(NamedTuple):
    """One non-blank line: its number from 1, the byte offset of its start, its bytes."""

    number: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Source:
    """A recording to read: `path` is how the user named it, `file` the plain bytes of it.

    The two differ for compressed files and stdin, where `file` is a temporary copy that
    lives as long as the conversion.
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
