"""Reading the head of a file, by which its format is recognised."""

from __future__ import annotations

import re
from pathlib import Path

from ttdebug.foreign import lenient
from ttdebug.formats.reader import Head, Magic
from ttdebug.formats.records import is_by_line
from ttdebug.formats.source import BLANK, BOM
from ttdebug.formats.splitter import Splitter
from ttdebug.model import JSON

HEAD_SIZE = 256 << 10
MAX_VALUES = 200

_SQLITE = b"SQLite format 3\0"
_TOKEN = re.compile(rb'"(?:[^"\\]|\\[\s\S])*"|[{}\[\]:]')
_PRINTABLE_SHARE = 0.7


def read_head(path: Path, file: Path) -> Head:
    """The head of the plain bytes in `file`, known to the user as `path`."""
    with file.open("rb") as stream:
        data = stream.read(HEAD_SIZE)
        while data and not data.strip(BLANK) and stream.tell() < HEAD_SIZE * 64:
            data = stream.read(HEAD_SIZE)
    return head_of(path, data, file.stat().st_size)


def head_of(path: Path, data: bytes, size: int) -> Head:
    """The head of a file of `size` plain bytes that begins with `data`."""
    magic = _magic(data)
    if magic != "text":
        return Head(path, size, magic, data)
    text = data.removeprefix(BOM).strip(BLANK)
    whole = size <= len(data)
    return Head(path, size, magic, data, _values(text, whole), _keys(text))


def _magic(data: bytes) -> Magic:
    if not data.strip(BLANK):
        return "empty"
    if data.startswith(_SQLITE):
        return "sqlite"
    if data.startswith(b"PK\x03\x04"):
        return "zip"
    sample = data[:4096].removeprefix(BOM)
    controls = sum(byte < 9 or 13 < byte < 27 for byte in sample)
    return "text" if controls < len(sample) * (1 - _PRINTABLE_SHARE) else "binary"


def _values(text: bytes, whole: bool) -> tuple[JSON, ...]:
    if is_by_line(text):
        lines = text.split(b"\n", MAX_VALUES + 1)
        pieces = [line.strip(BLANK) for line in (lines if whole else lines[:-1])]
    else:
        document = _decoded([text]) if whole and text.startswith(b"{") else ()
        if document:
            return document
        pieces = [line.data for line in Splitter().feed(text)]
    return _decoded([piece for piece in pieces if piece][:MAX_VALUES])


def _decoded(pieces: list[bytes]) -> tuple[JSON, ...]:
    values: list[JSON] = []
    for piece in pieces:
        try:
            values.append(lenient.decode(piece).value)
        except lenient.NotJSONError:
            continue
    return tuple(values)


def _keys(text: bytes) -> tuple[str, ...]:
    """Top-level keys of the object that `text` begins with, even if it is cut off."""
    if not text.startswith(b"{"):
        return ()
    keys: list[str] = []
    depth, last = 0, b""
    for token in _TOKEN.findall(text):
        if token in (b"{", b"["):
            depth += 1
        elif token in (b"}", b"]"):
            depth -= 1
            if not depth:
                break
        elif depth == 1 and token == b":":
            keys.append(lenient.text(last[1:-1]))
        last = token
    return tuple(keys)
