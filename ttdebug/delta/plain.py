"""Reading JSON that somebody else may change: a copy, checked on the way."""

from __future__ import annotations

from ttdebug.model import JSON


def plain(value: object) -> JSON:
    """A copy of JSON that shares no container with it; tuples become lists, to any depth.

    Raises TypeError for anything that is not JSON.
    """
    result: list[JSON] = [None]
    pending: list[tuple[dict[str, JSON] | list[JSON], str | int, object]] = [(result, 0, value)]
    while pending:
        holder, key, node = pending.pop()
        copy: JSON
        if isinstance(node, dict):
            if not all(isinstance(name, str) for name in node):
                raise TypeError("not JSON: an object with keys that are no text")
            copy = dict.fromkeys(node)
            pending.extend((copy, name, child) for name, child in node.items())
        elif isinstance(node, (list, tuple)):
            copy = [None] * len(node)
            pending.extend((copy, at, child) for at, child in enumerate(node))
        elif node is None or isinstance(node, (str, int, float)):
            copy = node
        else:
            raise TypeError(f"not JSON: {type(node).__name__}")
        if isinstance(holder, dict):
            holder[str(key)] = copy
        else:
            holder[int(key)] = copy
    return result[0]
