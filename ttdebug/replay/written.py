"""What the operations of one delta mean for a single place in the state."""

from __future__ import annotations

from typing import TypeAlias

from ttdebug import delta as deltas
from ttdebug.delta import Delta, Op
from ttdebug.errors import TraceError
from ttdebug.model import JSON, MISSING, Value
from ttdebug.paths import (
    Ident,
    Index,
    Key,
    Path,
    concrete,
    identity_text,
    list_index,
    pointer,
    resolve,
    split_pointer,
)
from ttdebug.store.touch import UNKNOWN, Unknown

Segments: TypeAlias = tuple[str, ...]

_KNOWN_OPS = ("add", "replace", "remove")


def fixed_steps(path: Path) -> int:
    """How many leading steps mean the same keys of objects in every state."""
    for at, step in enumerate(path):
        if isinstance(step, (Index, Ident)) or list_index(step.text) is not None:
            return at
    return len(path)


def fold(value: Value, ops: Delta, place: Segments) -> Value | Unknown:
    """The value at `place`, keys of objects, after `ops`, if it was `value` before them.

    UNKNOWN where the operations alone do not tell.
    """
    for op in ops:
        if op["op"] not in _KNOWN_OPS:
            return UNKNOWN
        at = _segments(op)
        if at[: len(place)] == place:
            inner = _inner(value, op, at[len(place) :])
            if isinstance(inner, Unknown):
                return UNKNOWN
            value = inner
        elif place[: len(at)] == at:
            rest = tuple(Key(segment) for segment in place[len(at) :])
            value = MISSING if op["op"] == "remove" else resolve(op["value"], rest)
    return value


def written(value: Value, ops: Delta, place: Segments, rest: Path) -> bool:
    """Whether an operation names the place that `rest` leads to from `place`, or one below it.

    `value` is the one at `place` before `ops`. A change elsewhere in a list may move or replace
    the value there without naming it.
    """
    for op in ops:
        at = _segments(op)
        if at[: len(place)] != place:
            if place[: len(at)] == at:
                folded = fold(value, [op], place)
                value = MISSING if isinstance(folded, Unknown) else folded
            continue
        inner = at[len(place) :]
        before = concrete(value, rest)
        if inner and inner[-1] == "-":
            inner = _appended(value, inner)
        folded = fold(value, [op], place)
        value = MISSING if isinstance(folded, Unknown) else folded
        after = concrete(value, rest)
        named = {"add": (after,), "remove": (before,)}.get(str(op["op"]), (before, after))
        if any(spot is not None and inner[: len(spot)] == spot for spot in named):
            return True
    return False


def single(ops: Delta, place: Segments, rest: Path) -> tuple[Value, Segments] | None:
    """The value at, and the segments of, an element's place if one operation alone tells them.

    `rest` leads from the list (or object) at `place` through elements named by identity. That the
    operation is about them, and not about others of the list, is for the caller to know.
    """
    about = [op for op in ops if _near(_segments(op), place)]
    if len(about) != 1 or about[0]["op"] not in _KNOWN_OPS:
        return None
    at = _segments(about[0])
    wanted = len(place) + len(rest)
    if len(at) != wanted or "-" in at[len(place) :]:
        return None
    for segment, step in zip(at[len(place) :], rest, strict=True):
        fits = step.text == segment if isinstance(step, Key) else list_index(segment) is not None
        if not fits:
            return None
    if about[0]["op"] == "remove":
        return MISSING, at
    value, last = about[0]["value"], rest[-1]
    if isinstance(last, Ident) and _named(value, last) != last.text:
        return None
    return value, at


def _near(at: Segments, place: Segments) -> bool:
    return at[: len(place)] == place or place[: len(at)] == at


def _named(value: JSON, step: Ident) -> str | None:
    return None if step.field is None else identity_text(value, step.field)


def _inner(value: Value, op: Op, at: Segments) -> Value | Unknown:
    """`value` after an operation at or below it."""
    if not at:
        return MISSING if op["op"] == "remove" else op["value"]
    try:
        return deltas.apply(value, [{**op, "path": pointer(at)}])
    except TraceError:
        return UNKNOWN


def _appended(value: Value, at: Segments) -> Segments:
    """`/list/-` as the index it means; a key that is called so stays."""
    items = resolve(value, tuple(Key(segment) for segment in at[:-1]))
    return (*at[:-1], str(len(items))) if isinstance(items, list) else at


def _segments(op: Op) -> Segments:
    return split_pointer(str(op["path"]))
