"""Log templates: text with expressions of the condition language in braces."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from ttdebug.errors import ConditionError
from ttdebug.model import MISSING, Value
from ttdebug.replay import conditions
from ttdebug.replay.conditions import Condition, Frame
from ttdebug.replay.conditions.lexer import string
from ttdebug.replay.conditions.values import as_text

MAX_TEMPLATE: Final = 500
_LONGEST_VALUE: Final = 200


@dataclass(frozen=True, slots=True)
class Template:
    """`"{event.seq}: {state.budget.remaining}"`; doubled braces stand for themselves."""

    text: str
    parts: tuple[str | Condition, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Raises ConditionError with a column of the whole template."""
        if len(text) > MAX_TEMPLATE:
            raise ConditionError(
                f"a log text has at most {MAX_TEMPLATE} characters", text, MAX_TEMPLATE
            )
        parts: list[str | Condition] = []
        literal, at = "", 0
        while at < len(text):
            char = text[at]
            if text[at : at + 2] in ("{{", "}}"):
                literal, at = literal + char, at + 2
            elif char == "{":
                end = _closing(text, at)
                parts += [literal, _expression(text, at + 1, end)]
                literal, at = "", end + 1
            elif char == "}":
                raise ConditionError("unexpected `}`; write `}}` for the character", text, at)
            else:
                literal, at = literal + char, at + 1
        return cls(text, tuple(part for part in (*parts, literal) if part))

    def render(self, frame: Frame) -> str:
        """The text for one event; values come from the trace raw."""
        return "".join(
            part if isinstance(part, str) else _shown(part, frame) for part in self.parts
        )


def _closing(text: str, brace: int) -> int:
    """Where the expression that starts after `brace` ends; braces in its strings do not count."""
    at = brace + 1
    while at < len(text) and text[at] != "}":
        at = string(text, at)[1] if text[at] in "\"'" else at + 1
    if at == len(text):
        raise ConditionError("this `{` is never closed", text, brace)
    return at


def _expression(text: str, start: int, end: int) -> Condition:
    try:
        return conditions.compile_plain(text[start:end])
    except ConditionError as error:
        raise ConditionError(str(error), text, start + error.column, error.suggestion) from None


def _shown(part: Condition, frame: Frame) -> str:
    try:
        value: Value = as_text(part.value(frame))
    except ConditionError:
        return "(too much to look at)"
    if isinstance(value, str):
        return value[:_LONGEST_VALUE]
    if value is MISSING:
        return "missing"
    return json.dumps(value, ensure_ascii=False)[:_LONGEST_VALUE]
