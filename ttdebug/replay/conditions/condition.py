"""A compiled condition: what it reads, whether it holds at a frame, and how it is understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, cast

from ttdebug.model import JSON, MISSING, Event, Status, Value
from ttdebug.replay.conditions.checker import check
from ttdebug.replay.conditions.evaluate import Evaluator, Scope, evaluator
from ttdebug.replay.conditions.frame import Frame
from ttdebug.replay.conditions.nodes import (
    Call,
    ElementPath,
    EventField,
    Node,
    StatePath,
    ThatField,
    children,
    conjuncts,
    rebuilt,
    walk,
)
from ttdebug.replay.conditions.parser import parse
from ttdebug.replay.conditions.reads import (
    Operand,
    Reads,
    changed_tests,
    field_tests,
    literal_texts,
    reads,
    single_test,
)
from ttdebug.replay.conditions.values import truth
from ttdebug.replay.conditions.vocabulary import VALUED
from ttdebug.replay.conditions.writing import field_label, written

_NOWHERE: Final = Event(seq=0, run="", timeline="", timeline_id=0, agent=None, type="")


@dataclass(frozen=True)
class Condition:
    """A condition ready to be evaluated; equal texts make equal conditions."""

    text: str
    tree: Node = field(repr=False, compare=False)
    reads: Reads = field(repr=False, compare=False)
    field_tests: dict[str, list[Node]] = field(repr=False, compare=False)
    changed_tests: list[tuple[Operand, ...]] = field(repr=False, compare=False)
    _event_parts: list[tuple[str, Evaluator]] = field(repr=False, compare=False)
    _evaluate: Evaluator = field(repr=False, compare=False)

    @property
    def edge(self) -> bool:
        """True for conditions on state alone: they hit where they become true."""
        return self.reads.edge

    @property
    def constant(self) -> bool:
        """True if it reads nothing and so is the same at every event."""
        return not (self.reads.event or self.reads.operands)

    def evaluate(self, frame: Frame) -> bool:
        """Whether it holds; raises ConditionError if one event has too much to look at."""
        return truth(self.value(frame))

    def value(self, frame: Frame) -> Value:
        """What the expression yields, for log templates."""
        scope = Scope(self.text)
        scope.frame = frame
        return self._evaluate(scope)

    def runner(self) -> Callable[[Frame], bool]:
        """`evaluate` for many frames in one thread, without building anything for each."""
        scope, evaluate = Scope(self.text), self._evaluate
        budget = scope.left

        def run(frame: Frame) -> bool:
            scope.frame = frame
            scope.left = budget
            return bool(evaluate(scope))

        return run

    def everywhere(self) -> Condition:
        """The same condition, hitting wherever it is true, not only where it becomes true."""
        return replace(self, reads=replace(self.reads, event=self.reads.event | {"seq"}))

    @property
    def operands(self) -> tuple[Operand, ...]:
        """Every path in a state that is read, once."""
        return self.reads.operands

    @cached_property
    def terms(self) -> list[Condition]:
        """What must all hold for it to hold, each as a condition of its own."""
        return [made(written(part), part) for part in conjuncts(self.tree)]

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions on single events that it is made of: itself."""
        return (self,)

    @cached_property
    def true_without_state(self) -> bool:
        """Whether a condition that reads no event holds where there is no state yet."""
        return not self.reads.event and self.evaluate(_Partial())

    def on_value(self) -> Callable[[Value], bool]:
        """For a condition with a single operand: whether it holds for a value of that operand."""
        tree = rebuilt(self.tree, lambda path: replace(path, path=(), columns=()))
        scope, evaluate = Scope(self.text), evaluator(tree)
        frame = scope.frame = _Partial()
        budget = scope.left

        def run(value: Value) -> bool:
            scope.left = budget
            frame.value = value
            return bool(evaluate(scope))

        return run

    @property
    def names(self) -> frozenset[str] | None:
        """The only names of events at which it can hold; None where there may be others."""
        for part in self.field_tests.get("name", ()):
            texts = literal_texts(part)
            if texts is not None and not self.admits("name", None):
                return frozenset(text for text in texts if self.admits("name", text))
        return None

    @property
    def literals(self) -> list[tuple[str, str]]:
        """(field, text) of each type, name, agent or status that an event may have to have."""
        return [
            (name, text)
            for name, tests in self.field_tests.items()
            for test in tests
            for text in sorted(literal_texts(test) or ())
        ]

    @property
    def single_test(self) -> tuple[str, JSON] | None:
        """(operator, constant) if it compares one state path with one scalar, and no more."""
        return single_test(self.tree)

    @property
    def by_kind(self) -> bool:
        """Whether the event's type and agent decide it, each for itself."""
        terms = len(conjuncts(self.tree))
        tests = (len(self.field_tests.get(name, ())) for name in ("type", "agent"))
        return sum(tests) == terms

    def admits(self, name: str, value: str | None) -> bool:
        """False if no event whose field `name` (type, name, agent or status) is `value` can hit."""
        frame = _Partial(_only(name, value))
        return all(_test(part, self.text, frame) for part in self.field_tests.get(name, ()))

    def event_values(self, frame: Frame) -> list[tuple[str, Value]]:
        """The event fields it reads, as they are typed, with their values."""
        scope = Scope(self.text)
        scope.frame = frame
        return [(label, value(scope)) for label, value in self._event_parts]

    def values(self, frame: Frame) -> dict[str, Value]:
        """What it reads of events and states, as it is typed, with its values at a frame.

        Of a function that makes another value of them that value, such as a length.
        """
        scope = Scope(self.text)
        scope.frame = frame
        return {label: value(scope) for label, value in self._leaves.items()}

    @cached_property
    def _leaves(self) -> dict[str, Evaluator]:
        return {written(leaf): evaluator(leaf) for leaf in _told(self.tree)}

    def explain(self) -> list[str]:
        """How it is understood, in a few short lines of plain text."""
        lines = [_KINDS[self.edge]]
        if self.edge and not self.reads.own:
            lines = ["hits where it becomes true, compared with the event before"]
        if self.constant:
            lines = ["reads nothing: it is the same at every event"]
        if operands := self.reads.operands:
            lines.append("looks at " + ", ".join(operand.label for operand in operands))
        if self.reads.event:
            names = ", ".join(f"event.{name}" for name in sorted(self.reads.event))
            lines.append(f"looks at {names}")
        return lines


