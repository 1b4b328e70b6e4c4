"""A checked tree as text again, such as `state.budget.remaining < 5`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from ttdebug.model import JSON
from ttdebug.paths import Key, Path, dotted
from ttdebug.replay.conditions.expressions import AND, COMPARE, NOT, OR, PRODUCT, SIGN, SUM
from ttdebug.replay.conditions.lexer import LITERALS, OPERATOR_WORDS
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
)
from ttdebug.replay.conditions.vocabulary import ELEMENT, ROOTS, THAT

_ROOTED: Final = frozenset({*ROOTS, ELEMENT, THAT, *LITERALS, *OPERATOR_WORDS})
_ATOM: Final = SIGN + 1


def written(node: Node) -> str:
    """A text that reads as the same tree, with no more brackets than it takes."""
    return _at(node, OR)


def operand_label(root: str, agent: str | None, path: Path) -> str:
    """A path in a state as it is typed; `root` is `state` or `before`."""
    if agent is not None:
        return "states" + _steps((Key(agent), *path))
    return root + _steps(path)


def field_label(field: EventField | ThatField) -> str:
    """An event field as it is typed, such as `event.parent.data.from`."""
    root = THAT if isinstance(field, ThatField) else "event"
    return f"{root}." + "parent." * field.levels + field.field + _steps(field.path)


def _at(node: Node, power: int) -> str:
    """In brackets where something binds more tightly than the node does."""
    own, text = _binding(node)
    return f"({text})" if own < power else text


def _binding(node: Node) -> tuple[int, str]:
    match node:
        case Either(left=left, right=right):
            return OR, f"{_at(left, OR)} or {_at(right, AND)}"
        case Both(left=left, right=right):
            return AND, f"{_at(left, AND)} and {_at(right, NOT)}"
        case Not(operand=operand):
            return NOT, f"not {_at(operand, NOT)}"
        case Comparison(operands=operands, operators=operators):
            first, *rest = [_at(operand, SUM) for operand in operands]
            links = zip(operators, rest, strict=True)
            return COMPARE, first + "".join(f" {sign} {operand}" for sign, operand in links)
        case Arithmetic(operator=sign, left=left, right=right):
            own = SUM if sign in "+-" else PRODUCT
            return own, f"{_at(left, own)} {sign} {_at(right, own + 1)}"
        case Negative(operand=operand):
            return SIGN, f"-{_at(operand, SIGN)}"
    return _ATOM, _atom(node)


def _atom(node: Node) -> str:
    match node:
        case Constant(value=value):
            return _constant(value)
        case ListOf(items=items):
            return f"[{_all(items)}]"
        case Call(function=function, arguments=arguments):
            return f"{function}({_all(arguments)})"
        case Quantifier(every=every, items=items, body=body):
            return f"{'all' if every else 'any'}({_all((items, body))})"
        case Changed(new=new):
            return f"changed({written(new)})"
        case StatePath(side=side, agent=agent, path=path):
            return operand_label(side, agent, path)
        case EventField() | ThatField():
            return field_label(node)
        case ElementPath(path=path):
            first = path[0].text if path and isinstance(path[0], Key) else ""
            bare = first.isidentifier() and first not in _ROOTED
            return dotted(path) if bare else ELEMENT + _steps(path)
    raise AssertionError(f"a {type(node).__name__} is never left after checking")


def _all(nodes: Sequence[Node]) -> str:
    return ", ".join(map(written, nodes))


def _steps(path: Path) -> str:
    """Steps as they follow a root."""
    return dotted((Key("x"), *path)).removeprefix("x")


def _constant(value: JSON) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in quoted) + '"'


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    pairs = (units[at : at + 2] for at in range(0, len(units), 2))
    return "".join(f"\\u{int.from_bytes(pair, 'big'):04x}" for pair in pairs)
