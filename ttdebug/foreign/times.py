"""Times and durations as files write them, in integer nanoseconds."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from ttdebug.model import EPOCH, JSON

_MICROSECOND = timedelta(microseconds=1)
_FRACTION = re.compile(r"[.,]\d{6}(\d{1,3})")
_MICROSECONDS_LONG = len("2023-11-14T22:13:20.123456")
_LONGEST = 64
_LIMIT = 2**63

SECONDS, MILLIS, MICROS, NANOS = 10**9, 10**6, 10**3, 1


def parse_time(value: JSON) -> tuple[int | None, bool]:
    """Nanoseconds since the epoch, and whether the text had no zone (then UTC is assumed).

    Numbers are told apart by magnitude: seconds below 1e11, milliseconds below 1e14,
    microseconds below 1e17, else nanoseconds. What is no time gives None.
    """
    if isinstance(value, str):
        return _parse_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, False
    return _parse_number(value), False


def scaled(value: int | float, unit: int) -> int | None:
    """`value` times `unit` nanoseconds; floats keep their microseconds, not their noise."""
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) >= _LIMIT / unit:
            return None
        whole = int(value)
        return whole * unit + round((value - whole) * unit)
    nanos = value * unit
    return nanos if -_LIMIT < nanos < _LIMIT else None


def between(start: int | None, end: int | None) -> int | None:
    """How long it took; None if that is not known, or the clock went back."""
    return None if start is None or end is None or end < start else end - start


def _parse_number(value: int | float) -> int | None:
    size = abs(value)
    if size < 1e11:
        if isinstance(value, float):
            whole = int(value)
            return whole * SECONDS + round((value - whole) * 1e6) * MICROS
        return value * SECONDS
    if size < 1e14:
        return scaled(value, MILLIS)
    if size < 1e17:
        return scaled(value, MICROS)
    return scaled(value, NANOS)


def _parse_text(value: str) -> tuple[int | None, bool]:
    if len(value) > _LONGEST:
        return None, False
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return _parse_digits(value), False
    naive = moment.tzinfo is None
    if naive:
        moment = moment.replace(tzinfo=UTC)
    nanos = (moment - EPOCH) // _MICROSECOND * MICROS
    if len(value) > _MICROSECONDS_LONG and (fraction := _FRACTION.search(value)):
        nanos += int(fraction[1].ljust(3, "0"))
    return (nanos if -_LIMIT < nanos < _LIMIT else None), naive


def _parse_digits(value: str) -> int | None:
    """A number written as text, exact to the last digit."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or number.adjusted() > 20:
        return None
    if number == number.to_integral_value():
        return _parse_number(int(number))
    return _parse_number(float(number))
