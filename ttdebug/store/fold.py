"""The compact form in which deltas are stored, and applying it in place.

`[path]` removes, `[path, value]` replaces, `[path, value, 1]` adds: RFC 6902 at 60 % of its size.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from ttdebug.delta import Delta, Op, apply
from ttdebug.errors import TraceError
from ttdebug.model import JSON, MISSING, Value

Compact: TypeAlias = list[Any]  # of lists; checked where it is applied


def compact(delta: Delta) -> Compact:
    """A delta of add, remove and replace as it is stored; shares its values."""
    return [
        [op["path"]]
        if op["op"] == "remove"
        else [op["path"], op["value"]]
        if op["op"] == "replace"
        else [op["path"], op["value"], 1]
        for op in delta
    ]


def expand(stored: JSON) -> Delta:
    """A stored delta as RFC 6902 operations."""
    if not isinstance(stored, list):
        raise TraceError("a stored delta is no list of operations; run ttdebug verify")
    return [_expand(item) for item in stored]


def _expand(item: JSON) -> Op:
    match item:
        case [str(path)]:
            return {"op": "remove", "path": path}
        case [str(path), value]:
            return {"op": "replace", "path": path, "value": value}
        case [str(path), value, 1]:
            return {"op": "add", "path": path, "value": value}
    raise TraceError("a stored operation is malformed; run ttdebug verify")


def fold(state: Value, deltas: Iterable[Compact]) -> Value:
    """The state after `deltas`; takes over `state` and the values in them.

    Raises LookupError, TypeError, ValueError or TraceError where a delta does not fit.
    """
    root: Any = None if state is MISSING else state
    for delta in deltas:
        for op in delta:
            path: Any = op[0]
            if not path or "~" in path or type(root) is not dict:
                root = apply(root, [_expand(op)])
                continue
            steps = path.split("/")
            last = steps[-1]
            node = root
            for step in steps[1:-1]:
                node = node[step] if type(node) is dict else node[int(step)]
            if isinstance(node, dict):
                if len(op) > 1:
                    node[last] = op[1]
                else:
                    del node[last]
            elif len(op) == 2:
                node[int(last)] = op[1]
            elif len(op) == 1:
                del node[int(last)]
            elif last == "-":
                node.append(op[1])
            else:
                node.insert(int(last), op[1])
    folded: JSON = root
    return folded
