"""What could stand at the cursor, and paths nobody ever wrote."""

from __future__ import annotations

import pytest

from ttdebug.model import Position
from ttdebug.replay.completion import complete, unwritten
from ttdebug.replay.conditions import compile as condition
from ttdebug.store.trace import Trace

AT_4 = Position(1, 4)


@pytest.mark.parametrize(
    ("text", "best", "result"),
    [
        ("st", "state", "state"),
        ("1 == le", "len", "1 == len("),
        ("state.n th", "then", "state.n then"),
        ("1 then that.ty", "type", "1 then that.type"),
        ("event.ty", "type", "event.type"),
        ("event.tpye", "type", "event.type"),
        ("event.parent.na", "name", "event.parent.name"),
        ("event.data.", "error", "event.data.error"),
        ("state.fl", "flag", "state.flag"),
        ("state.todo.", "[id=5]", "state.todo[id=5]"),
        ("state.todo[", "[id=5]", "state.todo[id=5]"),
        ("state.todo[id=6].st", "status", "state.todo[id=6].status"),
        ("state.raw.", "[0]", "state.raw[0]"),
        ("states.", "a", "states.a"),
        ("states.b.not", "nothing", "states.b.nothing"),
        ("not before.fla", "flag", "not before.flag"),
    ],
)
def test_the_best_candidate(trace: Trace, text: str, best: str, result: str) -> None:
    found = complete(text, len(text), trace, AT_4)
    assert found.candidates[0].text == best
    assert text[: found.start] + found.candidates[0].insert == result


@pytest.mark.parametrize(
    "text", ["", "1 + ", 'event.name == "sta', "state.n ", "state..", "(", "5"]
)
def test_nothing_to_complete(trace: Trace, text: str) -> None:
    assert complete(text, len(text), trace, AT_4).candidates == ()


def test_paths_come_with_value_and_writes(trace: Trace) -> None:
    found = complete("state.", 6, trace, AT_4).candidates
    assert [(one.text, one.value, one.writes) for one in found if one.text in ("n", "flag")] == [
        ("n", 5, 5), ("flag", True, 2),
    ]  # fmt: skip


def test_what_nobody_wrote_is_told(trace: Trace) -> None:
    wanted = condition("state.todo[id=5].status == 1 and state.flga and states.b.nothin == 1")
    found = [(one.column, one.path, one.suggestion) for one in unwritten(trace, wanted)]
    assert found == [(39, "flga", "flag"), (57, "nothin", "nothing")]
