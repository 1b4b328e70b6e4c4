"""Places to leave out of a comparison: state paths, in which `*` stands for any key or element."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ttdebug.model import Value
from ttdebug.paths import Ident, Index, Key, Path, concrete, parse, pointer

_ANY: Final = "\0*"
"""The key that `*` becomes; no state path can spell it."""

_STARS: Final = re.compile(
    r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?P<star>\[\*\]|(?:\A|\.)\*(?=[.\[]|\Z))"""
)


def places(state: Value, patterns: Sequence[str]) -> frozenset[str]:
    """JSON Pointers of what the patterns name in this state. Raises PathSyntaxError."""
    return frozenset(
        pointer(segments) for text in patterns for segments in _found(state, _path(text))
    )


def _path(text: str) -> Path:
    if text.startswith("/"):
        return tuple(Key(_ANY if step == Key("*") else step.text) for step in _keys(parse(text)))
    starred = _STARS.sub(lambda match: '["\\u0000*"]' if match["star"] else match[0], text)
    return parse(starred)


def _keys(path: Path) -> Iterator[Key]:
    return (step for step in path if isinstance(step, Key))


def _found(state: Value, path: Path) -> Iterator[tuple[str, ...]]:
    """Every place a path leads to; elements named by number or identity are those of now."""
    pending: list[tuple[tuple[str, ...], Value, int]] = [((), state, 0)]
    while pending:
        place, value, at = pending.pop()
        if at == len(path):
            yield place
            continue
        step = path[at]
        inside = _children(value) if step == Key(_ANY) else _child(value, step)
        pending += [((*place, segment), below, at + 1) for segment, below in inside]


def _child(value: Value, step: Key | Index | Ident) -> list[tuple[str, Value]]:
    found = concrete(value, (step,))
    if found is None:
        return []
    (segment,) = found
    if isinstance(value, list):
        return [(segment, value[int(segment)])]
    return [(segment, value[segment])] if isinstance(value, dict) else []


def _children(value: Value) -> list[tuple[str, Value]]:
    if isinstance(value, dict):
        return list(value.items())
    return [(str(at), item) for at, item in enumerate(value)] if isinstance(value, list) else []
