"""JSON values out of a text file, whatever holds them together.

One value per line, one document, a list of values, or values printed one after the other: the
beginning of the file decides, and damage is stepped over and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ttdebug.foreign import lenient
from ttdebug.formats.reader import Report
from ttdebug.formats.source import BLANK, BOM, CHUNK, Line, Source
from ttdebug.formats.splitter import Splitter
from ttdebug.model import JSON

MAX_DOCUMENT = 64 << 20
MAX_TEXT = 4096


class Record(NamedTuple):
    """A decoded value, the line, from 1, on which it begins, and its size in bytes."""

    line: int
    value: JSON
    size: int = 0


class Damage(NamedTuple):
    """Text that could not be decoded: where it stands, the beginning of it, and why.

    `is_record` tells a record that is beyond our limits from text that is none. `data` is all of
    it, for readers who know what may be saved.
    """

    line: int
    text: str
    reason: str
    is_record: bool = False
    data: bytes = b""


def read_records(source: Source, report: Report) -> Iterator[Record | Damage]:
    """The values of `source` in file order.

    A document that is a list gives its elements; one that is an object gives itself.
    """
    if is_by_line(_beginning(source)):
        return decode_lines(source.lines(report), report)
    return _spread(source, report)


def decode_lines(lines: Iterable[Line], report: Report) -> Iterator[Record | Damage]:
    """JSON Lines. A line cut off is damage; so is anything between the lines."""
    decode = lenient.decode
    for number, data, ended in lines:
        try:
            value, notes = decode(data)
        except lenient.NotJSONError as error:
            yield _damage(number, data, error, ended=ended)
            continue
        for note in notes:
            report.warn(note, line=number)
        yield Record(number, value, len(data))


def _damage(line: int, data: bytes, error: lenient.NotJSONError, *, ended: bool) -> Damage:
    text = lenient.text(data[:MAX_TEXT])
    if isinstance(error, lenient.TooDeepError):
        return Damage(line, text, str(error), is_record=True, data=data)
    return Damage(line, text, f"not JSON ({error})" if ended else "cut off", data=data)


def is_by_line(head: bytes) -> bool:
    """Whether a file that begins with `head` holds one value per line."""
    first, _, rest = head.strip(BLANK).partition(b"\n")
    second = rest.lstrip(BLANK).partition(b"\n")[0]
    if not first.startswith((b"[", b"{")):
        return True
    if _is_value(first):
        return bool(second) or first.startswith(b"{")
    if _is_value(second) and second.startswith(b"{"):
        return True
    return len(first) > CHUNK // 2 and first.startswith(b"{")


def _beginning(source: Source) -> bytes:
    """The first chunk that is not blank."""
    with source.open() as stream:
        data = stream.read(CHUNK).removeprefix(BOM)
        while data and not data.strip(BLANK):
            data = stream.read(CHUNK)
    return data


def _is_value(data: bytes) -> bool:
    try:
        lenient.decode(data.strip(BLANK))
    except lenient.NotJSONError:
        return False
    return True


def _spread(source: Source, report: Report) -> Iterator[Record | Damage]:
    """Values that span lines: a printed document or list, or several printed in a row."""
    document = _document(source)
    if document is not None:
        for note in document.notes:
            report.warn(note, line=1)
        yield Record(1, document.value)
        return
    splitter = Splitter()
    with source.open() as stream:
        done = 0
        while chunk := stream.read(CHUNK):
            if not done:
                chunk = chunk.removeprefix(BOM)
            done += len(chunk)
            yield from decode_lines(splitter.feed(chunk), report)
            report.advance(done)
    if splitter.overlong:
        report.warn("values longer than 64 MiB were skipped")
    if splitter.unfinished:
        rest = lenient.text(splitter.unfinished[:MAX_TEXT])
        yield Damage(splitter.start_line, rest, "cut off", data=splitter.unfinished)
    elif splitter.in_list:
        report.warn("the list is not closed; read up to its last element", line=splitter.line)


def _document(source: Source) -> lenient.Decoded | None:
    """The file as a single JSON object, if that is what it is."""
    if source.size > MAX_DOCUMENT:
        return None
    with source.open() as stream:
        data = stream.read().removeprefix(BOM).strip(BLANK)
    if not (data.startswith(b"{") and data.endswith(b"}")):
        return None
    try:
        return lenient.decode(data)
    except lenient.NotJSONError:
        return None
