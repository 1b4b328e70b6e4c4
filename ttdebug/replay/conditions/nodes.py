"""The tree of a condition: what the parser makes, and what the checker turns names into."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal, TypeAlias

from ttdebug.model import JSON
from ttdebug.paths import Path
from ttdebug.replay.conditions.window import Window

Side: TypeAlias = Literal["state", "before"]
Link: TypeAlias = Literal["then", "then not", "without"]
"""How the two parts of a temporal condition belong together."""


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of a condition; `column` is where it starts in the text, 0-based."""

    column: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A literal number, string, boolean or null."""

    value: JSON


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """A list literal."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A word with the steps after it, before the checker knows what it means.

    `columns` has the start of each step.
    """

    word: str
    path: Path
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function with its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Logical negation."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """Unary minus."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Both(Node):
    """Logical and."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Either(Node):
    """Logical or."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Two numbers and one of `+ - * / // %`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """A chain such as `0 < x <= 5`: operands, and the operators between them."""

    operands: tuple[Node, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventField(Node):
    """A field of the event, or of the ancestor `levels` up; `path` lies inside the field."""

    levels: int
    field: str
    path: Path


@dataclass(frozen=True, slots=True)
class StatePath(Node):
    """A path in a state after (`state`) or before the event; `agent` None is the event's own.

    `columns` has the start of each step.
    """

    side: Side
    agent: str | None
    path: Path
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ThatField(Node):
    """A field of the event that the first part of a temporal condition hit, as in `that.data.x`."""

    levels: int
    field: str
    path: Path


@dataclass(frozen=True, slots=True)
class ElementPath(Node):
    """A path in the element at hand of the innermost `any` or `all`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Changed(Node):
    """Whether a value differs from what it was before the event; `old` is `new` read before."""

    new: Node
    old: Node


@dataclass(frozen=True, slots=True)
class Quantifier(Node):
    """`any` or `all` over the elements of a list."""

    every: bool
    items: Node
    body: Node


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """`subject` and whether `other` follows it or precedes it; only ever the whole condition."""

    link: Link
    subject: Node
    other: Node
    window: Window | None


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in the order they are written."""
    match node:
        case ListOf(items=parts) | Call(arguments=parts) | Comparison(operands=parts):
            return parts
        case Not(operand=part) | Negative(operand=part):
            return (part,)
        case Both(left=left, right=right) | Either(left=left, right=right):
            return (left, right)
        case Arithmetic(left=left, right=right):
            return (left, right)
        case Changed(new=new, old=old):
            return (new, old)
        case Quantifier(items=items, body=body):
            return (items, body)
    return ()


def walk(node: Node) -> list[Node]:
    """The node and everything below it."""
    found = [node]
    for child in found:
        found.extend(children(child))
    return found


def rebuilt(node: Node, leaf: Callable[[StatePath], StatePath]) -> Node:
    """The same tree with other state paths."""

    def again(part: Node) -> Node:
        return rebuilt(part, leaf)

    match node:
        case StatePath():
            return leaf(node)
        case ListOf(items=parts):
            return replace(node, items=tuple(map(again, parts)))
        case Call(arguments=parts):
            return replace(node, arguments=tuple(map(again, parts)))
        case Comparison(operands=parts):
            return replace(node, operands=tuple(map(again, parts)))
        case Not(operand=part) | Negative(operand=part):
            return replace(node, operand=again(part))
        case Both() | Either() | Arithmetic():
            return replace(node, left=again(node.left), right=again(node.right))
        case Changed(new=new, old=old):
            return replace(node, new=again(new), old=again(old))
        case Quantifier(items=items, body=body):
            return replace(node, items=again(items), body=again(body))
    return node


def conjuncts(node: Node) -> list[Node]:
    """The parts that must all hold for the node to hold."""
    if isinstance(node, Both):
        return conjuncts(node.left) + conjuncts(node.right)
    return [node]


def conjunction(parts: Iterable[Node]) -> Node:
    """The node that holds where all parts hold; without any it always does."""
    found = list(parts)
    if not found:
        return Constant(0, True)
    return reduce(lambda left, right: Both(left.column, left, right), found)
