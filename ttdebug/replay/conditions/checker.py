"""Gives every name of a parsed condition its meaning, or says which name was probably meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ttdebug.errors import ConditionError
from ttdebug.paths import Key, Path, dotted
from ttdebug.replay.conditions import patterns
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
    Name,
    Negative,
    Node,
    Not,
    Quantifier,
    Sequence,
    StatePath,
    ThatField,
    rebuilt,
    walk,
)
from ttdebug.replay.conditions.values import moment
from ttdebug.replay.conditions.vocabulary import (
    ELEMENT,
    EVENT_FIELDS,
    FUNCTIONS,
    NESTED_FIELDS,
    ROOTS,
    THAT,
    TIME_FIELD,
    nearest,
)

_CHANGES: Final = ("added", "changed", "removed")


def check(node: Node, text: str, *, in_element: bool = False, after_that: bool = False) -> Node:
    """The tree with every name resolved; raises ConditionError at the first that means nothing.

    With `in_element`, bare names are fields of an element from the start; with `after_that`, there
    is an earlier event to which `that` refers.
    """
    return _Checker(text, after_that).node(node, in_element=in_element)


class _Checker:
    def __init__(self, text: str, after_that: bool) -> None:
        self._text = text
        self._after_that = after_that

    def node(self, node: Node, in_element: bool) -> Node:
        match node:
            case Name():
                return self._name(node, in_element)
            case Call():
                return self._call(node, in_element)
            case Comparison():
                return self._comparison(node, in_element)
            case ListOf(items=items):
                return replace(node, items=self._all(items, in_element))
            case Not(operand=part) | Negative(operand=part):
                return replace(node, operand=self.node(part, in_element))
            case Both() | Either() | Arithmetic():
                left, right = self._all((node.left, node.right), in_element)
                return replace(node, left=left, right=right)
            case Sequence():
                raise self._error("expected a condition on a single event, not a temporal form", 0)
        return node

    def _all(self, nodes: tuple[Node, ...], in_element: bool) -> tuple[Node, ...]:
        return tuple(self.node(node, in_element) for node in nodes)

    def _name(self, name: Name, in_element: bool) -> Node:
        if name.word == "event":
            levels, field, path = self._event(name)
            return EventField(name.column, levels, field, path)
        if name.word == THAT and self._after_that:
            levels, field, path = self._event(name)
            return ThatField(name.column, levels, field, path)
        if name.word == "states":
            return self._other_state(name)
        if name.word == "state":
            return StatePath(name.column, "state", None, name.path, name.columns)
        if name.word == "before":
            return StatePath(name.column, "before", None, name.path, name.columns)
        if in_element:
            here = name.path if name.word == ELEMENT else (Key(name.word), *name.path)
            return ElementPath(name.column, here)
        raise self._unknown_name(name)

    def _event(self, name: Name) -> tuple[int, str, Path]:
        """The levels up, the field and the path inside it that follow `event` or `that`."""
        root = name.word
        levels, path, columns = 0, name.path, name.columns
        while path and path[0] == Key("parent") and len(path) > 1:
            levels, path, columns = levels + 1, path[1:], columns[1:]
        if not path:
            raise self._error(f"expected a field, as in {root}.type", name.column)
        field = path[0].text if isinstance(path[0], Key) else ""
        if field not in EVENT_FIELDS:
            raise self._unknown_field(f"{root}." + "parent." * levels, field, columns[0])
        if len(path) > 1 and field not in NESTED_FIELDS:
            raise self._error(f"{root}.{field} has no fields of its own", columns[1])
        if field == "changes" and path[1:] not in {(Key(part),) for part in _CHANGES}:
            wanted = " or ".join(f"{root}.changes.{part}" for part in _CHANGES)
            raise self._error(f"expected {wanted}", columns[-1])
        return levels, field, path[1:]

    def _other_state(self, name: Name) -> StatePath:
        if not name.path or not isinstance(name.path[0], Key):
            raise self._error('expected an agent, as in states["name"].x', name.column)
        agent, path = name.path[0].text, name.path[1:]
        return StatePath(name.column, "state", agent, path, name.columns[1:])

    def _call(self, call: Call, in_element: bool) -> Node:
        function = FUNCTIONS.get(call.function)
        if function is None:
            meant = nearest(call.function, FUNCTIONS)
            raise self._unknown(f"unknown function {call.function}", call.column, meant)
        count = len(call.arguments)
        if count < function.least or (function.most is not None and count > function.most):
            raise self._error(f"expected {function.usage}", call.column)
        if call.function in ("any", "all"):
            items = self.node(call.arguments[0], in_element)
            body = self.node(call.arguments[1], in_element=True)
            return Quantifier(call.column, call.function == "all", items, body)
        if call.function == "changed":
            value = call.arguments[0]
            if in_element and isinstance(value, Name) and value.word not in ROOTS:
                raise self._error("changed() cannot follow an element of a list", value.column)
            return self._changed(call, self.node(value, in_element=False))
        arguments = self._all(call.arguments, in_element)
        if call.function in ("glob", "matches"):
            self._pattern(call.function, arguments[1])
        return replace(call, arguments=arguments)

    def _changed(self, call: Call, new: Node) -> Changed:
        parts = walk(new)
        states = [part for part in parts if isinstance(part, StatePath)]
        foreign = (EventField, ThatField, Changed)
        if not states or any(isinstance(part, foreign) for part in parts):
            raise self._error("expected a path in a state, as in changed(state.x)", new.column)
        if any(part.side == "before" for part in states):
            raise self._error("changed() compares with before by itself: write state", new.column)
        old = rebuilt(new, lambda path: replace(path, side="before"))
        return Changed(call.column, new, old)

    def _pattern(self, function: str, pattern: Node) -> None:
        if not isinstance(pattern, Constant):
            return
        if not isinstance(pattern.value, str):
            raise self._error(f"expected {FUNCTIONS[function].usage}", pattern.column)
        made = (patterns.regex if function == "matches" else patterns.glob)(pattern.value)
        if isinstance(made, str):
            raise self._error(f"this is not a pattern: {made}", pattern.column)

    def _comparison(self, node: Comparison, in_element: bool) -> Comparison:
        operands = self._all(node.operands, in_element)
        for left, operator, right in zip(operands, node.operators, operands[1:], strict=False):
            if operator in ("in", "not in"):
                right_parts = right.items if isinstance(right, ListOf) else ()
                pairs = [(left, part) for part in right_parts]
            else:
                pairs = [(left, right), (right, left)]
            for one, other in pairs:
                self._time(one, other)
        return replace(node, operands=operands)

    def _time(self, field: Node, other: Node) -> None:
        """A text that event.time is compared with must be a time."""
        if not isinstance(field, EventField | ThatField) or field.field != TIME_FIELD:
            return
        text = other.value if isinstance(other, Constant) else None
        if isinstance(text, str) and moment(text) is None:
            raise self._error('expected a time such as "2026-11-20T20:31:00Z"', other.column)

    def _unknown_name(self, name: Name) -> ConditionError:
        message = f"unknown name {name.word}"
        if name.word == THAT:
            told = "`that` is the event of A; it can stand only in B, as in A then B"
            return self._error(told, name.column)
        if name.word in EVENT_FIELDS:
            return self._unknown(message, name.column, f"event.{name.word}")
        if root := nearest(name.word, ROOTS):
            return self._unknown(message, name.column, root)
        meant = "state." + dotted((Key(name.word), *name.path))
        if not name.path:
            message += f'; is it the text "{name.word}", or'
            return ConditionError(f"{message} {meant}?", self._text, name.column, suggestion=meant)
        return self._unknown(message, name.column, meant)

    def _unknown_field(self, prefix: str, field: str, column: int) -> ConditionError:
        meant = nearest(field, EVENT_FIELDS) if field else None
        if field and meant is None:
            meant = f"data.{field}"
        shown = f"{prefix}{field}" if field else prefix.rstrip(".") + "[...]"
        return self._unknown(f"unknown field {shown}", column, meant and prefix + meant)

    def _unknown(self, message: str, column: int, meant: str | None) -> ConditionError:
        hint = f"; did you mean {meant}?" if meant else ""
        return ConditionError(message + hint, self._text, column, suggestion=meant)

    def _error(self, message: str, column: int) -> ConditionError:
        return ConditionError(message, self._text, column)
