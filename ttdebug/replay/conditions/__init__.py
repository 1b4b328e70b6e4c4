"""The condition language: `compile(text)` makes a condition, bad text raises ConditionError.

It has its own lexer and parser and knows JSON values only; nothing of it can reach Python objects,
and text, tree and every evaluation are bounded.
"""

from __future__ import annotations

from ttdebug.replay.conditions.condition import Condition, compile_plain
from ttdebug.replay.conditions.frame import Frame
from ttdebug.replay.conditions.reads import Operand, Reads
from ttdebug.replay.conditions.render import render_error
from ttdebug.replay.conditions.temporal import (
    AnyCondition,
    Temporal,
    compile,  # noqa: A004 - its users call it so
)

__all__ = [
    "AnyCondition",
    "Condition",
    "Frame",
    "Operand",
    "Reads",
    "Temporal",
    "compile",
    "compile_plain",
    "render_error",
]
