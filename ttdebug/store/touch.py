"""Which paths a delta wrote: rows of the touch index, with list elements named by identity.

The index may list a write that changed nothing at a path, it never misses one that did. A list
whose elements are not known to have an identity is therefore written "exactly" by any change in
it, which makes every question about or below it look at that event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import copysign
from typing import Final, NamedTuple, TypeAlias

from ttdebug.delta import Delta, Op
from ttdebug.model import JSON, MISSING, Missing, Value
from ttdebug.paths import identity, identity_text, split_pointer
from ttdebug.store import schema

Node: TypeAlias = int
NodeOf: TypeAlias = Callable[[Node, int, str], Node]

_LONGEST_LIST: Final = 10_000  # elements followed by identity
_MOST_PLAIN: Final = 20_000  # paths remembered
_LONGEST_TEXT: Final = 64  # characters kept inline
_NULL, _TRUE, _FALSE, _REMOVED = b"n", b"t", b"f", b"-"
_CONSTANTS: Final[dict[bytes, Value]] = {
    _NULL: None,
    _TRUE: True,
    _FALSE: False,
    _REMOVED: MISSING,
}


class Unknown:
    """The index does not hold this value; ask for the state."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
Inline: TypeAlias = "Value | Unknown"
Column: TypeAlias = "int | float | str | bytes | None"


class Touch(NamedTuple):
    """An event that may have written a path; `exact` if it wrote this very path as a whole."""

    seq: int
    exact: bool
    value: Inline


def to_column(value: Value | Unknown) -> Column:
    """A small scalar as SQLite keeps it without loss; None, unknown, for everything else."""
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT and _plain(value) else None
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else None
    if isinstance(value, float):
        return value if value - value == 0 and (value or copysign(1, value) > 0) else None
    if value is None:
        return _NULL
    return _REMOVED if isinstance(value, Missing) else None


def from_column(column: object) -> Inline:
    """The value of a touch row; UNKNOWN for whatever `to_column` would not have written."""
    if isinstance(column, (str, int, float)):
        return column
    return _CONSTANTS.get(column, UNKNOWN) if isinstance(column, bytes) else UNKNOWN


