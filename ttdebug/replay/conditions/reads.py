"""What a condition looks at, so that only events where that may have changed need a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ttdebug.model import JSON, Value
from ttdebug.paths import Key, Path, resolve
from ttdebug.replay.conditions.nodes import (
    Both,
    Changed,
    Comparison,
    Constant,
    Either,
    EventField,
    ListOf,
    Node,
    StatePath,
    ThatField,
    children,
    conjuncts,
    walk,
)
from ttdebug.replay.conditions.vocabulary import THAT
from ttdebug.replay.conditions.writing import operand_label

_MIRRORED: Final = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
INDEXED_FIELDS: Final = frozenset({"type", "name", "agent", "status"})


@dataclass(frozen=True, slots=True)
class Operand:
    """A path in the state of an agent (None: the event's own)."""

    agent: str | None
    path: Path

    @property
    def label(self) -> str:
        """The operand as it is typed, such as `state.budget.remaining`."""
        return operand_label("state", self.agent, self.path)

    def value_in(self, state: Value) -> Value:
        """The operand's value in its agent's state."""
        return resolve(state, self.path)

    @property
    def prefix(self) -> tuple[str, ...]:
        """Keys down to the first step whose place in a list may shift.

        A write above or below this prefix may change the operand; no other write can.
        """
        keys: list[str] = []
        for step in self.path:
            if not isinstance(step, Key) or step.text.isdigit():
                break
            keys.append(step.text)
        return tuple(keys)


@dataclass(frozen=True, slots=True)
class Reads:
    """The roots of a condition; `event` has the names of fields, `parent` for any of an ancestor.

    It has `that` where the earlier event of a temporal condition is read.
    `changed` has what stands inside changed(), which is not repeated in the others.
    """

    event: frozenset[str]
    state: tuple[Operand, ...]
    before: tuple[Operand, ...]
    changed: tuple[Operand, ...]

    @property
    def edge(self) -> bool:
        """Whether hits are where the condition becomes true, not wherever it is true."""
        return bool(self.state) and not (self.event or self.before or self.changed)

    @property
    def own(self) -> bool:
        """Whether it reads the state of the event's own agent."""
        return any(operand.agent is None for operand in self.operands)

    @property
    def operands(self) -> tuple[Operand, ...]:
        """Every path in a state that is read, once."""
        return tuple(dict.fromkeys((*self.changed, *self.state, *self.before)))


def reads(node: Node) -> Reads:
    """What a checked condition reads."""
    event: set[str] = set()
    state: dict[Operand, None] = {}
    before: dict[Operand, None] = {}
    changed: dict[Operand, None] = {}

    def visit(part: Node) -> None:
        match part:
            case EventField():
                event.add("parent" if part.levels else part.field)
            case ThatField():
                event.add(THAT)
            case StatePath():
                (before if part.side == "before" else state)[_operand(part)] = None
            case Changed():
                changed.update(dict.fromkeys(_operands(part.new)))
                return
        for child in children(part):
            visit(child)

    visit(node)
    return Reads(frozenset(event), tuple(state), tuple(before), tuple(changed))


def field_tests(node: Node) -> dict[str, list[Node]]:
    """For each indexed event field, the conjuncts that nothing but this field decides."""
    tests: dict[str, list[Node]] = {}
    for part in conjuncts(node):
        names = {_read_by(leaf) for leaf in walk(part)} - {None}
        if len(names) == 1 and (name := names.pop()) in INDEXED_FIELDS:
            tests.setdefault(str(name), []).append(part)
    return tests


def changed_tests(node: Node) -> list[tuple[Operand, ...]]:
    """The operands of each changed() that must hold: a hit is a write of one of each."""
    return [_operands(part.new) for part in conjuncts(node) if isinstance(part, Changed)]


def literal_texts(node: Node) -> frozenset[str] | None:
    """The only texts for which a test of one field can hold; None where there may be others."""
    if isinstance(node, (Both, Either)):
        sides = [literal_texts(node.left), literal_texts(node.right)]
        known = [side for side in sides if side is not None]
        if len(known) < (2 if isinstance(node, Either) else 1):
            return None
        return frozenset().union(*known)
    if isinstance(node, Comparison) and set(node.operators) <= {"==", "in"}:
        values = [part.value for part in walk(node) if isinstance(part, Constant)]
        fields = sum(isinstance(part, EventField) for part in walk(node))
        plain = all(isinstance(part, (Constant, EventField, ListOf)) for part in node.operands)
        if plain and fields == 1 and node.operators.count("in") <= 1 and len(node.operands) == 2:
            return frozenset(value for value in values if isinstance(value, str))
    return None


def single_test(node: Node) -> tuple[str, JSON] | None:
    """(operator, constant) of a condition that compares a state path with one scalar."""
    if not isinstance(node, Comparison) or len(node.operators) != 1:
        return None
    (left, right), operator = node.operands, node.operators[0]
    if isinstance(left, Constant):
        left, right, operator = right, left, _MIRRORED.get(operator, "")
    if isinstance(left, StatePath) and isinstance(right, Constant) and operator in _MIRRORED:
        return operator, right.value
    return None


def _read_by(leaf: Node) -> str | None:
    if isinstance(leaf, EventField):
        return "parent" if leaf.levels else leaf.field
    return "state" if isinstance(leaf, StatePath) else None


def _operand(part: StatePath) -> Operand:
    return Operand(part.agent, part.path)


def _operands(node: Node) -> tuple[Operand, ...]:
    found = (_operand(part) for part in walk(node) if isinstance(part, StatePath))
    return tuple(dict.fromkeys(found))
