"""The members of a ZIP archive, read one by one and never extracted; sizes are never believed.

Python's own module lists them but cannot inflate zstd (method 93) before 3.14. An archive without
its directory, as a crashed writer leaves it, is walked from one local header to the next.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple, Protocol

import zstandard

from ttdebug.foreign import lenient

MAX_MEMBERS: Final = 200_000
STORED: Final = 0
DEFLATE: Final = 8
ZSTD: Final = 93

_MARK: Final = b"PK\x03\x04"
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_ENCRYPTED: Final = 1
_SIZES_FOLLOW: Final = 8
_SIZES_ELSEWHERE: Final = 0xFFFFFFFF
_MAX_WINDOW: Final = 1 << 27
_CHUNK: Final = 1 << 20


class ZipError(ValueError):
    """A member that cannot be read; the message says why."""


class Member(NamedTuple):
    """One file of an archive: `packed` and `size` are what the archive claims, in bytes."""

    name: str
    method: int
    offset: int
    packed: int
    size: int
    crc: int
    encrypted: bool = False


def names_in(head: bytes) -> list[str]:
    """The names of the members that begin within the first bytes of an archive."""
    found = []
    for match in re.finditer(re.escape(_MARK), head):
        fields = head[match.start() : match.start() + _LOCAL.size]
        if len(fields) == _LOCAL.size:
            start = match.start() + _LOCAL.size
            found.append(lenient.text(head[start : start + _LOCAL.unpack(fields)[9]]))
    return found


def list_members(stream: BinaryIO) -> tuple[list[Member], bool]:
    """All members in the order of the archive, and whether its directory was sound.

    Of several members with one name the last counts, as an archive that is appended to means it.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()[:MAX_MEMBERS]
        members, sound = [_listed(info) for info in infos], True
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError):
        members, sound = list(_walked(stream)), False
    latest = {member.name: member for member in members}
    return [member for member in members if latest[member.name] is member], sound


def _listed(info: zipfile.ZipInfo) -> Member:
    return Member(
        lenient.storable(info.filename),
        info.compress_type,
        info.header_offset,
        info.compress_size,
        info.file_size,
        info.CRC,
        bool(info.flag_bits & _ENCRYPTED),
    )


def _walked(stream: BinaryIO) -> Iterator[Member]:
    """Members by their local headers; one whose sizes come after it ends at the next header."""
    at, count = 0, 0
    while count < MAX_MEMBERS and (found := _next_mark(stream, at)) is not None:
        stream.seek(found)
        head = stream.read(_LOCAL.size)
        if len(head) < _LOCAL.size:
            return
        _, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL.unpack(head)
        name = lenient.storable(lenient.text(stream.read(name_size)))
        start = found + _LOCAL.size + name_size + extra_size
        if flags & _SIZES_FOLLOW or packed == _SIZES_ELSEWHERE:
            following = _next_mark(stream, start)
            packed = max(0, (stream.seek(0, 2) if following is None else following) - start)
            crc = size = 0
        yield Member(name, method, found, packed, size, crc, bool(flags & _ENCRYPTED))
        at, count = start + packed, count + 1


def _next_mark(stream: BinaryIO, start: int) -> int | None:
    stream.seek(start)
    held = b""
    while chunk := stream.read(_CHUNK):
        data = held + chunk
        place = data.find(_MARK)
        if place >= 0:
            return start + place
        held = data[-3:]
        start += len(data) - len(held)
    return None


def read_member(stream: BinaryIO, member: Member, limit: int) -> tuple[bytes, str | None]:
    """The bytes of a member and, if they are not all or not sound, why.

    Raises ZipError where nothing can be read, and where they are more than `limit`, of which at
    most `limit` bytes are ever inflated.
    """
    if member.encrypted:
        raise ZipError("it is encrypted")
    if member.size > limit:
        raise ZipError(f"its {member.size:,} bytes are more than are read")
    stream.seek(max(0, member.offset))
    head = stream.read(_LOCAL.size)
    if len(head) < _LOCAL.size or not head.startswith(_MARK):
        raise ZipError("there is no member where the archive's directory says")
    name_size, extra_size = _LOCAL.unpack(head)[9:]
    stream.seek(name_size + extra_size, 1)
    data, fault = _inflated(stream.read(min(member.packed, limit)), member.method, limit)
    if len(data) > limit:
        raise ZipError(f"it holds more than the {limit:,} bytes that are read")
    if fault is None and member.crc and zlib.crc32(data) != member.crc:
        fault = "its checksum does not match"
    if not data and fault:
        raise ZipError(fault)
    return data, fault


def _inflated(packed: bytes, method: int, limit: int) -> tuple[bytes, str | None]:
    """At most one byte more than `limit`, and what is wrong with the rest."""
    if method == STORED:
        return packed, None
    if method == DEFLATE:
        return _read(_Deflated(packed), limit)
    if method == ZSTD:
        engine = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
        return _read(engine.stream_reader(packed, read_across_frames=True), limit)
    raise ZipError(f"compression method {method} is none of stored, deflate and zstd")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Deflated:
    """A raw deflate stream, read piece by piece."""

    def __init__(self, packed: bytes) -> None:
        self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
        self._rest = packed

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; empty at the end. Raises EOFError where the stream is cut off."""
        piece = self._engine.decompress(self._rest, size)
        self._rest = self._engine.unconsumed_tail
        if not piece and not self._engine.eof:
            raise EOFError("it is cut off")
        return piece


def _read(stream: _Readable, limit: int) -> tuple[bytes, str | None]:
    pieces: list[bytes] = []
    left = limit + 1
    try:
        while left and (piece := stream.read(min(left, _CHUNK))):
            pieces.append(piece)
            left -= len(piece)
    except (EOFError, zlib.error, zstandard.ZstdError) as error:
        return b"".join(pieces), f"its compressed data is damaged: {error}"
    return b"".join(pieces), None
