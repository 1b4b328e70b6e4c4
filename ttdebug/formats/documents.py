"""A file that is one JSON object, read as far as it is sound."""

from __future__ import annotations

import re

from ttdebug.foreign import lenient
from ttdebug.formats.reader import Report
from ttdebug.formats.records import MAX_DOCUMENT
from ttdebug.formats.source import BLANK, BOM, CHUNK, Source
from ttdebug.model import JSON, Object

MAX_SALVAGED = 16 << 20
"""Bytes before the damage of a document that are read again."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\[\s\S])*"|[{}\[\],]')
_CLOSING = {"{": "}", "[": "]"}


def read_document(source: Source, report: Report) -> Object | None:
    """The object in `source`; None if there is none, or it exceeds MAX_DOCUMENT bytes.

    Of one that is damaged or cut off, what precedes the damage; a warning names its line.
    """
    if source.size > MAX_DOCUMENT:
        report.warn(f"the document is longer than {MAX_DOCUMENT >> 20} MiB; it was not read")
        return None
    with source.open() as stream:
        data = stream.read().removeprefix(BOM).strip(BLANK)
    report.advance(len(data))
    value = decode_document(data, report)
    return value if isinstance(value, dict) else None


def is_document(source: Source) -> bool:
    """Whether `source` is one object, over many lines or cut off, rather than one per line."""
    head = source.beginning(CHUNK).removeprefix(BOM).lstrip(BLANK)
    return head.startswith(b"{") and not any(map(_is_object, head.split(b"\n", 2)[:2]))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(lenient.decode(line.strip(BLANK)).value, dict)
    except lenient.NotJSONError:
        return False


def decode_document(data: bytes, report: Report, record: str | None = None) -> JSON:
    """The value that `data` holds, or as much of it as is sound; None if that is nothing.

    Warnings name the line, and `record` if the document is one of several.
    """
    try:
        value, notes = lenient.decode(data)
    except lenient.TooDeepError as error:
        report.warn(f"the document is {error}", record=record)
        return None
    except lenient.NotJSONError as error:
        return _salvaged(data, error, report, record)
    for note in notes:
        report.warn(note, record=record)
    return value


def _salvaged(data: bytes, error: lenient.NotJSONError, report: Report, record: str | None) -> JSON:
    content = lenient.text(data)
    sound = content[: min(error.at, MAX_SALVAGED)]
    line = sound.count("\n") + 1
    reason = f"not JSON from here on ({error}); what precedes it was read"
    report.warn(reason, line=line, record=record)
    try:
        return lenient.decode(closed(sound).encode("utf-8", "surrogatepass")).value
    except lenient.NotJSONError:
        return None


def closed(beginning: str) -> str:
    """The beginning of a JSON text up to its last whole value, with all brackets closed."""
    brackets: list[str] = []
    end = 0
    for match in _TOKEN.finditer(beginning):
        token = match[0]
        if token in ("{", "["):
            brackets.append(_CLOSING[token])
        elif token in ("}", "]"):
            if not brackets or brackets[-1] != token:
                break
            brackets.pop()
        elif token != ",":
            continue
        end = match.start() if token == "," else match.end()
    return beginning[:end] + "".join(reversed(brackets))
