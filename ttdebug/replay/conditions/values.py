"""What conditions mean by equal, less, true and plus, on JSON values and on what is missing."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from ttdebug.model import EPOCH, JSON, MISSING, Missing, Value, iso

MAX_BITS: Final = 4096

Spend = Callable[[int], None]


class Moment(float):
    """A time as seconds since the epoch that also compares with ISO 8601 texts, to the microsecond.

    `nanoseconds` keeps the precision that a float has no room for.
    """

    __slots__ = ("nanoseconds",)
    nanoseconds: int

    @classmethod
    def at(cls, nanoseconds: int) -> Moment:
        """The moment that many nanoseconds after the epoch."""
        made = cls(nanoseconds / 1e9)
        made.nanoseconds = nanoseconds
        return made


@lru_cache(maxsize=1024)
def moment(text: str) -> Moment | None:
    """An ISO 8601 text as a time, UTC unless it says otherwise; None if it is not one."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    since = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)) - EPOCH
    return Moment.at(((since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds) * 1000)


def is_number(value: Value) -> bool:
    """Whether a value is a number; booleans are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def truth(value: Value) -> bool:
    """Whether a bare value counts as true: not missing, null, false, 0, "" or empty."""
    return bool(value)


def equal(left: Value, right: Value, spend: Spend) -> bool:
    """JSON equality: numbers by value, deep for lists and objects; missing equals nothing."""
    pending = [(left, right)]
    while pending:
        one, other = pending.pop()
        if isinstance(one, dict) and isinstance(other, dict):
            if one is other:
                continue
            if len(one) != len(other):
                return False
            spend(len(one))
            for key, value in one.items():
                pending.append((value, other.get(key, MISSING)))
        elif isinstance(one, list) and isinstance(other, list):
            if one is other:
                continue
            if len(one) != len(other):
                return False
            spend(len(one))
            pending.extend(zip(one, other, strict=True))
        elif not _same_scalar(one, other):
            return False
    return True


def _same_scalar(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Moment) or isinstance(right, Moment):
        return ordered("<=", left, right) and ordered(">=", left, right)
    if isinstance(left, (int, float)):
        return isinstance(right, (int, float)) and left == right
    if left is None:
        return right is None
    return isinstance(left, str) and isinstance(right, str) and left == right


_ORDERS: Final[dict[str, Callable[..., bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def ordered(sign: str, left: Value, right: Value) -> bool:
    """`left sign right` for two numbers, two texts, or a time and a text; else false."""
    compare = _ORDERS[sign]
    if isinstance(left, Moment) or isinstance(right, Moment):
        one, other = _instant(left), _instant(right)
        return one is not None and other is not None and compare(one, other)
    if isinstance(left, str):
        return isinstance(right, str) and compare(left, right)
    if is_number(left) and is_number(right):
        return compare(left, right)
    return False


def _instant(value: Value) -> int | float | None:
    """A time in microseconds, so that what is printed also compares equal."""
    if isinstance(value, Moment):
        return value.nanoseconds // 1000
    if isinstance(value, str):
        parsed = moment(value)
        return None if parsed is None else parsed.nanoseconds // 1000
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value * 1_000_000
    return None


def inside(item: Value, container: Value, spend: Spend) -> bool:
    """Whether a list has the element, a text the part, or an object the key."""
    if item is MISSING:
        return False
    if isinstance(container, list):
        deep = isinstance(item, (dict, list))
        for element in container:
            spend(1)
            if equal(item, element, spend) if deep else _same_scalar(item, element):
                return True
        return False
    if isinstance(container, str):
        spend(len(container) >> 8)
        return isinstance(item, str) and item in container
    return isinstance(container, dict) and isinstance(item, str) and item in container


_ARITHMETIC: Final[dict[str, Callable[..., int | float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def calculated(sign: str, left: Value, right: Value) -> Value:
    """Two numbers and an operator; missing where it has no value or the numbers are huge."""
    if isinstance(left, Moment) and isinstance(right, Moment) and sign == "-":
        return (left.nanoseconds - right.nanoseconds) / 1e9
    if not is_number(left) or not is_number(right) or huge(left) or huge(right):
        return MISSING
    try:
        return _ARITHMETIC[sign](left, right)
    except (ArithmeticError, ValueError):
        return MISSING


def negated(value: Value) -> Value:
    """Unary minus."""
    return -value if isinstance(value, (int, float)) and not isinstance(value, bool) else MISSING


def huge(value: Value) -> bool:
    """Whether a whole number is too large to calculate with."""
    return isinstance(value, int) and value.bit_length() > MAX_BITS


def as_text(value: Value) -> JSON | Missing:
    """A time as its ISO text where a pattern wants text; anything else as it is."""
    return iso(value.nanoseconds) if isinstance(value, Moment) else value
