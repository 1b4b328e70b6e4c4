"""Conditions made of parts of others instead of text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ttdebug.paths import Path
from ttdebug.replay.conditions.condition import Condition, made
from ttdebug.replay.conditions.nodes import (
    Call,
    Comparison,
    Constant,
    EventField,
    Node,
    StatePath,
    conjunction,
    rebuilt,
)
from ttdebug.replay.conditions.reads import Operand
from ttdebug.replay.conditions.writing import written


def together(parts: Iterable[Condition]) -> Condition:
    """Holds where all of some conditions hold."""
    return _of(conjunction(part.tree for part in parts))


def field_is(field: str, text: str) -> Condition:
    """Holds where a field of the event is a text."""
    sides = (EventField(0, 0, field, ()), Constant(0, text))
    return _of(Comparison(0, sides, ("==",)))


def exists(leaf: Node) -> Condition:
    """Holds where a checked field or path is there."""
    return _of(Call(0, "exists", (leaf,)))


def renamed(condition: Condition, operand: Operand, path: Path) -> Condition:
    """The same with another path in place of one in a state."""

    def leaf(node: StatePath) -> StatePath:
        same = (node.agent, node.path) == (operand.agent, operand.path)
        return replace(node, path=path, columns=()) if same else node

    return _of(rebuilt(condition.tree, leaf))


def _of(tree: Node) -> Condition:
    return made(written(tree), tree)
