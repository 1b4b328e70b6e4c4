"""The text of a condition to a tree: one expression, or a temporal form with two in it."""

from __future__ import annotations

from typing import Final

from ttdebug.errors import ConditionError
from ttdebug.replay.conditions.expressions import OR, Expressions
from ttdebug.replay.conditions.nodes import Link, Node, Sequence
from ttdebug.replay.conditions.window import COUNTED, UNITS, Window, nanoseconds

MAX_LENGTH: Final = 500


def parse(text: str) -> Node:
    """The tree of `text`; raises ConditionError with the column and what was expected."""
    if len(text) > MAX_LENGTH:
        raise ConditionError(
            f"this condition has {len(text)} characters; the most is {MAX_LENGTH}",
            text,
            MAX_LENGTH,
        )
    return _Parser(text).whole()


class _Parser(Expressions):
    """The words of temporal forms are names, which no expression can use where these stand."""

    def whole(self) -> Node:
        if self._next.kind == "end":
            raise self._error("expected a condition")
        if self._link("no"):
            return self._absence()
        subject = self._expression(OR)
        if self._link("then"):
            return self._response(subject)
        if self._link("without"):
            return self._precedence(subject)
        if self._at < len(self._tokens) - 1:
            raise self._unexpected("expected `and`, `or`, an operator or the end")
        return subject

    def _response(self, subject: Node) -> Node:
        """`A then B`, `A then not B`."""
        self._take()
        negative = self._is("not")
        if negative:
            self._take()
        other = self._expression(OR)
        return self._sequence("then not" if negative else "then", subject, other, self._window())

    def _absence(self) -> Node:
        """`no B after A`, which is `A then not B`."""
        self._take()
        other = self._expression(OR)
        self._follow("after", "`after` and what it should follow")
        return self._sequence("then not", self._expression(OR), other, self._window())

    def _precedence(self, subject: Node) -> Node:
        """`A without B before it`."""
        self._take()
        other = self._expression(OR)
        self._follow("before", "`before it`")
        self._follow("it", "`it` after `before`")
        if self._link("within"):
            raise self._error(
                "`without ... before it` looks back to the start, not within a window"
            )
        return self._sequence("without", subject, other, None)

    def _sequence(self, link: Link, subject: Node, other: Node, window: Window | None) -> Node:
        if self._next.kind != "end":
            raise self._unexpected("expected the end; what belongs to a part stands inside it")
        return self._made(Sequence(0, link, subject, other, window))

    def _window(self) -> Window | None:
        if not self._link("within"):
            return None
        self._take()
        size = self._next
        unit = self._tokens[self._at + 1] if size.kind == "constant" else size
        if size.kind == "constant" and unit.kind == "name" and unit.text in UNITS:
            self._take()
            amount = size.value if isinstance(size.value, (int, float)) else 0
            window = Window(nanoseconds=nanoseconds(amount, unit.text))
        elif size.kind == "duration" and isinstance(size.value, int):
            window = Window(nanoseconds=size.value)
        elif type(size.value) is int:
            window = Window(events=size.value)
        else:
            raise self._unexpected("expected a number of events, or a time such as 5s")
        if window == Window():
            raise self._error("expected a window of at least 1 event, or some time")
        self._take()
        if window.events and self._next.kind == "name" and self._next.text in COUNTED:
            self._take()
        return window

    def _link(self, word: str) -> bool:
        return self._next.kind == "name" and self._next.text == word

    def _follow(self, word: str, wanted: str) -> None:
        if not self._link(word):
            raise self._unexpected(f"expected {wanted}")
        self._take()
