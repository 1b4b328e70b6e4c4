"""The terms of a temporal condition's B that read `that`: whether two events belong together."""

from __future__ import annotations

from typing import TypeAlias

from ttdebug.model import Event, Value
from ttdebug.replay.conditions.evaluate import Evaluator, Scope, evaluator
from ttdebug.replay.conditions.frame import Frame
from ttdebug.replay.conditions.nodes import Comparison, EventField, Node, ThatField, walk
from ttdebug.replay.conditions.values import truth
from ttdebug.replay.conditions.vocabulary import TIME_FIELD
from ttdebug.replay.conditions.writing import field_label

Key: TypeAlias = tuple[object, ...]
"""Equal for events whose terms may be equal."""


class Pairing:
    """What has to hold between the event of B and that of A; nothing, if there are no terms.

    Terms such as `event.data.call_id == that.data.call_id` give each event a key, so that only
    events with the same key need to be compared.
    """

    def __init__(self, text: str, terms: list[Node]) -> None:
        self._text = text
        self._terms = [evaluator(term) for term in terms]
        self._ours: list[tuple[str, Evaluator]] = []
        self._theirs: list[Evaluator] = []
        for term in terms:
            if (sides := _sides(term)) is not None:
                ours, theirs = sides
                label = field_label(ours) if isinstance(ours, EventField) else ""
                self._ours.append((label, evaluator(ours)))
                self._theirs.append(evaluator(theirs))
        self.keyed = bool(self._ours)
        self.exact = len(self._ours) == len(terms)

    def __bool__(self) -> bool:
        return bool(self._terms)

    def key(self, frame: Frame) -> Key:
        """The key of an event that B may hit."""
        scope = self._scope(frame)
        return tuple(_key(value(scope)) for _, value in self._ours)

    def key_of(self, frame: Frame, that: Event) -> Key:
        """The key that an event must have to belong to `that`."""
        scope = self._scope(frame, that)
        return tuple(_key(value(scope)) for value in self._theirs)

    def wanted(self, frame: Frame, that: Event) -> list[tuple[str, Value]]:
        """The fields an event must have to belong to `that`, and their values."""
        scope = self._scope(frame, that)
        values = [value(scope) for value in self._theirs]
        labels = [label for label, _ in self._ours]
        return [(label, value) for label, value in zip(labels, values, strict=True) if label]

    def holds(self, frame: Frame, that: Event) -> bool:
        """Whether the event at hand belongs to `that`."""
        scope = self._scope(frame, that)
        return all(truth(term(scope)) for term in self._terms)

    def _scope(self, frame: Frame, that: Event | None = None) -> Scope:
        scope = Scope(self._text)
        scope.frame = frame
        if that is not None:
            scope.that = that
        return scope


def reads_that(node: Node) -> bool:
    """Whether anything in it is of the earlier event."""
    return any(isinstance(part, ThatField) for part in walk(node))


def _sides(term: Node) -> tuple[Node, Node] | None:
    """(of our event, of the other) for an equality of which each side is of one event only."""
    if not isinstance(term, Comparison) or term.operators != ("==",):
        return None
    ours, theirs = term.operands
    if reads_that(ours):
        ours, theirs = theirs, ours
    if reads_that(ours) or not all(_of_that(part) for part in walk(theirs)):
        return None
    parts = [*walk(ours), *walk(theirs)]
    fields = [part.field for part in parts if isinstance(part, EventField | ThatField)]
    return None if TIME_FIELD in fields else (ours, theirs)  # times are equal to texts, too


def _of_that(part: Node) -> bool:
    return isinstance(part, ThatField) or not isinstance(part, EventField)


def _key(value: Value) -> object:
    """The same for equal values; larger ones are told apart when they are compared."""
    if isinstance(value, bool):
        return ("bool", value)
    return value if isinstance(value, (int, float, str)) else type(value).__name__