def _plain(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


@dataclass(slots=True)
class _Container:
    """What is known of a node that numbers may lead into. `texts` name the elements of a list."""

    above: tuple[Node, ...]
    is_object: bool = False
    name: str | None = None  # the field by which elements are told apart
    texts: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    patience: int = 0  # writes until an anonymous list is looked at again


class _Plain(NamedTuple):
    """What a path writes that leads through objects only: its node, and rows or their keys."""

    node: Node
    above: dict[tuple[Node, int], Column]
    below: tuple[Node, int]
    exact: tuple[Node, int]


class Track:
    """Turns the deltas of one track into index rows, in the order they were recorded."""

    def __init__(self, node_of: NodeOf) -> None:
        self._node_of = node_of
        self._containers: dict[Node, _Container] = {}
        self._above: set[Node] = set()
        self._wanted: dict[Node, list[tuple[int, str]]] = {}
        self._rows: dict[tuple[Node, int], Column] = {}
        self._plain: dict[str, _Plain] = {}

    def rows(self, delta: Delta) -> dict[tuple[Node, int], Column]:
        """(path, kind) -> value of one delta; the state before it is the one after the last."""
        self._rows = {}
        for op in delta:
            found = self._plain.get(str(op["path"]))
            if found is None:
                self._write(op)
            else:
                self._write_plain(found, op)
        return self._rows

    def learn(self, state: Value) -> None:
        """Look up lists met for the first time; `state` is the one after the last delta."""
        for node, steps in self._wanted.items():
            value = self._follow(state, steps)
            above = self._nodes(steps)
            if isinstance(value, dict):
                self._containers[node] = _Container(above, is_object=True)
            elif isinstance(value, list):
                self._containers[node] = _list(value, above)
            else:
                continue
            self._above.update(above)
        self._wanted.clear()

    def _write(self, op: Op) -> None:
        path = str(op["path"])
        if not path:
            self._replaced(schema.ROOT, None)
            return
        segments = split_pointer(path)
        if "-" not in segments and not any(map(str.isdecimal, segments)):
            self._remember(path, segments)
        node = schema.ROOT
        steps: list[tuple[int, str]] = []
        for at, segment in enumerate(segments):
            container = self._containers.get(node)
            if container is None and (segment.isdecimal() or segment == "-"):
                self._wanted[node] = steps
                self._exact(node, None)
                return
            if container is None or container.is_object:
                step = (schema.KEY, segment)
            else:
                text = self._element(node, container, op, segments, at)
                if text is None:
                    return
                step = (schema.ELEMENT, f"{container.name}={text}")
            self._below(node)
            node = self._node_of(node, *step)
            steps.append(step)
        self._replaced(node, _left(op))

    def _write_plain(self, path: _Plain, op: Op) -> None:
        """The same at a path that is known, in as few steps as it takes: it is the usual case."""
        node = path.node
        rows = self._rows
        rows.update(path.above)
        if node in self._above or node in self._containers or node in self._wanted:
            self._forget(node)
        if path.below in rows:
            rows = self._rows = dict.fromkeys(rows)
        rows[path.exact] = _left(op)

    def _remember(self, path: str, segments: tuple[str, ...]) -> None:
        """Keep what a path without numbers means, which can only lead through objects."""
        nodes = [schema.ROOT]
        for segment in segments:
            nodes.append(self._node_of(nodes[-1], schema.KEY, segment))
        if len(self._plain) >= _MOST_PLAIN:
            self._plain.clear()
        above: dict[tuple[Node, int], Column] = {(node, schema.BELOW): None for node in nodes[1:-1]}
        node = nodes[-1]
        self._plain[path] = _Plain(node, above, (node, schema.BELOW), (node, schema.EXACT))

    def _element(
        self, node: Node, container: _Container, op: Op, segments: tuple[str, ...], at: int
    ) -> str | None:
        """The element the write leads into, or None if all was said that there is to say."""
        name = container.name
        index = _index(segments[at], len(container.texts))
        whole = at == len(segments) - 1
        adds = whole and op["op"] == "add"
        if name is None or index is None or (index == len(container.texts) and not adds):
            self._anonymous(node, container)
            return None
        if adds:
            text = identity_text(op["value"], name)
            if text is None or text in container.known:
                self._anonymous(node, container)
                return None
            container.texts.insert(index, text)
            container.known.add(text)
            return text
        text = container.texts[index]
        if whole and op["op"] == "remove":
            container.known.discard(container.texts.pop(index))
            return text
        if whole:
            return self._renamed(node, container, index, identity_text(op["value"], name))
        if segments[at + 1] == name:
            value = op.get("value") if at + 2 == len(segments) else None
            self._renamed(node, container, index, identity_text({name: value}, name))
            return None
        return text

    def _renamed(
        self, node: Node, container: _Container, index: int, text: str | None
    ) -> str | None:
        """Element `index` as a whole became the one called `text`; None as in `_element`."""
        old = container.texts[index]
        if text == old:
            self._below(node)
            self._replaced(self._node_of(node, schema.ELEMENT, f"{container.name}={old}"), None)
            return None
        if text is None or text in container.known:
            self._anonymous(node, container)
            return None
        container.texts[index] = text
        container.known.discard(old)
        container.known.add(text)
        self._below(node)
        for name in (old, text):
            child = self._node_of(node, schema.ELEMENT, f"{container.name}={name}")
            self._replaced(child, None)
        return None

    def _anonymous(self, node: Node, container: _Container) -> None:
        """A write in a list without identities (any more)."""
        if container.name is not None:
            self._forget(node)
            container.name = None
            container.patience = 2 * len(container.texts)
            container.texts, container.known = [], set()
            self._containers[node] = container
        container.patience -= 1
        if container.patience < 0:
            del self._containers[node]
        self._exact(node, None)

    def _replaced(self, node: Node, value: Column) -> None:
        self._forget(node)
        self._exact(node, value)

    def _forget(self, node: Node) -> None:
        """What was known of a container and of all below it no longer holds."""
        self._containers.pop(node, None)
        self._wanted.pop(node, None)
        if node in self._above or node == schema.ROOT:
            self._containers = {
                key: item for key, item in self._containers.items() if node not in item.above
            }
            self._above = {above for item in self._containers.values() for above in item.above}

    def _exact(self, node: Node, value: Column) -> None:
        if (node, schema.BELOW) in self._rows:  # what was noted below is older than this
            self._rows = dict.fromkeys(self._rows)
        self._rows[node, schema.EXACT] = value

    def _below(self, node: Node) -> None:
        if node != schema.ROOT:
            self._rows[node, schema.BELOW] = None

    def _follow(self, state: Value, steps: list[tuple[int, str]]) -> Value:
        node = schema.ROOT
        for kind, key in steps:
            if kind == schema.KEY:
                state = state.get(key, MISSING) if isinstance(state, dict) else MISSING
            else:
                container = self._containers.get(node)
                text = key.partition("=")[2]
                if container is None or text not in container.known or type(state) is not list:
                    return MISSING
                state = state[container.texts.index(text)]
            node = self._node_of(node, kind, key)
        return state

    def _nodes(self, steps: list[tuple[int, str]]) -> tuple[Node, ...]:
        nodes = [schema.ROOT]
        for step in steps:
            nodes.append(self._node_of(nodes[-1], *step))
        return tuple(nodes[:-1])


def _left(op: Op) -> Column:
    """What an operation leaves at its path."""
    return to_column(MISSING if op["op"] == "remove" else op["value"])


def _list(items: list[JSON], above: tuple[Node, ...]) -> _Container:
    name = identity(items) if len(items) <= _LONGEST_LIST else None
    if name is None:
        return _Container(above, patience=2 * len(items))
    texts = [str(identity_text(item, name)) for item in items]
    return _Container(above, name=name, texts=texts, known=set(texts))


def _index(segment: str, size: int) -> int | None:
    if segment == "-":
        return size
    if not segment.isdecimal():
        return None
    index = int(segment) if len(segment) < 19 else size + 1
    return index if index <= size else None
