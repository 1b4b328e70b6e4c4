"""JSON forms of single Python values, and the marks of what is not stored whole."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Final, cast
from uuid import UUID

from ttdebug.model import JSON, MARK, Object, not_finite

MAX_TEXT: Final = 8 << 20  # characters, or bytes
HEAD: Final = 64 << 10  # what is kept of a longer one

_MIN_INT, _MAX_INT = -(2**63), 2**64 - 1
_DECIMAL_BITS: Final = 13_000  # Python refuses to print longer integers in decimal


def integer(value: int) -> JSON:
    """An integer; beyond 64 bit as text, since JSON readers would round it."""
    if _MIN_INT <= value <= _MAX_INT:
        return value
    short = value.bit_length() <= _DECIMAL_BITS
    return {MARK: "int", "value": str(value) if short else hex(value)}


def real(value: float) -> JSON:
    """A float; NaN and the infinities by name."""
    return value if isfinite(value) else not_finite(value)


def _bytes(value: object) -> JSON:
    data = cast("bytes | bytearray", value)
    kind = type(value).__name__
    if len(data) > MAX_TEXT:
        head = base64.b64encode(data[:HEAD]).decode()
        return {**truncated("size"), "type": kind, "length": len(data), "head": head}
    return {MARK: kind, "base64": base64.b64encode(data).decode()}


def _moment(value: object) -> JSON:
    """datetime, date and time."""
    moment = cast("datetime | date | time", value)
    form: Object = {MARK: type(value).__name__, "value": moment.isoformat()}
    if getattr(moment, "fold", 0):
        form["fold"] = 1
    return form


def _timedelta(value: object) -> JSON:
    span = cast(timedelta, value)
    days, seconds, micro = span.days, span.seconds, span.microseconds
    return {MARK: "timedelta", "days": days, "seconds": seconds, "microseconds": micro}


def _complex(value: object) -> JSON:
    number = cast(complex, value)
    return {MARK: "complex", "real": real(number.real), "imag": real(number.imag)}


def _as_text(value: object) -> JSON:
    return {MARK: type(value).__name__.lower(), "value": str(value)}


def truncated(reason: str) -> Object:
    """The mark that stands where something was too deep or too large to keep."""
    return {MARK: "truncated", "reason": reason}


def type_name(kind: type) -> str:
    """The full name of a class."""
    module, name = kind.__module__, kind.__qualname__
    full = str(name) if module == "builtins" else f"{module}.{name}"
    return full[:200].encode("utf-8", "backslashreplace").decode()


def is_encodable(text: str) -> bool:
    """Whether text has a UTF-8 form, that is no lone surrogates."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


LEAVES: Final[dict[type, Callable[[object], JSON]]] = {
    bytes: _bytes,
    bytearray: _bytes,
    datetime: _moment,
    date: _moment,
    time: _moment,
    timedelta: _timedelta,
    complex: _complex,
    Decimal: _as_text,
    Fraction: _as_text,
    UUID: _as_text,
}
