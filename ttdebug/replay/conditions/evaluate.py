"""Turns a checked condition into nested functions, and runs them within a budget of steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ttdebug import delta
from ttdebug.errors import ConditionError
from ttdebug.model import MISSING, Event, Value, seconds
from ttdebug.paths import Ident, Path, resolve
from ttdebug.replay.conditions.frame import Frame
from ttdebug.replay.conditions.functions import IMPLEMENTATIONS
from ttdebug.replay.conditions.marked import plain
from ttdebug.replay.conditions.nodes import (
    Arithmetic,
    Both,
    Call,
    Changed,
    Comparison,
    Constant,
    Either,
    ElementPath,
    EventField,
    ListOf,
    Negative,
    Node,
    Not,
    Quantifier,
    StatePath,
    ThatField,
    walk,
)
from ttdebug.replay.conditions.values import (
    Moment,
    calculated,
    equal,
    inside,
    negated,
    ordered,
    truth,
)

BUDGET: Final = 100_000
"""Steps one evaluation may take: elements looked at, values compared, text searched."""


class Scope:
    """One evaluation under way: the frame, the element at hand, and the steps that are left.

    `that` is the earlier event of a temporal condition.
    """

    __slots__ = ("element", "frame", "left", "text", "that")

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = BUDGET
        self.element: Value = MISSING
        self.frame: Frame
        self.that: Event

    def spend(self, steps: int) -> None:
        """Take steps from the budget; raises ConditionError when it is used up."""
        self.left -= steps
        if self.left < 0:
            raise ConditionError(
                f"too much to look at in one event (more than {BUDGET:,} steps, "
                f"at event {self.frame.event.seq}); narrow the lists or texts it goes through",
                self.text,
                0,
            )


Evaluator = Callable[[Scope], Value]


def evaluator(node: Node) -> Evaluator:
    """The function that computes a checked node."""
    match node:
        case Constant() | StatePath() | EventField() | ThatField() | ElementPath():
            return _leaf(node)
        case Comparison():
            return _comparison(node)
        case Both(left=left, right=right) | Either(left=left, right=right):
            return _logic(evaluator(left), evaluator(right), both=isinstance(node, Both))
        case Not(operand=operand):
            inner = evaluator(operand)
            return lambda scope: not truth(inner(scope))
        case Negative(operand=operand):
            inner = evaluator(operand)
            return lambda scope: negated(inner(scope))
        case Arithmetic():
            return _arithmetic(node)
        case ListOf(items=items):
            parts = [evaluator(item) for item in items]
            return lambda scope: [value for part in parts if (value := part(scope)) is not MISSING]
        case Quantifier():
            return _quantifier(node)
        case Changed():
            return _changed(node)
        case Call():
            return _call(node)
    raise AssertionError(f"a {type(node).__name__} is never left after checking")


def _leaf(node: Constant | StatePath | EventField | ThatField | ElementPath) -> Evaluator:
    if isinstance(node, Constant):
        value = node.value
        return lambda _: value
    if isinstance(node, StatePath):
        return _state_path(node)
    if isinstance(node, EventField):
        return _event_field(node, lambda scope: scope.frame.event)
    if isinstance(node, ThatField):
        return _event_field(node, lambda scope: scope.that)
    follow = _follower(node.path)
    return lambda scope: follow(scope.element, scope)


def _state_path(node: StatePath) -> Evaluator:
    agent, follow = node.agent, _follower(node.path)
    if node.side == "before":
        return lambda scope: follow(scope.frame.before(agent), scope)
    return lambda scope: follow(scope.frame.state(agent), scope)


def _follower(path: Path) -> Callable[[Value, Scope], Value]:
    """How a path is walked; looking for an identity costs a step for each element passed."""
    if not any(isinstance(step, Ident) for step in path):
        return lambda value, _: plain(resolve(value, path))

    def follow(value: Value, scope: Scope) -> Value:
        for step in path:
            if isinstance(step, Ident) and isinstance(value, list):
                scope.spend(len(value))
            value = resolve(value, (step,))
        return plain(value)

    return follow


def _event_field(node: EventField | ThatField, of: Callable[[Scope], Event]) -> Evaluator:
    read, levels, follow = _FIELDS[node.field], node.levels, _follower(node.path)

    def field(scope: Scope) -> Value:
        event: Event | None = of(scope)
        for _ in range(levels):
            event = event and scope.frame.parent(event)
        return MISSING if event is None else follow(read(scope.frame, event), scope)

    return field


_FIELDS: Final[dict[str, Callable[[Frame, Event], Value]]] = {
    "seq": lambda _, event: event.seq,
    "type": lambda _, event: event.type,
    "name": lambda _, event: event.name,
    "agent": lambda _, event: event.agent,
    "status": lambda _, event: event.status,
    "time": lambda _, event: None if event.time is None else Moment.at(event.time),
    "elapsed": lambda _, event: event.elapsed,
    "duration": lambda _, event: seconds(event.duration),
    "depth": lambda frame, event: frame.depth(event),
    "cause_depth": lambda frame, event: frame.cause_depth(event),
    "run": lambda _, event: event.run,
    "timeline": lambda _, event: event.timeline,
    "changes": lambda _, event: {
        "added": event.changes.added,
        "changed": event.changes.changed,
        "removed": event.changes.removed,
    },
    "data": lambda _, event: event.data,
    "source": lambda _, event: event.source,
    "parent": lambda _, event: event.parent,
}


def _comparison(node: Comparison) -> Evaluator:
    first, *rest = [evaluator(operand) for operand in node.operands]
    links = list(zip(map(_comparer, node.operators), rest, strict=True))
    if len(links) == 1:
        holds, second = links[0]
        return lambda scope: holds(first(scope), second(scope), scope)

    def chain(scope: Scope) -> Value:
        left = first(scope)
        for holds, operand in links:
            right = operand(scope)
            if not holds(left, right, scope):
                return False
            left = right
        return True

    return chain


def _comparer(sign: str) -> Callable[[Value, Value, Scope], bool]:
    """One comparison; with a missing side each is false, also those that negate."""
    if sign not in ("==", "!=", "in", "not in"):
        return lambda left, right, _: ordered(sign, left, right)
    related = equal if sign in ("==", "!=") else inside
    wanted = sign in ("==", "in")

    def holds(left: Value, right: Value, scope: Scope) -> bool:
        if left is MISSING or right is MISSING:
            return False
        return related(left, right, scope.spend) is wanted

    return holds


def _logic(left: Evaluator, right: Evaluator, *, both: bool) -> Evaluator:
    if both:
        return lambda scope: truth(left(scope)) and truth(right(scope))
    return lambda scope: truth(left(scope)) or truth(right(scope))


def _arithmetic(node: Arithmetic) -> Evaluator:
    sign, left, right = node.operator, evaluator(node.left), evaluator(node.right)
    return lambda scope: calculated(sign, left(scope), right(scope))


def _quantifier(node: Quantifier) -> Evaluator:
    items, body, every = evaluator(node.items), evaluator(node.body), node.every
    cost = 1 + len(walk(node.body))

    def quantifier(scope: Scope) -> Value:
        found = items(scope)
        if not isinstance(found, list):
            return MISSING
        outer = scope.element
        try:
            for scope.element in found:
                scope.spend(cost)
                if truth(body(scope)) is not every:
                    return not every
        finally:
            scope.element = outer
        return every

    return quantifier


def _changed(node: Changed) -> Evaluator:
    new, old = evaluator(node.new), evaluator(node.old)
    agents = {part.agent for part in walk(node.new) if isinstance(part, StatePath)}

    def changed(scope: Scope) -> Value:
        if any(scope.frame.before(agent) is MISSING for agent in agents):
            return False
        now, then = new(scope), old(scope)
        return now is not then and not delta.equal(now, then)

    return changed


def _call(node: Call) -> Evaluator:
    function = IMPLEMENTATIONS[node.function]
    if node.function == "exists" and isinstance(node.arguments[0], EventField):
        known = evaluator(node.arguments[0])
        at_field = not node.arguments[0].path
        return lambda scope: known(scope) not in ((MISSING, None) if at_field else (MISSING,))
    parts = [evaluator(argument) for argument in node.arguments]
    return lambda scope: function([part(scope) for part in parts], scope.spend)
