"""No condition hangs, escapes or takes the session down, whatever the recording holds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from ttdebug.errors import ConditionError
from ttdebug.model import JSON, Event, Value
from ttdebug.replay.conditions import compile_plain as condition
from ttdebug.replay.conditions.evaluate import BUDGET
from ttdebug.replay.conditions.nodes import Node

MOST_CALLS = 20 * BUDGET
"""Calls of Python and C functions for one condition at one event."""
GUARD = 5.0
"""Seconds of processor time, far more than anything takes: for what makes one long call."""


def _deep() -> JSON:
    deep: JSON = {"end": 1}
    for _ in range(50_000):
        deep = {"x": deep}
    return deep


CONTENT: Value = {
    "list": [{"id": at, "tags": [at]} for at in range(100_000)],
    "numbers": list(range(300_000)),
    "huge": 10**3000,
    "long": "ab" * 2_000_000,
    "words": ["word"] * 100_000,
    "deep": _deep(),
    "nan": float("nan"),
    "pattern": "(" * 400,
    "text": "x" * 50_000,
}


class Frame:
    """One event with the state that a hostile recording would have."""

    event = Event(1, "r", "main", 1, "a", "x", name="a" * 5000, data={"text": "a" * 400_000 + "!"})

    def state(self, agent: str | None) -> Value:
        return CONTENT

    def before(self, agent: str | None) -> Value:
        return CONTENT

    def parent(self, event: Event) -> Event | None:
        return event

    def depth(self, event: Event) -> int:
        return 0

    def cause_depth(self, event: Event) -> int:
        return 0


HOSTILE = [
    "(" * 500, "[" * 500, "-" * 500, "not " * 125, "1" * 500, "1 + " * 124 + "1", "((((1))))" * 50,
    '"' + "a" * 499, "state" + "[0]" * 160, "state" + ".x" * 240, "event" + ".parent" * 70,
    "event" + ".parent" * 60 + ".seq == 1", "state.huge * state.huge * state.huge == 1",
    "state.huge * state.huge * state.huge * state.huge % 7 == 1", "10 ** 10 ** 10 == 1",
    "9e999 * 0 == 1", "1 / 0 == 1", "0 % 0 == 1", "state.huge / 3 == 1", "-state.huge // 7 == 1",
    "any(state.list, any(state.list, id == 1))", "any(state.numbers, it < 0)",
    "all(state.numbers, it >= 0)", "any(state.list, state.todo[id=5].x)",
    "any(state.list, exists(state.list[id=99999]))", "state.list[id=99999].id == 99999",
    "any(state.numbers, any(state.numbers, any(state.numbers, it < 0)))",
    "state.list == [1]", "state == before", "state.list == state.numbers",
    "sum(state.numbers) + sum(state.numbers) + sum(state.numbers) > 1", "max(state.numbers) == 1",
    "any(state.words, it in state.long)", "state.long in state.long", '"zz" in state.long',
    'matches(state.long, "(a+)+$")', 'matches(state.long, "(x+x+)+y")',
    'matches(state.long, "[ab]*a[ab]{300}[cd]")', 'matches(state.text, "(.*)(.*)(.*)(.*)[a-f]")',
    'matches(event.data.text, "(a|aa)+$")', 'matches(state.x, "((a{100}){100}){100}")',
    'matches(state.x, "(?P<a>.)(?P=a)")', "matches(state.text, state.pattern)",
    "glob(state.long, \"" + "*a" * 100 + "*b\")", "any(state.words, matches(it, \"(w|o|r|d)*x\"))",
    "glob(state.text, state.text)", "contains(state.numbers, -1) and contains(state.numbers, -2)",
    "__import__('os').system('x')", "state.__class__.__mro__", "event.__init__.__globals__ == 1",
    "state.x.format(1)", "().__class__", "lambda: 1", "[x for x in state.x]", "open('/etc/passwd')",
    "eval('1')", "exec", "f'{1}'", "state['__class__']['__bases__'] == 1", "state.deep.x.x == 1",
    "len(state.deep) == 1 and state.deep == before.deep", "isnan(state.nan) and state.nan < 1",
    "\x00\x1b[31m", "event.name == '\\ud800'", "matches(event.name, '\\ud800')", "‮state.x",
]  # fmt: skip


@contextmanager
def few_calls() -> Iterator[None]:
    """Ends what calls too many functions: the same on every machine, however busy."""
    calls = 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")
        assert calls < MOST_CALLS

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize("text", HOSTILE)
def test_ends_soon(text: str) -> None:
    began = time.process_time()
    with few_calls(), suppress(ConditionError):
        condition(text).evaluate(Frame())
    assert time.process_time() - began < GUARD


@pytest.mark.parametrize(
    "text", ["state.__class__", "event.data.__class__.__name__", "state['__dict__'].x"]
)
def test_names_are_keys_and_nothing_else(text: str) -> None:
    assert condition(f"exists({text})").evaluate(Frame()) is False


def test_python_is_never_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    def forbidden(*_: object) -> None:
        raise AssertionError("evaluated as Python")

    monkeypatch.setattr(builtins, "eval", forbidden)
    monkeypatch.setattr(builtins, "exec", forbidden)
    assert condition("1 + 1 == 2").evaluate(Frame()) is True
    assert isinstance(condition("1 == 1").tree, Node)


def test_too_much_to_look_at_names_the_event() -> None:
    with pytest.raises(ConditionError, match=r"too much to look at .* at event 1"):
        condition("any(state.numbers, it < 0)").evaluate(Frame())
