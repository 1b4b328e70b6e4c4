"""Applying and inverting RFC 6902 deltas; states are shared, never modified."""

from __future__ import annotations

from ttdebug.delta.equality import Delta, Op, equal
from ttdebug.errors import TraceError
from ttdebug.model import JSON, MISSING, Counts, Value
from ttdebug.paths import list_index


def apply(state: Value, delta: Delta) -> JSON:
    """The state after `delta`; all that the delta does not touch is shared with `state`.

    MISSING is the state before a first snapshot. Raises TraceError where an operation does not fit
    the state, a `test` fails, or nothing is left in the end.
    """
    draft = Draft(state)
    for op in delta:
        draft.run(op)
    return draft.done()


def invert(state: Value, delta: Delta) -> Delta:
    """The delta that undoes `delta`; `state` is the one before it. Raises as `apply` does."""
    draft = Draft(state)
    undo: list[Delta] = []
    for op in delta:
        undo.append(draft.run(op))
        draft.settle()
    return [op for ops in reversed(undo) for op in ops]


def counts(delta: Delta) -> Counts:
    """How many paths a delta adds, changes and removes; a first snapshot changes nothing."""
    added = changed = removed = 0
    for op in delta:
        kind = op["op"]
        if kind == "replace":
            changed += 1
        elif kind in ("add", "copy"):
            added += op["path"] != ""
        elif kind == "remove":
            removed += 1
        elif kind == "move":
            added += 1
            removed += 1
    return Counts(added, changed, removed)


class Draft:
    """A state under construction: containers are copied once, when first written into."""

    def __init__(self, state: Value) -> None:
        self.state = state
        self._own: dict[int, JSON] = {}  # keeps the copies alive, so that ids stay theirs

    @property
    def owned(self) -> int:
        """Containers that are written in place from now on."""
        return len(self._own)

    def done(self) -> JSON:
        """The state as it stands; raises TraceError if there is none."""
        if self.state is MISSING:
            raise TraceError(
                "delta leaves no state behind: apply it to a state, or read the one before"
            )
        return self.state

    def run(self, op: Op) -> Delta:
        """Carry out one operation and return the operations that undo it."""
        kind = op.get("op")
        path = _text(op, "path")
        if kind == "replace":
            return [{"op": "replace", "path": path, "value": self._replace(path, _value(op))}]
        if kind == "add":
            return [self._add(path, _value(op))]
        if kind == "remove":
            return [{"op": "add", "path": path, "value": self._remove(path)}]
        if kind == "copy":
            value = self._get(_text(op, "from"))
            self.settle()
            return [self._add(path, value)]
        if kind == "move":
            return self._move(_text(op, "from"), path)
        if kind == "test":
            if not equal(self._get(path), _value(op)):
                raise TraceError(f'delta test failed at "{path}": the state holds another value')
            return []
        raise TraceError(
            f'delta operation "{kind}" is none of add, remove, replace, move, copy, test'
        )

    def settle(self) -> None:
        """Write into no container again that was copied so far: somebody else holds it now."""
        self._own.clear()

    def _move(self, source: str, path: str) -> Delta:
        if path.startswith(source + "/"):
            raise TraceError(f'delta moves "{source}" into itself, to "{path}"')
        value = self._remove(source)
        self.settle()
        return [self._add(path, value), {"op": "add", "path": source, "value": value}]

    def _add(self, path: str, value: JSON) -> Op:
        """Insert, and return the operation that undoes it."""
        if not path:
            old, self.state = self.state, value
            if old is MISSING:
                return {"op": "remove", "path": ""}
            return {"op": "replace", "path": "", "value": old}
        parent, last = self._parent(path)
        if isinstance(parent, list):
            at = len(parent) if last == "-" else _index(last, len(parent) + 1, path)
            parent.insert(at, value)
            return {"op": "remove", "path": path[: len(path) - len(last)] + str(at)}
        old = parent.get(last, MISSING)
        parent[last] = value
        if old is MISSING:
            return {"op": "remove", "path": path}
        return {"op": "replace", "path": path, "value": old}

    def _remove(self, path: str) -> JSON:
        old: Value
        if not path:
            old, self.state = self.state, MISSING
        else:
            parent, last = self._parent(path)
            if isinstance(parent, list):
                old = parent.pop(_index(last, len(parent), path))
            else:
                old = parent.pop(last, MISSING)
        return _present(old, path)

    def _replace(self, path: str, value: JSON) -> JSON:
        old: Value
        if not path:
            old, self.state = self.state, value
            return _present(old, path)
        parent, last = self._parent(path)
        if isinstance(parent, list):
            at = _index(last, len(parent), path)
            old = parent[at]
            parent[at] = value
        else:
            old = _present(parent.get(last, MISSING), path)
            parent[last] = value
        return old

    def _get(self, path: str) -> JSON:
        node = self.state
        for segment in _segments(path):
            node = _child(node, segment, path)
        return _present(node, path)

    def _parent(self, path: str) -> tuple[dict[str, JSON] | list[JSON], str]:
        """The container that holds `path`, as a copy of our own, and the last segment."""
        segments = _segments(path)
        node = self._owned(self.state, path)
        self.state = node
        for segment in segments[:-1]:
            child = self._owned(_child(node, segment, path), path)
            if isinstance(node, list):
                node[int(segment)] = child
            else:
                node[segment] = child
            node = child
        return node, segments[-1]

    def _owned(self, node: Value, path: str) -> dict[str, JSON] | list[JSON]:
        if not isinstance(node, (dict, list)):
            raise TraceError(f'delta does not fit the state: nothing can stand at "{path}"')
        if id(node) in self._own:
            return node
        copy = node.copy()
        self._own[id(copy)] = copy
        return copy


def _segments(path: str) -> list[str]:
    if not path:
        return []
    if path[0] != "/":
        raise TraceError(f'delta path "{path}" is not a JSON Pointer: it has to start with "/"')
    segments = path[1:].split("/")
    if "~" in path:
        return [segment.replace("~1", "/").replace("~0", "~") for segment in segments]
    return segments


def _child(node: Value, segment: str, path: str) -> JSON:
    if isinstance(node, dict):
        return _present(node.get(segment, MISSING), path)
    if isinstance(node, list):
        return node[_index(segment, len(node), path)]
    return _present(MISSING, path)


def _index(segment: str, size: int, path: str) -> int:
    at = list_index(segment)
    if at is None or at >= size:
        raise TraceError(f'delta does not fit the state: "{path}" is outside its list')
    return at


def _present(value: Value, path: str) -> JSON:
    if value is MISSING:
        raise TraceError(f'delta does not fit the state: there is nothing at "{path}"')
    return value


def _text(op: Op, field: str) -> str:
    text = op.get(field)
    if not isinstance(text, str):
        raise TraceError(f'delta operation without a "{field}": {sorted(op)}')
    return text


def _value(op: Op) -> JSON:
    if "value" not in op:
        raise TraceError(f'delta operation at "{op.get("path")}" has no value')
    return op["value"]
