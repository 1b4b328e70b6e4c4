"""Hit conditions: `hits > 3`, `hits % 2 == 0`, `ignore 2`; `hits` is the ordinal of a hit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from ttdebug.errors import ConditionError
from ttdebug.paths import Key
from ttdebug.replay.conditions.checker import check
from ttdebug.replay.conditions.evaluate import Evaluator, Scope, evaluator
from ttdebug.replay.conditions.nodes import ElementPath, EventField, Quantifier, StatePath, walk
from ttdebug.replay.conditions.parser import parse
from ttdebug.replay.conditions.values import truth

HITS: Final = "hits"
_IGNORE: Final = re.compile(r"\s*ignore\s+([0-9]{1,9})\s*\Z")


@dataclass(frozen=True)
class HitCondition:
    """Which hits count, by their ordinal from the start of the timeline."""

    text: str
    _evaluate: Evaluator = field(repr=False, compare=False)

    def admits(self, ordinal: int) -> bool:
        """Whether the hit with this ordinal, from 1, counts."""
        scope = Scope(self.text)
        scope.element = {HITS: ordinal}
        return truth(self._evaluate(scope))


def compile_hits(text: str) -> HitCondition:
    """Read a hit condition; raises ConditionError."""
    ignored = _IGNORE.match(text)
    source = f"{HITS} > {ignored.group(1)}" if ignored else text
    tree = check(parse(source), source, in_element=True)
    for node in walk(tree):
        foreign = isinstance(node, (EventField, StatePath, Quantifier))
        if foreign or (isinstance(node, ElementPath) and node.path != (Key(HITS),)):
            raise ConditionError("expected only `hits`, as in hits > 3", text, node.column)
    return HitCondition(text, evaluator(tree))
