"""Applying stored deltas in place to a state that nobody else holds."""

from __future__ import annotations

from collections.abc import Iterable

from ttdebug.delta import Delta, Op, apply
from ttdebug.model import JSON, Value


def fold(state: Value, deltas: Iterable[Delta]) -> Value:
    """The state after `deltas`; takes over `state` and the values in them.

    Raises LookupError, TypeError, ValueError or TraceError where a delta does not fit.
    """
    for delta in deltas:
        for op in delta:
            path = op["path"]
            if not isinstance(path, str):
                raise TypeError("a path that is not text")
            if not path or "~" in path or op["op"] not in ("add", "remove", "replace"):
                state = apply(state, [op])
                continue
            head, *segments, last = path.split("/")
            if head:
                raise ValueError("a path that does not start with a slash")
            node: JSON = state  # type: ignore[assignment]  # MISSING fails in the next line
            for segment in segments:
                node = node[int(segment)] if type(node) is list else node[segment]  # type: ignore[index, call-overload]  # a misfit raises TypeError
            _write(node, last, op)
    return state


def _write(node: JSON, last: str, op: Op) -> None:
    kind = op["op"]
    if isinstance(node, dict):
        if kind == "remove":
            del node[last]
        else:
            node[last] = op["value"]
    elif isinstance(node, list):
        if kind == "replace":
            node[int(last)] = op["value"]
        elif kind == "remove":
            del node[int(last)]
        elif last == "-":
            node.append(op["value"])
        else:
            node.insert(int(last), op["value"])
    else:
        raise TypeError("a path that leads into a scalar")
