"""Temporal conditions: an event, and whether another follows it or came before it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from ttdebug.replay.conditions.checker import check
from ttdebug.replay.conditions.condition import Condition, made
from ttdebug.replay.conditions.nodes import (
    Comparison,
    Constant,
    EventField,
    Link,
    Node,
    Sequence,
    conjunction,
    conjuncts,
)
from ttdebug.replay.conditions.pairing import Pairing, reads_that
from ttdebug.replay.conditions.parser import parse
from ttdebug.replay.conditions.reads import Operand
from ttdebug.replay.conditions.window import Window
from ttdebug.replay.conditions.writing import written

_LONGEST: Final = 60
_NAMED: Final = ("type", "name")


@dataclass(frozen=True)
class Temporal:
    """`subject` (A) and `other` (B) hit as they would alone; the hits are those of A.

    * `then`: a hit of B on A's agent follows within the window, which may be None: any time later.
    * `then not`: none follows. The end of the recording ends every window.
    * `without`: no hit of B on A's agent came before.

    B's event is never A's own. Two events without an agent count as of one agent. A window of
    events counts those of the timeline, whoever acts. A window of time ends before the first later
    event that is known to be past it; an A whose time is not known is no hit then.
    `pairing` has the terms of B that read `that`, A's event.
    """

    text: str
    link: Link = field(compare=False)
    subject: Condition = field(repr=False, compare=False)
    other: Condition = field(repr=False, compare=False)
    pairing: Pairing = field(repr=False, compare=False)
    window: Window | None = field(compare=False)
    label: str = field(repr=False, compare=False)
    """What B is, in a few words: the type and name it asks for, else its text."""
    rest: str = field(repr=False, compare=False)
    """All but A, as it is typed: `then not event.type == "x" within 5s`."""

    @property
    def edge(self) -> bool:
        """Whether A hits where it becomes true."""
        return self.subject.edge

    @property
    def operands(self) -> tuple[Operand, ...]:
        """Every path in a state that is read, once."""
        return tuple(dict.fromkeys(self.subject.operands + self.other.operands))

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions on single events that it is made of: A, and B without `that`."""
        return (self.subject, self.other)

    def everywhere(self) -> Temporal:
        """The same, hitting wherever A is true, not only where it becomes true."""
        return replace(self, subject=self.subject.everywhere())

    def explain(self) -> list[str]:
        """How it is understood, in a few short lines of plain text."""
        limit = f" within {self.window}" if self.window else ""
        told = {
            "then": f"hits where A is followed by B{limit}, on the same agent",
            "then not": f"hits where A is not followed by B{limit}, on the same agent",
            "without": "hits where A comes without an earlier B, on the same agent",
        }
        lines = [told[self.link], f"A {self.subject.explain()[0]}"]
        if self.pairing and not self.pairing.exact:
            lines.append("B is compared with each A, for it has terms with `that` beside ==")
        return lines


AnyCondition: TypeAlias = Condition | Temporal


def compile(text: str) -> AnyCondition:  # noqa: A001 - the word the language's users know
    """Read any condition; raises ConditionError with the column of the fault."""
    tree = parse(text)
    if not isinstance(tree, Sequence):
        return made(text, check(tree, text))
    other = check(tree.other, text, after_that=True)
    terms = conjuncts(other)
    paired = [term for term in terms if reads_that(term)]
    single = [term for term in terms if not reads_that(term)]
    alone = made(text, conjunction(single))
    return Temporal(
        text=text,
        link=tree.link,
        subject=made(text, check(tree.subject, text)),
        other=alone.everywhere() if paired else alone,
        pairing=Pairing(text, paired),
        window=tree.window,
        label=_label(single or terms),
        rest=_rest(tree, terms),
    )


def _rest(tree: Sequence, terms: list[Node]) -> str:
    text = " and ".join(map(written, terms))
    if tree.link == "without":
        return f"without {text} before it"
    other = f"({text})" if tree.link == "then not" and len(terms) > 1 else text
    return f"{tree.link} {other}" + (f" within {tree.window}" if tree.window else "")


def _label(terms: list[Node]) -> str:
    """`tool.result bash` for a B that asks for a type and a name; else as it is typed."""
    found: dict[str, str] = {}
    for term in terms:
        match term:
            case Comparison(
                operands=(
                    EventField(levels=0, field=str(name), path=()),
                    Constant(value=str(text)),
                ),
                operators=("==",),
            ) if name in _NAMED and name not in found:
                found[name] = text
            case _:
                text = " and ".join(map(written, terms))
                return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return " ".join(found[name] for name in _NAMED if name in found)