_KINDS: Final = {
    True: "hits where it becomes true, compared with the agent's previous position",
    False: "hits at each event where it is true",
}


def compile_plain(text: str) -> Condition:
    """Read a condition on single events; raises ConditionError with the column of the fault."""
    return made(text, check(parse(text), text))


def made(text: str, tree: Node) -> Condition:
    """The condition of a checked tree; `text` is told with errors of evaluating it."""
    fields = {field_label(part): part for part in walk(tree) if isinstance(part, EventField)}
    return Condition(
        text=text,
        tree=tree,
        reads=reads(tree),
        field_tests=field_tests(tree),
        changed_tests=changed_tests(tree),
        _event_parts=[(label, evaluator(part)) for label, part in fields.items()],
        _evaluate=evaluator(tree),
    )


def _told(node: Node) -> Iterator[Node]:
    """The parts of a condition whose values tell why it held or not."""
    inside = walk(node)
    reads = any(isinstance(part, EventField | StatePath) for part in inside)
    within = any(isinstance(part, ElementPath | ThatField) for part in inside)
    made_value = isinstance(node, Call) and node.function in VALUED and reads and not within
    if made_value or isinstance(node, EventField | StatePath):
        yield node
    else:
        for part in children(node):
            yield from _told(part)


def _only(name: str, value: str | None) -> Event:
    """An event of which one indexed field is known."""
    if name == "type":
        return replace(_NOWHERE, type=value or "")
    if name == "name":
        return replace(_NOWHERE, name=value)
    if name == "agent":
        return replace(_NOWHERE, agent=value)
    return replace(_NOWHERE, status=cast("Status | None", value))


def _test(part: Node, text: str, frame: Frame) -> bool:
    scope = Scope(text)
    scope.frame = frame
    return truth(evaluator(part)(scope))


class _Partial:
    """A frame of which one thing is known: an event, or the value of every state."""

    def __init__(self, event: Event = _NOWHERE) -> None:
        self.event = event
        self.value: Value = MISSING

    def state(self, agent: str | None) -> Value:
        del agent
        return self.value

    def before(self, agent: str | None) -> Value:
        del agent
        return self.value

    def parent(self, event: Event) -> Event | None:
        del event
        return None

    def depth(self, event: Event) -> int:
        return 0 if event.parent is None else 1

    cause_depth = depth
