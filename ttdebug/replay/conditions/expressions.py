"""A Pratt parser of expressions: their tokens to a tree of bounded size and depth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ttdebug.errors import ConditionError
from ttdebug.replay.conditions.lexer import Token, tokens
from ttdebug.replay.conditions.nodes import (
    Arithmetic,
    Both,
    Call,
    Comparison,
    Constant,
    Either,
    ListOf,
    Name,
    Negative,
    Node,
    Not,
)
from ttdebug.replay.conditions.vocabulary import LINKS, nearest

MAX_NODES: Final = 100
MAX_DEPTH: Final = 40

OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN = range(1, 8)
COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not"})
_SUMS: Final = frozenset({"+", "-"})
_PRODUCTS: Final = frozenset({"*", "/", "//", "%"})
_HABITS: Final = {
    "is": "==", "equals": "==", "AND": "and", "OR": "or", "NOT": "not", "IN": "in",
    "followed": "then", "unless": "without",
}  # fmt: skip
_INFIX_WORDS: Final = ("and", "or", *(word for word in LINKS if word != "no"))


class Expressions:
    """Reads tokens from the left; `_expression` leaves those that it cannot use."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0
        self._nodes = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _is(self, text: str) -> bool:
        return self._next.kind in ("operator", "word") and self._next.text == text

    def _expect(self, text: str, wanted: str) -> None:
        if not self._is(text):
            raise self._unexpected(f"expected {wanted}")
        self._take()

    def _expression(self, power: int) -> Node:
        """An expression whose operators bind at least as tightly as `power`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"this is nested more than {MAX_DEPTH} deep")
        left = self._prefix(power)
        while (infix := self._infix()) and infix[0] >= power:
            left = infix[1](left)
        self._depth -= 1
        return left

    def _infix(self) -> tuple[int, Callable[[Node], Node]] | None:
        token = self._next
        if token.kind not in ("operator", "word"):
            return None
        if token.text == "or":
            return OR, self._either
        if token.text == "and":
            return AND, self._both
        if token.text in COMPARISONS:
            return COMPARE, self._comparison
        if token.text in _SUMS:
            return SUM, lambda left: self._arithmetic(left, PRODUCT)
        if token.text in _PRODUCTS:
            return PRODUCT, lambda left: self._arithmetic(left, SIGN)
        return None

    def _either(self, left: Node) -> Node:
        self._take()
        return self._made(Either(left.column, left, self._expression(AND)))

    def _both(self, left: Node) -> Node:
        self._take()
        return self._made(Both(left.column, left, self._expression(NOT)))

    def _arithmetic(self, left: Node, power: int) -> Node:
        operator = self._take().text
        return self._made(Arithmetic(left.column, operator, left, self._expression(power)))

    def _comparison(self, left: Node) -> Node:
        operands, operators = [left], []
        while self._next.kind in ("operator", "word") and self._next.text in COMPARISONS:
            operator = self._take().text
            if operator == "not":
                self._expect("in", "`in` after `not`")
                operator = "not in"
            operators.append(operator)
            operands.append(self._expression(SUM))
        return self._made(Comparison(left.column, tuple(operands), tuple(operators)))

    def _prefix(self, power: int) -> Node:
        token = self._next
        if token.kind == "constant":
            self._take()
            return self._made(Constant(token.column, token.value))
        if token.kind == "name":
            return self._name(self._take())
        if self._is("("):
            self._take()
            node = self._expression(OR)
            self._expect(")", "`)`")
            return node
        if self._is("["):
            self._take()
            return self._made(ListOf(token.column, self._arguments("]")))
        if self._is("-"):
            self._take()
            return self._made(Negative(token.column, self._expression(SIGN)))
        if self._is("not") and power <= NOT:
            self._take()
            return self._made(Not(token.column, self._expression(NOT)))
        raise self._unexpected("expected a value")

    def _name(self, token: Token) -> Node:
        if not self._is("("):
            return self._made(Name(token.column, str(token.value), token.path, token.columns))
        if token.path:
            raise self._error("expected an operator; only functions take `(`")
        self._take()
        return self._made(Call(token.column, token.text, self._arguments(")")))

    def _arguments(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._is(closing):
            found.append(self._expression(OR))
            if not self._is(","):
                break
            self._take()
        self._expect(closing, f"`,` or `{closing}`")
        return tuple(found)

    def _made(self, node: Node) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise ConditionError(
                f"this condition has more than {MAX_NODES} parts", self._text, node.column
            )
        return node

    def _error(self, message: str) -> ConditionError:
        return ConditionError(message, self._text, self._next.column)

    def _unexpected(self, expected: str) -> ConditionError:
        if self._next.kind == "end":
            return self._error(f"{expected}, but the condition ends here")
        word = self._next.text
        meant = _HABITS.get(word)
        if meant is None and self._next.kind == "name" and word not in LINKS:
            meant = nearest(word, _INFIX_WORDS)
        if meant:
            message = f"unexpected `{self._next.text}`; did you mean `{meant}`?"
            return ConditionError(message, self._text, self._next.column, suggestion=meant)
        if self._next.kind == "name" and self._next.text in LINKS:
            return self._error(
                f"unexpected `{self._next.text}`; {expected}, for a temporal form stands"
                " alone, outside brackets, and once"
            )
        return self._error(f"unexpected `{self._next.text}`; {expected}")
