"""JSON as it is found in the wild: exact where it can be, forgiving where it must be.

orjson reads what is strict. What it refuses or would change (integers beyond 64 bits, NaN,
numbers out of range, lone surrogates, invalid UTF-8) goes through the standard library, and a
note says so.
"""

from __future__ import annotations

import codecs
import json
import math
from collections.abc import Sequence
from typing import NamedTuple, overload

import orjson

from ttdebug.model import JSON, not_finite

MAX_DEPTH = 254
"""Levels of nesting; what orjson writes, and so what the store writes fast."""

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 19
_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_LATIN1 = "ttdebug-latin1"


class NotJSONError(ValueError):
    """Text that is not a JSON value; `at` is how many characters of it are sound."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


class TooDeepError(NotJSONError):
    """A JSON value, for all one knows, that is nested too deeply to be handled."""

    def __init__(self) -> None:
        super().__init__(f"nested deeper than {MAX_DEPTH} levels")


class Decoded(NamedTuple):
    """A value and what had to be forgiven to read it."""

    value: JSON
    notes: tuple[str, ...] = ()


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(_LATIN1, _as_latin1)


def text(data: bytes) -> str:
    """`data` as UTF-8; bytes that are not are taken for Latin-1."""
    return data.decode("utf-8", _LATIN1)


@overload
def storable(word: str) -> str: ...
@overload
def storable(word: str | None) -> str | None: ...
def storable(word: str | None) -> str | None:
    """`word` with lone surrogates, which no database text can hold, as visible escapes."""
    if word is None or word.isascii():
        return word
    return word.encode("utf-8", "backslashreplace").decode()


def decode(data: bytes) -> Decoded:
    """One JSON value; raises NotJSONError. Safe on hostile input: depth is bounded."""
    try:
        value: JSON = orjson.loads(data)
    except orjson.JSONDecodeError:
        return _decode_slowly(data)
    try:
        again = orjson.dumps(value)
    except TypeError:
        raise TooDeepError from None
    if again == data:
        return Decoded(value)
    if _LONG_NUMBER in data.translate(_DIGITS) or _keys_were_lost(data, again):
        return _decode_slowly(data)
    return Decoded(value)


def too_deep(data: bytes) -> bool:
    """Whether brackets outside strings nest deeper than MAX_DEPTH.

    Works by removing the innermost pairs level by level, each pass at the speed of C.
    """
    plain = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = b"".join(plain.split(b'"')[::2]).translate(None, _BRACKETS)
    for _ in range(MAX_DEPTH):
        inner = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if len(inner) == len(brackets):
            return len(inner) > MAX_DEPTH
        brackets = inner
    return bool(brackets)


def _keys_were_lost(data: bytes, again: bytes) -> bool:
    """Whether `data` holds more members than were left of it: duplicate keys."""
    return data.count(b'":') > again.count(b'":')


class _Forgiving:
    """The hooks of the standard library's decoder, and what they had to forgive."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def members(self, pairs: Sequence[tuple[str, JSON]]) -> dict[str, JSON]:
        built = dict(pairs)
        if len(built) < len(pairs):
            self.note("duplicate keys; the last one was kept")
        return built

    def constant(self, name: str) -> JSON:
        self.note(f"{name} is not JSON; kept as a tagged value")
        return not_finite(float(name))

    def number(self, digits: str) -> JSON:
        value = float(digits)
        if math.isfinite(value):
            return value
        self.note("a number out of range; kept as a tagged infinity")
        return not_finite(value)

    def integer(self, digits: str) -> JSON:
        try:
            return int(digits)
        except ValueError:
            return self.number(digits)


def _decode_slowly(data: bytes) -> Decoded:
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH and too_deep(data):
        raise TooDeepError
    forgiving = _Forgiving()
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError:
        content = text(data)
        forgiving.note("bytes that are not UTF-8 were read as Latin-1")
    try:
        value: JSON = json.loads(
            content,
            object_pairs_hook=forgiving.members,
            parse_constant=forgiving.constant,
            parse_float=forgiving.number,
            parse_int=forgiving.integer,
            strict=False,
        )
    except json.JSONDecodeError as error:
        raise NotJSONError(f"{error.msg} at column {error.pos + 1}", error.pos) from None
    except RecursionError:
        raise TooDeepError from None
    return Decoded(value, tuple(forgiving.notes))
