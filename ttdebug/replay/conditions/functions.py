"""The functions of the condition language, on values already evaluated."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from ttdebug.model import MISSING, Value
from ttdebug.replay.conditions import patterns
from ttdebug.replay.conditions.values import (
    Spend,
    as_text,
    calculated,
    inside,
    is_number,
    ordered,
)

Implementation = Callable[[Sequence[Value], Spend], Value]

_COST_OF_MATCH: Final = 10
_COST_OF_TEXT: Final = 300
"""Characters times states of the automaton that one step pays for, at the slowest."""

_TYPES: Final = {
    str: "string", bool: "boolean", type(None): "null", dict: "object", list: "list",
}  # fmt: skip


def _exists(arguments: Sequence[Value], _: Spend) -> Value:
    return arguments[0] is not MISSING


def _len(arguments: Sequence[Value], _: Spend) -> Value:
    value = arguments[0]
    return len(value) if isinstance(value, (str, list, dict)) else MISSING


def _type(arguments: Sequence[Value], _: Spend) -> Value:
    value = arguments[0]
    if value is MISSING or is_number(value):
        return value if value is MISSING else "number"
    return _TYPES[type(value)]


def _abs(arguments: Sequence[Value], _: Spend) -> Value:
    value = arguments[0]
    return abs(value) if isinstance(value, (int, float)) and is_number(value) else MISSING


def _isnan(arguments: Sequence[Value], _: Spend) -> Value:
    value = arguments[0]
    return value if value is MISSING else isinstance(value, float) and math.isnan(value)


def _series(arguments: Sequence[Value], spend: Spend) -> Sequence[Value] | None:
    """The values that min, max and sum go over: one list, or the arguments themselves."""
    if len(arguments) > 1:
        return arguments
    if not isinstance(arguments[0], list):
        return None
    spend(len(arguments[0]))
    return arguments[0]


def _sum(arguments: Sequence[Value], spend: Spend) -> Value:
    series = _series(arguments, spend)
    if series is None:
        return MISSING
    total: Value = 0
    for value in series:
        total = calculated("+", total, value)
    return total


def _extreme(sign: str) -> Implementation:
    def extreme(arguments: Sequence[Value], spend: Spend) -> Value:
        series = _series(arguments, spend)
        if not series:
            return MISSING
        best = series[0]
        for value in series:
            if not (ordered("<=", value, best) or ordered(">=", value, best)):
                return MISSING
            if ordered(sign, value, best):
                best = value
        return best

    return extreme


def _contains(arguments: Sequence[Value], spend: Spend) -> Value:
    container, item = arguments
    if item is MISSING or not isinstance(container, (list, str, dict)):
        return MISSING
    return inside(item, container, spend)


def _glob(arguments: Sequence[Value], spend: Spend) -> Value:
    return _pattern(arguments, spend, patterns.glob, whole=True)


def _matches(arguments: Sequence[Value], spend: Spend) -> Value:
    return _pattern(arguments, spend, patterns.regex, whole=False)


def _pattern(
    arguments: Sequence[Value],
    spend: Spend,
    compiled: Callable[[str], patterns.Regex | str],
    *,
    whole: bool,
) -> Value:
    text, pattern = as_text(arguments[0]), arguments[1]
    if not isinstance(text, str) or not isinstance(pattern, str):
        return MISSING
    regex = compiled(pattern)
    if isinstance(regex, str):
        return MISSING
    spend(_COST_OF_MATCH + len(text) * regex.programsize // _COST_OF_TEXT)
    data = patterns.utf8(text)
    return (regex.fullmatch(data) if whole else regex.search(data)) is not None


IMPLEMENTATIONS: Final[dict[str, Implementation]] = {
    "exists": _exists,
    "type": _type,
    "len": _len,
    "abs": _abs,
    "min": _extreme("<"),
    "max": _extreme(">"),
    "sum": _sum,
    "isnan": _isnan,
    "contains": _contains,
    "glob": _glob,
    "matches": _matches,
}
