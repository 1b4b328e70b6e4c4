"""Exact equality of JSON values, to any depth."""

from __future__ import annotations

import json
from math import copysign
from typing import Final, TypeAlias

import orjson

from ttdebug.model import JSON, Value

Op: TypeAlias = dict[str, JSON]
Delta: TypeAlias = list[Op]

SCALARS: Final = frozenset((str, int, float, bool, type(None)))


def equal(a: Value, b: Value) -> bool:
    """Whether two values are the same JSON, types included: True is not 1, 1 not 1.0, 0.0 not -0.0.

    The order of keys does not matter; NaN equals itself.
    """
    pending: list[tuple[Value, Value]] = [(a, b)]
    while pending:
        a, b = pending.pop()
        if a is b:
            continue
        if isinstance(a, dict):
            if not isinstance(b, dict) or a.keys() != b.keys():
                return False
            pending.extend((value, b[key]) for key, value in a.items())
        elif isinstance(a, list):
            if not isinstance(b, list) or len(a) != len(b):
                return False
            pending.extend(zip(a, b, strict=True))
        elif not same_scalar(a, b):
            return False
    return True


def same_scalar(a: object, b: object) -> bool:
    """Exact equality where `a` is no container; False wherever the types differ."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float) and isinstance(b, float):
        return (a == b and copysign(1.0, a) == copysign(1.0, b)) or (a != a and b != b)
    return a == b


def canonical(value: JSON) -> bytes:
    """Bytes that are equal where values are, as keys to align lists by (NaN reads as null)."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # integers beyond 64 bit, lone surrogates, deep nesting
        pass
    try:
        return json.dumps(value, sort_keys=True).encode()
    except RecursionError:
        return b"deep"
