"""ZIP archives as hostile and broken as they come: sizes are not believed, nothing is extracted."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import BinaryIO

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ttdebug.formats import zips

LIMIT = 1 << 20


def archive(method: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return buffer.getvalue()


def with_zstd(name: str, data: bytes) -> bytes:
    """An archive with one member of method 93, which Python before 3.14 cannot write."""
    made = bytearray(archive(zipfile.ZIP_STORED, **{name: zstandard.compress(data)}))
    directory = made.index(b"PK\x01\x02")
    for at in (8, directory + 10):
        made[at : at + 2] = struct.pack("<H", zips.ZSTD)
    return bytes(made)


def read_all(data: bytes | BinaryIO, limit: int = LIMIT) -> dict[str, bytes]:
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    members, _ = zips.list_members(stream)
    return {member.name: zips.read_member(stream, member, limit)[0] for member in members}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@given(data=st.binary(max_size=200))
def test_members_are_read_whole(method: int, data: bytes) -> None:
    assert read_all(archive(method, a=data, b=b"other")) == {"a": data, "b": b"other"}


def test_zstd_members_are_read() -> None:
    made = with_zstd("a", b"x" * 5000)
    stream = io.BytesIO(made)
    [member], sound = zips.list_members(stream)
    assert (member.method, sound) == (zips.ZSTD, True)
    data, fault = zips.read_member(stream, member, LIMIT)
    assert data == b"x" * 5000
    assert fault == "its checksum does not match"  # that of the packed bytes, as we made it


def test_an_archive_without_directory_is_walked() -> None:
    made = archive(a=b"one" * 100, b=b"two" * 100)
    cut = made[: made.index(b"PK\x01\x02")]
    members, sound = zips.list_members(io.BytesIO(cut))
    assert not sound
    assert [member.name for member in members] == ["a", "b"]
    assert read_all(cut) == {"a": b"one" * 100, "b": b"two" * 100}


def test_of_two_members_with_one_name_the_last_counts() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("a", b"old")
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("a", b"new")
    assert read_all(buffer.getvalue()) == {"a": b"new"}


def test_a_bomb_is_refused_by_what_it_declares_and_by_what_it_holds() -> None:
    made = archive(a=b" " * (LIMIT + 1))
    with pytest.raises(zips.ZipError, match="more than are read"):
        read_all(made)
    stream = io.BytesIO(made)
    [member], _ = zips.list_members(stream)
    with pytest.raises(zips.ZipError, match="holds more"):
        zips.read_member(stream, member._replace(size=10), LIMIT)


def test_what_is_sound_of_a_damaged_member_is_read() -> None:
    content = bytes(range(256)) * 400
    made = bytearray(archive(a=content))
    middle = made.index(b"PK\x01\x02") // 2
    made[middle : middle + 20] = b"\xff" * 20
    stream = io.BytesIO(bytes(made))
    [member], _ = zips.list_members(stream)
    data, fault = zips.read_member(stream, member, LIMIT)
    assert fault is not None
    assert content.startswith(data[:256])


def test_names_are_seen_in_the_first_bytes() -> None:
    made = archive(first=b"1", second=b"2")
    assert zips.names_in(made[: made.index(b"second") + 6]) == ["first", "second"]


@given(st.binary(max_size=300), st.integers(0, 200))
def test_no_bytes_are_too_strange(noise: bytes, at: int) -> None:
    made = archive(a=b"one", b=b"two")
    mixed = made[:at] + noise + made[at:]
    stream = io.BytesIO(mixed)
    members, _ = zips.list_members(stream)
    for member in members:
        try:
            data, _ = zips.read_member(stream, member, LIMIT)
        except zips.ZipError:
            continue
        assert len(data) <= LIMIT
