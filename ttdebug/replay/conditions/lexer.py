"""Cuts the text of a condition into tokens; a name and the path behind it are one token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from ttdebug.errors import ConditionError
from ttdebug.model import JSON
from ttdebug.paths import Ident, Index, Key, Path, Step
from ttdebug.replay.conditions.window import UNITS, nanoseconds

LITERALS: Final[dict[str, JSON]] = {
    "None": None, "null": None, "True": True, "true": True, "False": False, "false": False,
}  # fmt: skip
OPERATOR_WORDS: Final = frozenset({"and", "or", "not", "in"})

_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"[^\W\d]\w*|\$\w+")
_FIELD = re.compile(r"[\w$]+")
_NUMBER = re.compile(r"(?:[0-9][0-9_]*(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_OPERATOR = re.compile(r"==|!=|<=|>=|//|[<>+\-*/%(),\[\]]")
_INDEX = re.compile(r"\s*(-?[0-9]+)\s*\]")
_IDENTITY = re.compile(r"([\w$@:-]*)\s*=\s*")
_BARE_IDENTITY = re.compile(r"[^\]\[\"']+")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}
_HABITS: Final = {
    "=": "==", "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "<>": "!=",
}  # fmt: skip

TokenKind = Literal["name", "word", "constant", "operator", "duration", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """`text` as written, from `column` up to `end`; names have steps, constants a value.

    The value of a duration such as `5s` is in nanoseconds.
    """

    kind: TokenKind
    text: str
    column: int
    end: int
    path: Path = ()
    columns: tuple[int, ...] = ()
    value: JSON = None


def tokens(text: str) -> list[Token]:
    """All tokens of `text`, closed by one of kind `end`; raises ConditionError."""
    found: list[Token] = []
    at = _skip(text, 0)
    while at < len(text):
        token = _token(text, at)
        found.append(token)
        at = _skip(text, token.end)
    found.append(Token("end", "", len(text), len(text)))
    return found


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _token(text: str, at: int) -> Token:
    if text[at] in "\"'":
        value, end = string(text, at)
        return Token("constant", text[at:end], at, end, value=value)
    if word := _WORD.match(text, at):
        return _word(text, at, word.end())
    if number := _NUMBER.match(text, at):
        return _number(text, number)
    if operator := _OPERATOR.match(text, at):
        return Token("operator", operator.group(), at, operator.end())
    raise _unknown(text, at)


def _word(text: str, at: int, end: int) -> Token:
    word = text[at:end]
    if word in LITERALS:
        return Token("constant", word, at, end, value=LITERALS[word])
    if word in OPERATOR_WORDS:
        return Token("word", word, at, end)
    steps: list[Step] = []
    columns: list[int] = []
    while end < len(text) and text[end] in ".[":
        columns.append(end + 1)
        step, end = _field(text, end) if text[end] == "." else _bracket(text, end)
        steps.append(step)
    return Token("name", text[at:end], at, end, tuple(steps), tuple(columns), value=word)


def _field(text: str, dot: int) -> tuple[Step, int]:
    field = _FIELD.match(text, dot + 1)
    if field is None:
        raise ConditionError("expected a field name after `.`", text, dot + 1)
    return Key(field.group()), field.end()


def _bracket(text: str, bracket: int) -> tuple[Step, int]:
    if index := _INDEX.match(text, bracket + 1):
        return Index(int(index.group(1))), index.end()
    at = _skip(text, bracket + 1)
    step: Step
    if text[at : at + 1] in ('"', "'"):
        key, at = string(text, at)
        step = Key(key)
    elif identity := _IDENTITY.match(text, at):
        value, at = _identity(text, identity.end())
        step = Ident(identity.group(1) or None, value)
    else:
        hint = "an index, a quoted key or `id=value`"
        if text[at : at + 1] == "*":
            hint += "; for some or every element write any(list, ...) or all(list, ...)"
        raise ConditionError(f"expected {hint}", text, at)
    at = _skip(text, at)
    if text[at : at + 1] != "]":
        raise ConditionError("expected `]`", text, at)
    return step, at + 1


def _identity(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] in ('"', "'"):
        return string(text, at)
    bare = _BARE_IDENTITY.match(text, at)
    if bare is None or not bare.group().strip():
        raise ConditionError("expected the value that names the element", text, at)
    return bare.group().strip(), bare.end()


def string(text: str, at: int) -> tuple[str, int]:
    r"""The string that starts with the quote at `at`, and where it ends.

    `\n \t \r \\ \" \'` and `\uXXXX` are escapes; any other backslash stays, so that regular
    expressions need no doubling.
    """
    quote, out, here = text[at], [], at + 1
    while here < len(text) and text[here] != quote:
        if text[here] != "\\" or here + 1 == len(text):
            out.append(text[here])
            here += 1
            continue
        piece, here = _escape(text, here)
        out.append(piece)
    if here >= len(text):
        raise ConditionError(f"this string has no closing {quote}", text, at)
    joined = "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return joined, here + 1


def _escape(text: str, at: int) -> tuple[str, int]:
    char = text[at + 1]
    if char == "u":
        digits = text[at + 2 : at + 6]
        if not re.fullmatch("[0-9a-fA-F]{4}", digits):
            raise ConditionError("expected four hexadecimal digits after `\\u`", text, at)
        return chr(int(digits, 16)), at + 6
    return _ESCAPES.get(char, "\\" + char), at + 2


def _number(text: str, number: re.Match[str]) -> Token:
    at, end = number.span()
    digits = number.group().replace("_", "")
    value: JSON = int(digits) if digits.isdecimal() else float(digits)
    if unit := _FIELD.match(text, end):
        if unit.group() not in UNITS or number.group()[0] == ".":
            raise ConditionError("this is neither a number nor a name", text, at)
        took = nanoseconds(float(digits), unit.group())
        return Token("duration", text[at : unit.end()], at, unit.end(), value=took)
    return Token("constant", number.group(), at, end, value=value)


def _unknown(text: str, at: int) -> ConditionError:
    for length in (2, 1):
        written = text[at : at + length]
        if meant := _HABITS.get(written):
            return ConditionError(
                f"unexpected `{written}`; did you mean `{meant}`?", text, at, suggestion=meant
            )
    if text[at] == ".":
        return ConditionError("a field must follow its name without a space", text, at)
    return ConditionError(f"unexpected character {text[at]!r}", text, at)
